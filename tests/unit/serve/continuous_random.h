#pragma once
// Systems that batch continuously, drawn from all that there are.

#include "continuous_systems.h"

namespace ridgeline::serve::random_systems {

struct Case {
  Schedule schedule;
  ContinuousSystem system;
};

inline Case random_case(std::uint64_t seed) {
  RandomStream random(seed, "case");
  LinearCosts costs = plain_costs();
  costs.cached_token = Seconds(1e-9 * random.uniform() * 300);
  costs.interference = 0.3 + random.uniform();
  costs.prompt_stretch = 0.5 + random.uniform();
  const auto sequences = static_cast<std::uint32_t>(1 + random.below(12));
  Case c{server_schedule(400, Hertz(5 + 40 * random.uniform()), seed), continuous(costs, sequences)};
  std::uint64_t longest = 0;
  for (int i = 0; i < 400; ++i) {
    const TokenLengths l{static_cast<std::uint32_t>(1 + random.below(300)),
                         static_cast<std::uint32_t>(1 + random.below(60))};
    c.schedule.lengths.push_back(l);
    longest = std::max<std::uint64_t>(longest, l.input + l.output);
    c.system.classes.push_back(static_cast<std::uint8_t>(random.below(2) * random.below(4)));
  }
  c.system.lengths = c.schedule.lengths.front();
  EngineLimits& l = c.system.limits;
  l.token_budget = sequences + static_cast<std::uint32_t>(random.below(400));
  l.block_tokens = static_cast<std::uint32_t>(1 + random.below(20));
  l.kv_blocks = longest / l.block_tokens + 1 + random.below(sequences * 100ULL / l.block_tokens + 1);
  l.chunked_prefill = random.below(4) == 0 ? ChunkedPrefill::off : ChunkedPrefill::on;
  l.preemption = random.below(2) == 0 ? Preemption::swap : Preemption::recompute;
  l.swap_token = Ticks(static_cast<std::int64_t>(random.below(1ULL << 40)));
  if (random.below(3) == 0) l.prefix_hit_rate = 0.5 * random.uniform();
  if (random.below(3) == 0) l.max_waiting = static_cast<std::uint32_t>(5 + random.below(20));
  if (random.below(3) == 0) l.timeout = std::chrono::milliseconds(50 + random.below(2000));
  c.system.replicas = static_cast<std::uint32_t>(1 + random.below(3));
  c.system.router = static_cast<Router>(random.below(3));
  if (random.below(3) == 0) {
    c.system.per_request = std::chrono::microseconds(random.below(5000));
    c.system.per_user = std::chrono::microseconds(random.below(500));
  }
  if (random.below(4) == 0) {
    PrefillStage stage;
    stage.times = c.system.times;
    stage.limits = l;
    stage.replicas = static_cast<std::uint32_t>(1 + random.below(2));
    stage.transfer_token = Ticks(static_cast<std::int64_t>(random.below(1ULL << 40)));
    c.system.prefill = stage;
    c.system.limits.max_waiting = 0;
    c.system.limits.timeout = Nanoseconds(0);
  }
  return c;
}

/// The same, on machines that other work disturbs and that warm up.
inline Case random_disturbed_case(std::uint64_t seed) {
  Case c = random_case(seed);
  RandomStream random(seed, "disturbance");
  Interference& i = c.system.interference;
  if (random.below(2) == 0) i.noise_sigma = 0.5 * random.uniform();
  if (random.below(2) == 0) i.pause_rate = Hertz(50 * random.uniform());
  i.pause_lengths = {std::chrono::milliseconds(1), std::chrono::milliseconds(random.below(300))};
  if (random.below(2) == 0) i.background_load = 0.5 * random.uniform();
  if (random.below(2) == 0) i.context_switch_rate = Hertz(1000 * random.uniform());
  i.context_switch_cost = std::chrono::microseconds(random.below(200));
  if (random.below(2) == 0) {
    HeatModel heat;
    heat.ambient_celsius.value = 25;
    heat.active.value = Watts(100);
    heat.nodes = {{"chip", {1 + 5 * random.uniform(), {}, {}}, {0.5, {}, {}}}};
    heat.steps = {{1, 1}, {0.7, 0.5}, {0.3, 0.2}};
    heat.governor = {0, {40 + 30 * random.uniform(), {}, {}}, {35, {}, {}}, {Seconds(0.05), {}, {}}};
    c.system.heat = heat;
  }
  const std::uint32_t fronts = c.system.prefill ? c.system.prefill->replicas : c.system.replicas;
  if (fronts > 1 && random.below(3) > 0)
    c.system.hedge_after = std::chrono::milliseconds(1 + random.below(500));
  return c;
}

}  // namespace ridgeline::serve::random_systems
