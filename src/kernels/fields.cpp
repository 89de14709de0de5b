#include "kernels/fields.h"

namespace ridgeline::kernels {

double unit_value(std::string_view unit) { return unit == "us" ? 1e-6 : unit == "ns" ? 1e-9 : 1.0; }

template <>
std::span<const Field<GemmCoefficients>> fields() {
  using C = GemmCoefficients;
  static constexpr Field<C> table[] = {
      {"fixed_time", "us", [](C& c) -> NumberRef { return c.fixed_time; }, 3, 0.3, 500},
      {"compute_efficiency", "", [](C& c) -> NumberRef { return c.compute_efficiency; }, 0.8, 0.2, 1},
      {"memory_efficiency", "", [](C& c) -> NumberRef { return c.memory_efficiency; }, 0.85, 0.3, 1},
      {"stream_rate", "", [](C& c) -> NumberRef { return c.stream_rate; }, 3, 0.7, 30},
      {"step_latency", "ns", [](C& c) -> NumberRef { return c.step_latency; }, 0.3, 0.005, 10},
      {"tile_time", "us", [](C& c) -> NumberRef { return c.tile_time; }, 0.5, 0.02, 10},
      {"split_time", "us", [](C& c) -> NumberRef { return c.split_time; }, 0.5, 0.05, 20},
      {"wave_smoothing", "", [](C& c) -> NumberRef { return c.wave_smoothing; }, 0.3, 0.003, 1},
      {"overlap_power", "", [](C& c) -> NumberRef { return c.overlap_power; }, 3, 1, 12},
      {"quantise_efficiency", "", [](C& c) -> NumberRef { return c.quantise_efficiency; }, 0.5, 0.05, 1},
      {"unaligned_efficiency", "", [](C& c) -> NumberRef { return c.unaligned_efficiency; }, 0.6, 0.2, 1},
      {"harness_warm_rate", "", [](C& c) -> NumberRef { return c.harness.warm_rate; }, 2, 0.5, 5},
      {"harness_launch_floor", "us", [](C& c) -> NumberRef { return c.harness.launch_floor; }, 60, 0.3, 500},
      {"harness_small_launch_floor", "us", [](C& c) -> NumberRef { return c.harness.small_launch_floor; },
       100, 20, 1000},
      {"harness_odd_launch_floor", "us", [](C& c) -> NumberRef { return c.harness.odd_launch_floor; }, 200,
       20, 1000}};
  return table;
}

template <>
std::span<const Field<MoeCoefficients>> fields() {
  using C = MoeCoefficients;
  static constexpr Field<C> table[] = {
      {"fixed_time", "us", [](C& c) -> NumberRef { return c.fixed_time; }, 25, 3, 300},
      {"compute_efficiency", "", [](C& c) -> NumberRef { return c.compute_efficiency; }, 0.6, 0.03, 1},
      {"memory_efficiency", "", [](C& c) -> NumberRef { return c.memory_efficiency; }, 0.8, 0.15, 1},
      {"stream_rate", "", [](C& c) -> NumberRef { return c.stream_rate; }, 4, 0.5, 30},
      {"tile_time", "us", [](C& c) -> NumberRef { return c.tile_time; }, 1, 0.02, 40},
      {"overlap_power", "", [](C& c) -> NumberRef { return c.overlap_power; }, 3, 1, 12},
      {"activation_efficiency", "", [](C& c) -> NumberRef { return c.activation_efficiency; }, 0.3, 0.02, 1},
      {"routing_time", "ns", [](C& c) -> NumberRef { return c.routing_time; }, 0.5, 0.005, 50},
      {"harness_warm_rate", "", [](C& c) -> NumberRef { return c.harness.warm_rate; }, 1.5, 0.3, 5}};
  return table;
}

template <>
std::span<const Field<CollectiveCoefficients>> fields() {
  using C = CollectiveCoefficients;
  static constexpr Field<C> table[] = {
      {"fixed_time", "us", [](C& c) -> NumberRef { return c.fixed_time; }, 5, 0.5, 60},
      {"step_time", "us", [](C& c) -> NumberRef { return c.step_time; }, 0.5, 0.01, 10},
      {"segment_time", "us", [](C& c) -> NumberRef { return c.segment_time; }, 1, 0.01, 300},
      {"link_efficiency", "", [](C& c) -> NumberRef { return c.link_efficiency; }, 0.8, 0.1, 1},
      {"contention", "", [](C& c) -> NumberRef { return c.contention; }, 0.4, 0.001, 1.2},
      {"one_shot_fixed_time", "us", [](C& c) -> NumberRef { return c.one_shot.fixed_time; }, 3, 0.3, 30},
      {"one_shot_device_time", "us", [](C& c) -> NumberRef { return c.one_shot.device_time; }, 0.1, 0.005, 3},
      {"one_shot_link_efficiency", "", [](C& c) -> NumberRef { return c.one_shot.link_efficiency; }, 0.6,
       0.02, 1},
      {"one_shot_contention", "", [](C& c) -> NumberRef { return c.one_shot.contention; }, 1, 0.05, 3},
      {"harness_launch_floor", "us", [](C& c) -> NumberRef { return c.harness.launch_floor; }, 20, 3, 200},
      {"harness_copy_efficiency", "", [](C& c) -> NumberRef { return c.harness.copy_efficiency; }, 0.5, 0.05,
       1}};
  return table;
}

}  // namespace ridgeline::kernels
