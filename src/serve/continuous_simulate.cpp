#include <fmt/format.h>

#include <cmath>

#include "base/cancel.h"
#include "base/text.h"
#include "base/version.h"
#include "serve/check.h"
#include "serve/continuous_player.h"
#include "serve/describe.h"

namespace ridgeline {
namespace {

using namespace serve;

constexpr std::uint32_t most_replicas = 4096;
constexpr double most_stretch = 1000;

Status check_limits(const EngineLimits& l, const StepTimes& times, const std::string& where) {
  if (l.max_sequences == 0 || l.max_sequences > times.max_sequences()) {
    return bad_input(fmt::format("{}max_sequences is {}; must be 1 to {}, where the table of step times ends",
                                 where, l.max_sequences, times.max_sequences()));
  }
  if (l.token_budget < l.max_sequences) {
    return bad_input(fmt::format("{}token_budget is {}; must be at least max_sequences, {}", where,
                                 l.token_budget, l.max_sequences));
  }
  if (l.block_tokens == 0 || l.block_tokens > 1024) {
    return bad_input(fmt::format("{}block_tokens is {}; must be 1 to 1024", where, l.block_tokens));
  }
  if (!(l.prefix_hit_rate >= 0 && l.prefix_hit_rate < 1)) {
    return bad_input(
        fmt::format("{}prefix_hit_rate is {}; must be 0 or more and below 1", where, l.prefix_hit_rate));
  }
  if (l.timeout < Nanoseconds(0) || l.swap_token < Ticks(0)) {
    return bad_input(where + "timeout and swap_token must be 0 or more");
  }
  return Status::success();
}

Status check_load(const Schedule& schedule, const ContinuousSystem& system) {
  const ScenarioKind kind = schedule.scenario.kind;
  if (kind == ScenarioKind::multi_stream || (kind != ScenarioKind::offline && schedule.samples != 1)) {
    return bad_input(
        "continuous batching: each query must be one request; use another scenario than MultiStream");
  }
  const bool loses = system.limits.max_waiting > 0 || system.limits.timeout > Nanoseconds(0) ||
                     (system.prefill && (system.prefill->limits.max_waiting > 0 ||
                                         system.prefill->limits.timeout > Nanoseconds(0)));
  if (loses && !is_open_loop(kind)) {
    return bad_input(
        "max_waiting and timeout need an open loop (Server): a user who waits for an answer must get one");
  }
  if (is_open_loop(kind) && schedule.arrivals.empty()) {
    return bad_input("schedule: an open loop needs at least one arrival");
  }
  Nanoseconds previous{0};
  for (const Nanoseconds at : schedule.arrivals) {
    if (at < previous) return bad_input("schedule: arrivals must ascend from 0");
    previous = at;
  }
  if (schedule.lengths.empty()) return check_lengths(system.lengths, system);
  for (const TokenLengths& length : schedule.lengths) RIDGELINE_CHECK(check_lengths(length, system));
  return Status::success();
}

Status check_disturbance(const Schedule& schedule, const ContinuousSystem& system) {
  RIDGELINE_CHECK(check(system.interference));
  const double stretch = mean_stretch(system.interference);
  if (!(stretch <= most_stretch)) {
    return bad_input(
        fmt::format("interference: passes would take {:.3g} times the table; must be at most {:g}", stretch,
                    most_stretch));
  }
  if (!system.heat) return Status::success();
  const Nanoseconds last =
      schedule.arrivals.empty() ? schedule.scenario.min_duration : schedule.arrivals.back();
  return check(*system.heat, to_seconds(last),
               system.replicas + (system.prefill ? system.prefill->replicas : 0));
}

Status check_hedge(const Schedule& schedule, const ContinuousSystem& system) {
  if (system.hedge_after == Nanoseconds(0)) return Status::success();
  if (system.hedge_after < Nanoseconds(0)) {
    return bad_input(fmt::format("hedge_after is {} ns; must be 0 or more", system.hedge_after.count()));
  }
  if ((system.prefill ? system.prefill->replicas : system.replicas) < 2) {
    return bad_input("hedge_after: a second copy needs a second replica to go to; give 2 or more");
  }
  if (schedule.scenario.kind == ScenarioKind::offline) {
    return bad_input("hedge_after: nobody waits for a single answer of Offline; use another scenario");
  }
  return Status::success();
}

Status check_classes(const ContinuousSystem& system) {
  for (const std::uint8_t c : system.classes) {
    if (c >= request_classes)
      return bad_input(fmt::format("a request has class {}; must be 0 to {}", c, request_classes - 1));
  }
  if (system.class_shares.empty()) return Status::success();
  double sum = 0;
  for (const double share : system.class_shares) {
    if (!(share >= 0)) return bad_input(fmt::format("class_shares: {} must be 0 or more", share));
    sum += share;
  }
  if (system.class_shares.size() <= request_classes && std::abs(sum - 1) < 1e-6) return Status::success();
  return bad_input(
      fmt::format("class_shares: {} shares that add up to {:g}; must be at most {} that add up to 1",
                  system.class_shares.size(), sum, request_classes));
}

std::string count_note(const RequestCounts& c) {
  if (c.completed == c.issued) return fmt::format("all {} requests completed", c.completed);
  return fmt::format(
      "{} of {} requests completed, {} were refused by a full queue and {} gave up waiting{}: latencies are "
      "of "
      "those completed",
      c.completed, c.issued, c.refused, c.timed_out,
      c.cancelled > 0 ? fmt::format("; {} were cancelled", c.cancelled) : "");
}

std::vector<std::string> notes(const ContinuousSystem& system, const RequestCounts& c) {
  const EngineLimits& l = system.limits;
  std::vector<std::string> lines{
      fmt::format("simulated in virtual time, continuous batching: {} tokens a pass, {} sequences, chunked "
                  "prefill {}, "
                  "{} KV blocks of {}",
                  l.token_budget, l.max_sequences, l.chunked_prefill == ChunkedPrefill::on ? "on" : "off",
                  l.kv_blocks, l.block_tokens),
      count_note(c)};
  lines.push_back(fmt::format("{} passes computed {} prompt tokens; {} tokens were decoded", c.passes,
                              c.prompt_tokens, c.decode_tokens));
  if (c.preemptions > 0) {
    lines.push_back(
        fmt::format("the KV cache was full: {} preemptions, by {}", c.preemptions, to_string(l.preemption)));
  }
  if (system.hedge_after > Nanoseconds(0)) {
    lines.push_back(
        fmt::format("hedged after {}: {} requests; the copy was faster {} times, and {} prompt tokens "
                    "were computed in vain",
                    show(to_seconds(system.hedge_after)), c.hedged, c.hedges_won, c.wasted_tokens));
  }
  if (!is_quiet(system.interference)) lines.push_back(describe(system.interference, "passes"));
  if (system.heat) lines.push_back(describe(*system.heat));
  return lines;
}

}  // namespace

namespace serve {

Status check_lengths(TokenLengths length, const ContinuousSystem& system) {
  const std::uint64_t total = std::uint64_t{length.input} + length.output;
  if (length.input == 0 || length.output == 0) {
    return bad_input(fmt::format("a request has {} tokens in and {} out; needs at least 1 of each",
                                 length.input, length.output));
  }
  if (total > system.times.contexts().back() ||
      (system.prefill && length.input > system.prefill->times.contexts().back())) {
    return bad_input(fmt::format("a request has {} tokens in all, and the table of step times ends at {}",
                                 total, system.times.contexts().back()));
  }
  const auto fits = [](const EngineLimits& limits, std::uint64_t tokens) {
    return (tokens + limits.block_tokens - 1) / limits.block_tokens <= limits.kv_blocks;
  };
  if (!fits(system.limits, total) || (system.prefill && !fits(system.prefill->limits, length.input))) {
    return infeasible(
        fmt::format("a request of {} tokens does not fit the KV cache: it holds {} blocks of {}", total,
                    system.limits.kv_blocks, system.limits.block_tokens));
  }
  return Status::success();
}

Status check_continuous(const Schedule& schedule, const ContinuousSystem& system) {
  RIDGELINE_CHECK(validate(schedule.scenario));
  RIDGELINE_CHECK(check_limits(system.limits, system.times, ""));
  if (system.replicas == 0 || system.replicas > most_replicas) {
    return bad_input(fmt::format("replicas is {}; must be 1 to {}", system.replicas, most_replicas));
  }
  if (system.prefill) {
    RIDGELINE_CHECK(check_limits(system.prefill->limits, system.prefill->times, "prefill: "));
    if (system.prefill->replicas == 0 || system.prefill->replicas > most_replicas) {
      return bad_input(
          fmt::format("prefill: replicas is {}; must be 1 to {}", system.prefill->replicas, most_replicas));
    }
  }
  RIDGELINE_CHECK(check_classes(system));
  RIDGELINE_CHECK(check_windows(system.windows));
  RIDGELINE_CHECK(check_disturbance(schedule, system));
  RIDGELINE_CHECK(check_hedge(schedule, system));
  return check_load(schedule, system);
}

Run continuous_run(const Scenario& scenario, const ContinuousSystem& system, const RequestCounts& counts) {
  Run run;
  run.scenario = scenario;
  run.origin = RunOrigin::simulated;
  run.system = system.name;
  run.workload = system.workload;
  run.version = version;
  run.machine = "virtual time";
  run.notes = notes(system, counts);
  run.refused = counts.refused;
  run.timed_out = counts.timed_out;
  return run;
}

}  // namespace serve

Result<Run> simulate_continuous(const Schedule& schedule, const ContinuousSystem& system,
                                RequestCounts* counts, Stepping stepping) {
  RIDGELINE_CHECK(check_continuous(schedule, system));
  ContinuousPlayer player(schedule, system, stepping);
  player.play();
  Run run = continuous_run(schedule.scenario, system, player.counts());
  player.record(run);
  if (cancelled()) run.interrupted = true;
  if (counts != nullptr) *counts = player.counts();
  return run;
}

std::optional<Preemption> parse_preemption(std::string_view text) {
  if (text == "recompute") return Preemption::recompute;
  if (text == "swap") return Preemption::swap;
  return std::nullopt;
}
std::optional<Router> parse_router(std::string_view text) {
  for (const Router router : {Router::round_robin, Router::least_outstanding, Router::power_of_two}) {
    if (text == to_string(router)) return router;
  }
  return std::nullopt;
}
std::string_view to_string(Preemption p) { return p == Preemption::recompute ? "recompute" : "swap"; }
std::string_view to_string(Router r) {
  switch (r) {
    case Router::round_robin:
      return "round-robin";
    case Router::least_outstanding:
      return "least-outstanding";
    case Router::power_of_two:
      break;
  }
  return "power-of-two";
}

}  // namespace ridgeline
