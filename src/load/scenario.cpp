#include "ridgeline/scenario.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "load/longest.h"
#include "load/schedule.h"

namespace ridgeline {
namespace {

constexpr std::array kinds = {ScenarioKind::single_stream,   ScenarioKind::multi_stream,
                              ScenarioKind::server,          ScenarioKind::offline,
                              ScenarioKind::constant_stream, ScenarioKind::interactive,
                              ScenarioKind::closed_loop};
constexpr std::uint32_t most_users = 1'000'000;

/// Lower case, without the hyphens, underscores and spaces that people put between the words.
std::string canonical(std::string_view name) {
  std::string letters;
  for (const char c : to_lower(name)) {
    if (c != '-' && c != '_' && c != ' ') letters += c;
  }
  return letters;
}

Status validate_numbers(const Scenario& s) {
  if (!(s.percentile > 0 && s.percentile < 1)) {
    return bad_input(fmt::format("percentile must be between 0 and 1, such as 0.99; it is {}", s.percentile));
  }
  if (!std::isfinite(s.target_qps) || s.target_qps < 0) {
    return bad_input(fmt::format("target_qps must be a rate of 0 or more; it is {}", s.target_qps));
  }
  constexpr Nanoseconds none{0};
  if (s.target_latency < none) return bad_input("target_latency must not be negative; 0 means no limit");
  if (s.ttft_limit < none) return bad_input("ttft_limit must not be negative; 0 means no limit");
  if (s.tpot_limit < none) return bad_input("tpot_limit must not be negative; 0 means no limit");
  if (s.min_duration < Nanoseconds(0) || to_seconds(s.min_duration) > load::longest) {
    return bad_input(fmt::format("min_duration must be between 0 and 1e9 seconds; it is {} s",
                                 to_seconds(s.min_duration).value()));
  }
  if (s.min_queries == 0) return bad_input("min_queries must be at least 1");
  return Status::success();
}

bool is_trace(const Scenario& s) { return s.arrivals.kind == Arrivals::Kind::trace; }

Status validate_open_loop(const Scenario& s) {
  if (s.target_qps == 0) {
    if (is_trace(s)) return Status::success();
    return bad_input(fmt::format("{} needs an arrival rate above 0 (target_qps)", to_string(s.kind)));
  }
  if (static_cast<double>(s.min_queries) / s.target_qps > load::longest.value()) {
    return bad_input(fmt::format("target_qps {:g} is too low: {} queries would take more than 1e9 seconds",
                                 s.target_qps, s.min_queries));
  }
  if (s.kind == ScenarioKind::constant_stream && s.period() == Nanoseconds(0)) {
    return bad_input(fmt::format("target_qps {:g} is too high: its period is below 1 ns", s.target_qps));
  }
  return Status::success();
}

/// What one kind has and the others have not.
Status validate_kind(const Scenario& s) {
  const bool several = s.kind == ScenarioKind::multi_stream || s.kind == ScenarioKind::constant_stream;
  if (several ? s.samples_per_query == 0 : s.samples_per_query != 1) {
    return bad_input(several ? std::string("samples_per_query must be at least 1")
                             : fmt::format("samples_per_query belongs to MultiStream and ConstantStream; {} "
                                           "needs 1, not {}",
                                           to_string(s.kind), s.samples_per_query));
  }
  if (is_open_loop(s.kind)) RIDGELINE_CHECK(validate_open_loop(s));
  const bool interactive = s.kind == ScenarioKind::interactive;
  if (interactive && (s.ttft_limit == Nanoseconds(0) || s.tpot_limit == Nanoseconds(0))) {
    return bad_input(
        "Interactive needs limits on the time to first token and per token (ttft_limit, tpot_limit)");
  }
  if (s.arrivals.kind != Arrivals::Kind::poisson && !interactive && s.kind != ScenarioKind::server) {
    return bad_input(
        fmt::format("arrivals belong to Server and Interactive; {} has its own", to_string(s.kind)));
  }
  if (s.kind != ScenarioKind::closed_loop) {
    if (s.users == 1 && s.think_time == Nanoseconds(0) && s.think == ThinkTime::fixed)
      return Status::success();
    return bad_input(fmt::format("users and think_time belong to ClosedLoop, not {}", to_string(s.kind)));
  }
  if (s.users == 0 || s.users > most_users) {
    return bad_input(fmt::format("users must be 1 to {}; it is {}", most_users, s.users));
  }
  if (s.think == ThinkTime::exponential && s.think_time == Nanoseconds(0))
    return bad_input("exponential think times need their mean (think_time)");
  if (s.think_time < Nanoseconds(0) || to_seconds(s.think_time) > load::longest) {
    return bad_input(fmt::format("think_time must be between 0 and 1e9 seconds; it is {} s",
                                 to_seconds(s.think_time).value()));
  }
  return Status::success();
}

Status validate_size(const Scenario& s) {
  const double seconds = to_seconds(s.min_duration).value();
  double count = static_cast<double>(s.min_queries);
  if (s.kind == ScenarioKind::offline) count = std::max(count, 1.1 * seconds * s.target_qps);
  if (is_open_loop(s.kind)) count = std::max(count, seconds * s.target_qps);
  count = std::max(count, static_cast<double>(s.dataset_samples));
  if (s.max_queries > 0) count = std::min(count, static_cast<double>(s.max_queries));
  if (count * s.samples_per_query > static_cast<double>(load::most_scheduled)) {
    return bad_input(fmt::format(
        "{} would need about {:.3g} samples, and at most {:.3g} fit: lower the rate, the duration or the "
        "count",
        to_string(s.kind), count * s.samples_per_query, static_cast<double>(load::most_scheduled)));
  }
  return Status::success();
}

}  // namespace

std::string_view to_string(ScenarioKind kind) {
  switch (kind) {
    case ScenarioKind::single_stream:
      return "SingleStream";
    case ScenarioKind::multi_stream:
      return "MultiStream";
    case ScenarioKind::server:
      return "Server";
    case ScenarioKind::offline:
      return "Offline";
    case ScenarioKind::constant_stream:
      return "ConstantStream";
    case ScenarioKind::interactive:
      return "Interactive";
    case ScenarioKind::closed_loop:
      return "ClosedLoop";
  }
  return "unknown";
}

std::optional<ScenarioKind> parse_scenario(std::string_view name) {
  for (const ScenarioKind kind : kinds) {
    if (canonical(name) == canonical(to_string(kind))) return kind;
  }
  return std::nullopt;
}

bool is_open_loop(ScenarioKind kind) {
  return kind == ScenarioKind::server || kind == ScenarioKind::interactive ||
         kind == ScenarioKind::constant_stream;
}

Nanoseconds Scenario::period() const { return to_nanoseconds(Seconds(1.0 / target_qps)); }

Nanoseconds Scenario::latency_limit() const {
  const bool each_period = kind == ScenarioKind::constant_stream && target_latency == Nanoseconds(0);
  return each_period ? period() : target_latency;
}

std::string_view to_string(ThinkTime think) { return think == ThinkTime::fixed ? "fixed" : "exponential"; }
std::optional<ThinkTime> parse_think_time(std::string_view name) {
  for (const ThinkTime think : {ThinkTime::fixed, ThinkTime::exponential}) {
    if (to_lower(name) == to_string(think)) return think;
  }
  return std::nullopt;
}

std::string_view to_string(RunOrigin origin) {
  switch (origin) {
    case RunOrigin::predicted:
      return "predicted";
    case RunOrigin::simulated:
      return "simulated";
    case RunOrigin::measured:
      return "measured";
  }
  return "unknown";
}

Scenario Scenario::mlperf(ScenarioKind kind) {
  Scenario s;
  s.kind = kind;
  switch (kind) {
    case ScenarioKind::single_stream:
      s.min_queries = 100;
      break;
    case ScenarioKind::multi_stream:
      s.min_queries = 662;
      s.samples_per_query = 8;
      s.percentile = 0.99;
      break;
    case ScenarioKind::server:
    case ScenarioKind::interactive:
    case ScenarioKind::closed_loop:
      s.min_queries = 100;
      s.percentile = 0.99;
      break;
    case ScenarioKind::constant_stream:
      s.min_queries = 100'000;
      s.percentile = 0.999;
      break;
    case ScenarioKind::offline:
      s.min_queries = 24576;  // samples
      s.percentile = 0.99;
      break;
  }
  return s;
}

Status validate(const Scenario& s) {
  RIDGELINE_CHECK(validate_numbers(s));
  RIDGELINE_CHECK(validate_kind(s));
  RIDGELINE_CHECK(validate(s.arrivals));
  RIDGELINE_CHECK(validate(s.lengths));
  return validate_size(s);
}

std::uint64_t Run::failed() const {
  std::uint64_t all = 0;
  for (const RunFailure& failure : failures) all += failure.count;
  return all;
}

std::string describe_lost(const Run& run) {
  std::string lost;
  const auto add = [&lost](std::uint64_t count, std::string_view kind) {
    if (count > 0) lost += fmt::format("{}{} {}", lost.empty() ? "" : ", ", count, kind);
  };
  add(run.refused, "refused");
  add(run.timed_out, "timed out");
  for (const RunFailure& failure : run.failures) add(failure.count, failure.kind);
  return lost;
}

}  // namespace ridgeline
