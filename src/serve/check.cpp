#include "serve/check.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace ridgeline::serve {
namespace {

constexpr Nanoseconds one_day = std::chrono::hours(24);
constexpr std::uint32_t most_workers = 65'536;
constexpr double most_noise = 1;     // sigma: one draw in a thousand beyond a factor of 13
constexpr double most_pauses = 1e6;  // Hz
constexpr double most_load = 0.95;
constexpr double most_factor = 1000;
constexpr std::uint32_t most_windows = 10'000;
constexpr double most_heat_slots = 1e7;                // governor periods, of all workers together
constexpr double most_samples = 1e9;                   // hours of simulating
constexpr Bytes query_record(168), sample_record(16);  // in the recorder and in the Run
constexpr Bytes most_records(4e9);
constexpr Seconds longest_run(1e8);  // three years of service, far from the end of the clock (292)

Status check_time(std::string_view what, std::size_t batch, Nanoseconds time, Nanoseconds previous) {
  if (time <= Nanoseconds(0) || time > one_day) {
    return bad_input(
        fmt::format("service table: {} of a batch of {} is {} ns; must be above 0 and at most a day", what,
                    batch, time.count()));
  }
  if (time < previous) {
    return bad_input(fmt::format(
        "service table: {} of a batch of {} is {} ns, less than the {} ns of a batch of {}; must not fall",
        what, batch, time.count(), previous.count(), batch - 1));
  }
  return Status::success();
}

Status check_length(std::string_view name, Nanoseconds length) {
  if (length >= Nanoseconds(0) && length <= one_day) return Status::success();
  return bad_input(fmt::format("{} is {} ns; must be 0 or more and at most a day", name, length.count()));
}

Status check_noise(const Interference& interference) {
  const double sigma = interference.noise_sigma;
  if (!(sigma >= 0 && sigma <= most_noise)) {
    return bad_input(fmt::format("noise_sigma is {}; must be 0 to {}", sigma, most_noise));
  }
  for (const double factor : interference.noise_factors) {
    if (!(factor > 0 && factor <= most_factor)) {
      return bad_input(
          fmt::format("noise_factors holds {}; must be above 0 and at most {}", factor, most_factor));
    }
  }
  return Status::success();
}

Status check_rate(std::string_view name, Hertz rate) {
  if (rate.value() >= 0 && rate.value() <= most_pauses) return Status::success();
  return bad_input(fmt::format("{} is {} Hz; must be 0 to {} Hz", name, rate.value(), most_pauses));
}

Status check_background(const Interference& interference) {
  const double load = interference.background_load;
  if (!(load >= 0 && load <= most_load)) {
    return bad_input(
        fmt::format("background_load is {}; must be 0 to {}: a share of the processor", load, most_load));
  }
  if (interference.background_burst < std::chrono::microseconds(1) ||
      interference.background_burst > one_day) {
    return bad_input(fmt::format("background_burst is {} ns; must be 1000 or more and at most a day",
                                 interference.background_burst.count()));
  }
  return Status::success();
}

std::string show_count(std::uint32_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// The shortest time between issues of a closed loop.
Nanoseconds shortest_query(const Schedule& schedule, const SimulatedSystem& system) {
  const auto largest = std::min(schedule.samples, system.batching.max_batch);
  return system.service.total[largest - 1];
}

double expected_queries(const Schedule& schedule, const SimulatedSystem& system) {
  const Scenario& scenario = schedule.scenario;
  if (scenario.kind == ScenarioKind::offline) return 1;
  if (!schedule.arrivals.empty()) return static_cast<double>(schedule.arrivals.size());
  const double by_time = scenario.users * to_seconds(scenario.min_duration).value() /
                         to_seconds(shortest_query(schedule, system)).value();
  const double wanted = std::max(by_time, static_cast<double>(scenario.min_queries));
  const auto most = static_cast<double>(scenario.max_queries);
  return scenario.max_queries == 0 ? wanted : std::min(wanted, most);
}

Status check_arrivals(const Schedule& schedule) {
  if (!is_open_loop(schedule.scenario.kind)) return Status::success();
  if (schedule.arrivals.empty()) {
    return bad_input(
        fmt::format("schedule: a {} scenario needs at least one arrival", to_string(schedule.scenario.kind)));
  }
  Nanoseconds previous{0};
  for (std::size_t i = 0; i < schedule.arrivals.size(); ++i) {
    if (schedule.arrivals[i] < previous) {
      return bad_input(fmt::format("schedule: arrival {} is at {} ns, before {} ns; must ascend from 0", i,
                                   schedule.arrivals[i].count(), previous.count()));
    }
    previous = schedule.arrivals[i];
  }
  return Status::success();
}

/// Shares go with batches; each is a share.
Status check_shares(std::string_view name, const std::vector<double>& shares, std::size_t batches) {
  if (!shares.empty() && shares.size() != batches) {
    return bad_input(fmt::format("service table: {} {} for {} batches; needs one each, or none",
                                 shares.size(), name, batches));
  }
  for (const double share : shares) {
    if (!(share >= 0 && share <= 1))
      return bad_input(fmt::format("service table: {} holds {}; must be 0 to 1", name, share));
  }
  return Status::success();
}

Status check(const LengthTable& table, const Schedule& schedule, std::uint32_t max_batch) {
  if (table.prefill.size() < max_batch || table.decode.max_sequences() < max_batch)
    return bad_input(fmt::format("by_length: max_batch is {}; make a table of as many", max_batch));
  for (const TokenLengths length : schedule.lengths) {
    const std::uint64_t all = std::uint64_t{length.input} + length.output;
    if (length.input == 0 || length.output == 0)
      return bad_input(fmt::format("a request has {} tokens in and {} out; needs at least 1 of each",
                                   length.input, length.output));
    if (length.input > table.prompts.back() || all > table.decode.contexts().back()) {
      return bad_input(fmt::format(
          "a request has {} tokens in and {} out, and by_length ends at {} in and {} in all; make a larger "
          "table",
          length.input, length.output, table.prompts.back(), table.decode.contexts().back()));
    }
    if (length.output > table.decode.longest_run(max_batch))
      return bad_input(fmt::format("a request of {} tokens out takes too long", length.output));
  }
  return Status::success();
}

/// A table of one length cannot play them; those that a trace brings along are noted where they can mean
/// nothing.
Status check_lengths(const Schedule& schedule, const SimulatedSystem& system) {
  if (schedule.lengths.empty()) return Status::success();
  if (system.by_length) return check(*system.by_length, schedule, system.batching.max_batch);
  const bool asked = schedule.scenario.lengths.kind != TokenLengthDistribution::Kind::system;
  if (!asked && system.service.first_token.empty()) return Status::success();
  return bad_input(
      "lengths: the table of batch times is for requests of one length; the system needs one by length, "
      "which "
      "models that generate have");
}

/// A run beyond keep_queries is a digest of a fixed size.
Status check_size(const Schedule& schedule, double queries) {
  const double samples = queries * schedule.samples;
  if (!(samples <= most_samples)) {
    return bad_input(
        fmt::format("the run would issue about {:.2g} samples, more than {:.2g}; shorten "
                    "min_duration or set max_queries",
                    samples, most_samples));
  }
  const bool offline = schedule.scenario.kind == ScenarioKind::offline;
  if ((offline ? samples : queries) > static_cast<double>(schedule.scenario.keep_queries))
    return Status::success();
  const Bytes records = queries * query_record + samples * sample_record;
  if (records <= most_records) return Status::success();
  return bad_input(
      fmt::format("the run would issue about {:.2g} queries and keep {} of records, more than {}; "
                  "shorten min_duration, or keep fewer queries than that (keep_queries)",
                  queries, show(records), show(most_records)));
}

}  // namespace

Status check(const ServiceTable& table) {
  if (table.total.empty()) return bad_input("service table: empty; needs the time of a batch of 1 at least");
  if (!table.first_token.empty() && table.first_token.size() != table.total.size()) {
    return bad_input(
        fmt::format("service table: {} first-token times for {} batches; needs one each, or none",
                    table.first_token.size(), table.total.size()));
  }
  RIDGELINE_CHECK(check_shares("compute_share", table.compute_share, table.total.size()));
  RIDGELINE_CHECK(check_shares("decode_compute_share", table.decode_compute_share, table.total.size()));
  Nanoseconds total{0}, first{0};
  for (std::size_t i = 0; i < table.total.size(); ++i) {
    RIDGELINE_CHECK(check_time("time", i + 1, table.total[i], total));
    total = table.total[i];
    if (table.first_token.empty()) continue;
    RIDGELINE_CHECK(check_time("first token", i + 1, table.first_token[i], first));
    first = table.first_token[i];
    if (first > total) {
      return bad_input(
          fmt::format("service table: first token of a batch of {} comes at {} ns, after its end at {}",
                      i + 1, first.count(), total.count()));
    }
  }
  return Status::success();
}

Status check(const ServiceTable& table, const BatchingPolicy& policy, std::uint32_t replicas) {
  RIDGELINE_CHECK(check(table));
  if (policy.max_batch == 0) return bad_input("max_batch is 0; must be 1 or more");
  if (policy.max_batch > table.total.size()) {
    return bad_input(fmt::format("max_batch is {} and the service table ends at {}; make a larger table",
                                 policy.max_batch, table.total.size()));
  }
  if (policy.batch_timeout < Nanoseconds(0) || policy.batch_timeout > one_day) {
    return bad_input(fmt::format("batch_timeout is {} ns; must be 0 or more and at most a day",
                                 policy.batch_timeout.count()));
  }
  if (replicas == 0 || replicas > most_workers) {
    return bad_input(fmt::format("replicas is {}; must be 1 to {}", replicas, most_workers));
  }
  return Status::success();
}

Status check(const Interference& interference) {
  RIDGELINE_CHECK(check_noise(interference));
  RIDGELINE_CHECK(check_rate("pause_rate", interference.pause_rate));
  if (interference.pause_rate.value() > 0 && interference.pause_lengths.empty()) {
    return bad_input("pause_rate is set and pause_lengths is empty; give the lengths seen");
  }
  for (const Nanoseconds length : interference.pause_lengths) {
    if (length < Nanoseconds(0) || length > one_day) {
      return bad_input(
          fmt::format("pause_lengths holds {} ns; must be 0 or more and at most a day", length.count()));
    }
  }
  RIDGELINE_CHECK(check_background(interference));
  RIDGELINE_CHECK(check_rate("context_switch_rate", interference.context_switch_rate));
  RIDGELINE_CHECK(check_length("context_switch_cost", interference.context_switch_cost));
  return check_length("cache_refill", interference.cache_refill);
}

Status check(const HeatModel& heat, Seconds length, std::uint32_t devices) {
  RIDGELINE_CHECK(validate(heat));
  const double slots = length / heat.governor.period.value * devices;
  if (slots <= most_heat_slots) return Status::success();
  return bad_input(fmt::format(
      "the run may last {:.2g} governor periods over all workers, more than {:.2g}; issue less work", slots,
      most_heat_slots));
}

Status check(const Schedule& schedule, const SimulatedSystem& system) {
  RIDGELINE_CHECK(validate(schedule.scenario));
  RIDGELINE_CHECK(check(system.service, system.batching, system.replicas));
  RIDGELINE_CHECK(check(system.interference));
  if (system.heat) RIDGELINE_CHECK(validate(*system.heat));
  if (system.windows > most_windows)
    return bad_input(fmt::format("windows is {}; must be at most {}", system.windows, most_windows));
  if (schedule.samples == 0) return bad_input("schedule: a query has 0 samples; must be 1 or more");
  RIDGELINE_CHECK(check_arrivals(schedule));
  RIDGELINE_CHECK(check_lengths(schedule, system));
  const double queries = expected_queries(schedule, system);
  RIDGELINE_CHECK(check_size(schedule, queries));
  const double slowest = system.heat ? system.heat->steps.back().clock : 1;
  const double stretch = mean_stretch(system.interference) / slowest;
  const Seconds work = queries * schedule.samples * stretch * to_seconds(system.service.total[0]);
  if (!(work <= longest_run)) {
    return bad_input(fmt::format("the run may take {:.2g} s of service, more than {:.2g} s; issue less work",
                                 work.value(), longest_run.value()));
  }
  if (!system.heat) return Status::success();
  const Seconds last = schedule.arrivals.empty() ? Seconds(0) : to_seconds(schedule.arrivals.back());
  return check(*system.heat, last + work, system.replicas);
}

Hertz saturation_rate(const ServiceTable& table, const BatchingPolicy& policy, std::uint32_t replicas) {
  return Hertz(replicas * policy.max_batch / to_seconds(table.total[policy.max_batch - 1]).value());
}

std::string describe(const BatchingPolicy& policy, std::uint32_t replicas) {
  const std::string workers = show_count(replicas, "worker");
  if (policy.max_batch == 1) return "batches of 1, " + workers;
  return fmt::format("batches of up to {}, timeout {}, {}", policy.max_batch,
                     show(to_seconds(policy.batch_timeout)), workers);
}

}  // namespace ridgeline::serve

namespace ridgeline {
namespace {

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

Seconds mean_pause(const Interference& interference) {
  Seconds sum{};
  for (const Nanoseconds length : interference.pause_lengths) sum += to_seconds(length);
  return interference.pause_lengths.empty() ? sum
                                            : sum / static_cast<double>(interference.pause_lengths.size());
}

}  // namespace

double mean_stretch(const Interference& i) {
  const double noise = i.noise_factors.empty() ? 1 : mean(i.noise_factors);
  const double pauses = i.pause_rate * mean_pause(i);
  const double switches = i.context_switch_rate * to_seconds(i.context_switch_cost + i.cache_refill);
  const double background = i.background_load / (1 - i.background_load);
  return noise * (1 + pauses + switches + background);
}

}  // namespace ridgeline
