#include "load/schedule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "load/arrival_process.h"
#include "load/lengths.h"

namespace ridgeline {
namespace {

constexpr std::size_t closed_loop_lengths = 16'384;  // a closed loop goes through them again and again

std::vector<Nanoseconds> drawn_arrivals(const Scenario& s) {
  std::vector<Nanoseconds> arrivals;
  const double expected = s.target_qps * to_seconds(s.min_duration).value();
  const double at_least = static_cast<double>(load::whole_passes(s.min_queries, s.dataset_samples));
  const double likely = std::max(at_least, expected + 5.0 * std::sqrt(expected));
  arrivals.reserve(static_cast<std::size_t>(
      s.max_queries > 0 ? std::min(likely, static_cast<double>(s.max_queries)) : likely + 1.0));
  load::for_each_arrival(s, [&arrivals](Nanoseconds at) { arrivals.push_back(at); });
  return arrivals;
}

/// A trace's times, stretched to the scenario's rate, or its own rate put into the scenario.
Status play_trace(Schedule& schedule) {
  Scenario& s = schedule.scenario;
  RIDGELINE_TRY(trace, read_trace(s.arrivals.path));
  if (s.max_queries > 0 && trace.arrivals.size() > s.max_queries) {
    trace.arrivals.resize(s.max_queries);
    trace.lengths.resize(std::min<std::size_t>(trace.lengths.size(), s.max_queries));
  }
  const auto gaps = static_cast<double>(trace.arrivals.size() - 1);
  const Nanoseconds first = trace.arrivals.front();
  const Seconds length = to_seconds(trace.arrivals.back() - first);
  if (length <= Seconds(0)) {
    return bad_input(
        fmt::format("{}: all requests arrive at once, so the trace has no rate", s.arrivals.path));
  }
  const double own_rate = gaps / length.value();
  if (s.target_qps == 0) s.target_qps = own_rate;
  const double stretch = own_rate / s.target_qps;
  if (stretch * length > Seconds(1e9)) {
    return bad_input(
        fmt::format("target_qps {:g} is too low: the trace would take more than 1e9 seconds", s.target_qps));
  }
  for (Nanoseconds& at : trace.arrivals) at = to_nanoseconds(stretch * to_seconds(at - first));
  schedule.arrivals = std::move(trace.arrivals);
  schedule.lengths = std::move(trace.lengths);
  return Status::success();
}

std::uint32_t offline_samples(const Scenario& s) {
  // In seconds first, as LoadGen sizes its query; the product is truncated.
  const double wanted = 1.1 * to_seconds(s.min_duration).value() * s.target_qps;
  const std::uint64_t count =
      load::whole_passes(std::max(s.min_queries, static_cast<std::uint64_t>(wanted)), s.dataset_samples);
  return static_cast<std::uint32_t>(s.max_queries > 0 ? std::min(count, s.max_queries) : count);
}

std::size_t lengths_wanted(const Schedule& schedule) {
  if (is_open_loop(schedule.scenario.kind)) return schedule.arrivals.size();
  return schedule.scenario.kind == ScenarioKind::offline ? schedule.samples : closed_loop_lengths;
}

}  // namespace

std::uint64_t load::whole_passes(std::uint64_t count, std::uint64_t dataset) {
  return dataset == 0 ? count : (count + dataset - 1) / dataset * dataset;
}

bool load::is_last_query(const Scenario& s, std::uint64_t issued, Nanoseconds last_issue) {
  if (s.max_queries > 0 && issued >= s.max_queries) return true;
  return issued >= s.min_queries && last_issue >= s.min_duration;
}

Result<Schedule> make_schedule(const Scenario& s) {
  RIDGELINE_CHECK(validate(s));
  Schedule schedule;
  schedule.scenario = s;
  if (is_open_loop(s.kind)) {
    if (s.arrivals.kind == Arrivals::Kind::trace) {
      RIDGELINE_CHECK(play_trace(schedule));
    } else {
      schedule.arrivals = drawn_arrivals(s);
    }
  }
  schedule.samples = s.kind == ScenarioKind::offline ? offline_samples(s) : s.samples_per_query;
  if (s.lengths.kind != TokenLengthDistribution::Kind::system) {
    RIDGELINE_TRY(lengths, load::draw_lengths(s.lengths, s.seed, lengths_wanted(schedule)));
    schedule.lengths = std::move(lengths);
  }
  return schedule;
}

}  // namespace ridgeline
