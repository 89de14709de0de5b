#include "formats/requests.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ridgeline::formats {
namespace {

Scenario unjudged(ScenarioKind kind) {
  Scenario s = Scenario::mlperf(kind);
  s.min_duration = Nanoseconds(0);
  s.min_queries = 1;
  return s;
}

/// Bad input when a request's times are out of order.
Status check(const std::vector<Request>& requests, const std::string& path, const std::string& what) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Request& r = requests[i];
    const bool token_fits =
        !r.first_token || (*r.first_token >= r.scheduled && *r.first_token <= r.completed);
    if (r.completed >= r.scheduled && token_fits) continue;
    return bad_input(fmt::format("{}: {} {}: {}", path, what, i + 1,
                                 r.completed < r.scheduled ? "is complete before it starts"
                                                           : "has its first token outside of its own time"));
  }
  return Status::success();
}

}  // namespace

std::optional<Nanoseconds> clock_time(double seconds) {
  if (!(std::abs(seconds) < 4e9)) return std::nullopt;  // differences stay within 63 bits
  return to_nanoseconds(Seconds(seconds));
}

Scenario unjudged_users(std::uint64_t users) {
  Scenario s = unjudged(ScenarioKind::closed_loop);
  s.users = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(users, 1, 1'000'000));
  return s;
}

Scenario unjudged_rate(double per_second) {
  Scenario s = unjudged(ScenarioKind::server);
  s.target_qps = per_second;
  return s;
}

Result<ImportedRun> finish(ImportedRun imported, std::vector<Request> requests, const std::string& path,
                           const std::string& what) {
  if (requests.empty()) return bad_input(fmt::format("{}: no {} that was answered", path, what));
  RIDGELINE_CHECK(check(requests, path, what));
  std::stable_sort(requests.begin(), requests.end(),
                   [](const Request& a, const Request& b) { return a.scheduled < b.scheduled; });
  const Nanoseconds start = requests.front().scheduled;
  bool lengths = false;
  for (const Request& r : requests) {
    QueryRecord q;
    q.scheduled = r.scheduled - start;
    q.issued = r.issued - start;
    q.completed = r.completed - start;
    if (r.first_token) q.first_token = *r.first_token - start;
    q.tokens = r.tokens.output;
    imported.run.queries.push_back(q);
    imported.lengths.push_back(r.tokens);
    lengths = lengths || r.tokens.input > 0 || r.tokens.output > 0;
  }
  if (!lengths) imported.lengths.clear();
  Run& run = imported.run;
  run.origin = RunOrigin::measured;
  run.notes.insert(run.notes.begin(),
                   fmt::format("imported from {}; no rule was asked for, so VALID says only that "
                               "requests were answered",
                               to_string(imported.format)));
  run.notes.insert(run.notes.begin() + 1, fmt::format("arrival times are {}", to_string(imported.arrivals)));
  if (run.refused > 0)
    run.notes.push_back(fmt::format("{} requests failed and have no latency", run.refused));
  return imported;
}

}  // namespace ridgeline::formats
