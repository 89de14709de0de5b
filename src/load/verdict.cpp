#include "load/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "stats/early_stopping.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

using Reasons = std::vector<std::string>;

constexpr double most_lateness = 0.01;  // of the latency limit

std::string plain(Seconds t) { return t >= Seconds(1000) ? fmt::format("{:.0f} s", t.value()) : show(t); }

/// Both as text; with all digits where three would look the same.
std::pair<std::string, std::string> apart(Seconds a, Seconds b) {
  auto texts = std::make_pair(plain(a), plain(b));
  if (a != b && texts.first == texts.second) {
    texts = {fmt::format("{:.9f} s", a.value()), fmt::format("{:.9f} s", b.value())};
  }
  return texts;
}

std::string percentile_name(double p) { return fmt::format("P{:g}", p * 100); }

/// "90th percentile", "92nd percentile", "99.9th percentile".
std::string ordinal(double p) {
  const std::string number = fmt::format("{:g}", p * 100);
  const bool whole = number.find('.') == std::string::npos, teen = number.size() == 2 && number[0] == '1';
  const char last = whole && !teen ? number.back() : '0';
  return number + (last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th") + " percentile";
}

/// The time that min_duration is held against.
Seconds time_that_counts(const Run& run, const Summary& summary) {
  switch (run.scenario.kind) {
    case ScenarioKind::offline:
      return summary.duration;
    case ScenarioKind::server:
      return to_seconds(run.queries.back().scheduled);
    default:
      return to_seconds(run.queries.back().issued);
  }
}

void judge_duration(const Run& run, const Summary& summary, Reasons& reasons) {
  const Seconds ran = time_that_counts(run, summary), asked = to_seconds(run.scenario.min_duration);
  if (ran >= asked) return;
  const auto texts = apart(ran, asked);
  reasons.push_back(fmt::format("ran {} of the {} that the scenario asks for", texts.first, texts.second));
}

void judge_count(const Run& run, const Summary& summary, Reasons& reasons) {
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  const std::uint64_t seen = offline ? summary.samples : summary.queries;
  if (seen >= run.scenario.min_queries) return;
  reasons.push_back(fmt::format("completed {} of the {} {} that the scenario asks for", seen,
                                run.scenario.min_queries, offline ? "samples" : "queries"));
}

/// SingleStream and MultiStream: enough queries for an early-stopping estimate.
void judge_estimate(const Run& run, Reasons& reasons) {
  const double p = run.scenario.percentile;
  const std::uint64_t needed = stats::least_for_estimate(p);
  if (run.queries.size() >= needed) return;
  reasons.push_back(fmt::format("early stopping needs {} queries at the {}, had {}", needed, ordinal(p),
                                run.queries.size()));
}

/// Server: the percentile within the limit, and early stopping's proof that it is.
void judge_limit(const Run& run, Reasons& reasons) {
  const Scenario& s = run.scenario;
  if (s.target_latency == Nanoseconds(0)) return;
  std::vector<Nanoseconds> times;
  for (const QueryRecord& q : run.queries) times.push_back(q.latency());
  const auto rank = static_cast<std::ptrdiff_t>(stats::nearest_rank(times.size(), s.percentile));
  std::nth_element(times.begin(), times.begin() + rank, times.end());
  const Nanoseconds seen = times[static_cast<std::size_t>(rank)];
  const auto texts = apart(to_seconds(seen), to_seconds(s.target_latency));
  if (seen > s.target_latency && stats::supports_quantile(times.size(), s.percentile)) {
    reasons.push_back(fmt::format("{} {} exceeds the limit of {}", percentile_name(s.percentile), texts.first,
                                  texts.second));
    return;
  }
  const auto over = static_cast<std::uint64_t>(std::count_if(
      times.begin(), times.end(), [&s](Nanoseconds latency) { return latency > s.target_latency; }));
  if (stats::enough_queries(times.size(), over, s.percentile)) return;
  const std::uint64_t needed = stats::queries_under_needed(over, s.percentile) + over;
  reasons.push_back(
      fmt::format("early stopping needs {} queries at the {} when {} exceed the limit of {}, had {}", needed,
                  ordinal(s.percentile), over, texts.second, times.size()));
}

/// A client that is late charges its own delay to the system, or hides a burst from it.
void judge_lateness(const Run& run, const Summary& summary, Reasons& reasons) {
  const Seconds limit = to_seconds(run.scenario.target_latency);
  if (!summary.lateness_p99 || limit == Seconds(0) || *summary.lateness_p99 <= most_lateness * limit) return;
  const auto texts = apart(*summary.lateness_p99, most_lateness * limit);
  reasons.push_back(
      fmt::format("queries were issued late: P99 of the lateness {} exceeds {}, 1 % of the limit of {}",
                  texts.first, texts.second, plain(limit)));
}

}  // namespace

Verdict judge(const Run& run, const Summary& summary) {
  Reasons reasons;
  if (run.interrupted) reasons.push_back("the run was interrupted before the scenario was complete");
  if (run.queries.empty()) {
    reasons.push_back("no query completed");
  } else {
    judge_duration(run, summary, reasons);
    judge_count(run, summary, reasons);
    switch (run.scenario.kind) {
      case ScenarioKind::single_stream:
      case ScenarioKind::multi_stream:
        judge_estimate(run, reasons);
        break;
      case ScenarioKind::server:
        judge_limit(run, reasons);
        judge_lateness(run, summary, reasons);
        break;
      case ScenarioKind::offline:
        break;
    }
  }
  Verdict verdict;
  verdict.valid = reasons.empty();
  verdict.reasons = std::move(reasons);
  return verdict;
}

}  // namespace ridgeline::load
