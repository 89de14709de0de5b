#include "kernels/fields.h"

namespace ridgeline::kernels {
namespace {

template <std::size_t Kernel, std::size_t Dim>
constexpr Field<ContextCoefficients> efficiency(std::string_view name) {
  return {name, "",   [](ContextCoefficients& c) -> NumberRef { return c.efficiency[Kernel][Dim]; },
          0.4,  0.01, 1};
}

/// Cache: 0 bf16, 1 fp8. Group: 0 one KV head a query head, 1 grouped.
template <std::size_t Cache, std::size_t Group>
struct KernelFields {
  using C = GenerationCoefficients;
  static constexpr Field<C> fixed_time(std::string_view name) {
    return {name, "us", [](C& c) -> NumberRef { return c.kernels[Cache][Group].fixed_time; }, 8, 2, 30};
  }
  static constexpr Field<C> block_time(std::string_view name) {
    return {name, "us", [](C& c) -> NumberRef { return c.kernels[Cache][Group].block_time; }, 2, 0.05, 20};
  }
  static constexpr Field<C> token_time(std::string_view name) {
    return {name, "ns", [](C& c) -> NumberRef { return c.kernels[Cache][Group].token_time; }, 5, 0.1, 100};
  }
  static constexpr Field<C> split_tokens(std::string_view name) {
    return {name, "", [](C& c) -> NumberRef { return c.kernels[Cache][Group].split_tokens; }, 300, 32, 8192};
  }
};

}  // namespace

template <>
std::span<const Field<ContextCoefficients>> fields() {
  using C = ContextCoefficients;
  static constexpr Field<C> table[] = {
      {"fixed_time", "us", [](C& c) -> NumberRef { return c.fixed_time; }, 12, 3, 60},
      {"tail_share", "", [](C& c) -> NumberRef { return c.tail_share; }, 0.5, 0.01, 2},
      {"memory_efficiency", "", [](C& c) -> NumberRef { return c.memory_efficiency; }, 0.5, 0.05, 1},
      {"chain_latency", "us", [](C& c) -> NumberRef { return c.chain_latency; }, 0.1, 0.005, 5},
      {"cache_traffic", "", [](C& c) -> NumberRef { return c.cache_traffic; }, 1, 0.1, 8},
      {"cache_knee", "", [](C& c) -> NumberRef { return c.cache_knee; }, 0.5, 0.05, 4},
      {"cached_rate", "", [](C& c) -> NumberRef { return c.cached_rate; }, 1, 0.1, 20},
      {"tile_time", "us", [](C& c) -> NumberRef { return c.tile_time; }, 0.5, 0.005, 10},
      {"throttle", "", [](C& c) -> NumberRef { return c.throttle; }, 0.1, 0.001, 1.5},
      {"window_slack", "", [](C& c) -> NumberRef { return c.window_slack; }, 0.5, 0.01, 8},
      efficiency<0, 0>("efficiency_bf16_64"),
      efficiency<0, 1>("efficiency_bf16_128"),
      efficiency<0, 2>("efficiency_bf16_192"),
      efficiency<0, 3>("efficiency_bf16_256"),
      efficiency<0, 4>("efficiency_bf16_512"),
      efficiency<1, 0>("efficiency_fp8_cache_64"),
      efficiency<1, 1>("efficiency_fp8_cache_128"),
      efficiency<1, 2>("efficiency_fp8_cache_192"),
      efficiency<1, 3>("efficiency_fp8_cache_256"),
      efficiency<1, 4>("efficiency_fp8_cache_512"),
      efficiency<2, 0>("efficiency_fp8_64"),
      efficiency<2, 1>("efficiency_fp8_128"),
      efficiency<2, 2>("efficiency_fp8_192"),
      efficiency<2, 3>("efficiency_fp8_256"),
      efficiency<2, 4>("efficiency_fp8_512")};
  return table;
}

template <>
std::span<const Field<GenerationCoefficients>> fields() {
  using C = GenerationCoefficients;
  static constexpr Field<C> table[] = {
      KernelFields<0, 0>::fixed_time("fixed_time"),
      KernelFields<0, 0>::block_time("block_time"),
      KernelFields<0, 0>::token_time("token_time"),
      KernelFields<0, 0>::split_tokens("split_tokens"),
      KernelFields<0, 1>::fixed_time("grouped_fixed_time"),
      KernelFields<0, 1>::block_time("grouped_block_time"),
      KernelFields<0, 1>::token_time("grouped_token_time"),
      KernelFields<0, 1>::split_tokens("grouped_split_tokens"),
      KernelFields<1, 0>::fixed_time("fp8_fixed_time"),
      KernelFields<1, 0>::block_time("fp8_block_time"),
      KernelFields<1, 0>::token_time("fp8_token_time"),
      KernelFields<1, 0>::split_tokens("fp8_split_tokens"),
      KernelFields<1, 1>::fixed_time("fp8_grouped_fixed_time"),
      KernelFields<1, 1>::block_time("fp8_grouped_block_time"),
      KernelFields<1, 1>::token_time("fp8_grouped_token_time"),
      KernelFields<1, 1>::split_tokens("fp8_grouped_split_tokens"),
      {"memory_efficiency", "", [](C& c) -> NumberRef { return c.memory_efficiency; }, 0.8, 0.2, 1},
      {"fp8_cache_efficiency", "", [](C& c) -> NumberRef { return c.fp8_cache_efficiency; }, 0.9, 0.2, 1.2},
      {"query_traffic", "", [](C& c) -> NumberRef { return c.query_traffic; }, 2, 0.1, 50},
      {"head_dim_power", "", [](C& c) -> NumberRef { return c.head_dim_power; }, 0.5, 0.01, 1.5},
      {"split_time", "us", [](C& c) -> NumberRef { return c.split_time; }, 2, 0.01, 20},
      {"window_time", "us", [](C& c) -> NumberRef { return c.window_time; }, 1, 0.01, 10},
      {"transpose_time", "us", [](C& c) -> NumberRef { return c.transpose_time; }, 2, 0.01, 12},
      {"unshared_efficiency", "", [](C& c) -> NumberRef { return c.unshared_efficiency; }, 2, 0.5, 8},
      {"unshared_block_time", "us", [](C& c) -> NumberRef { return c.unshared_block_time; }, 1.5, 0.05, 10},
      {"unpacked_block_time", "us", [](C& c) -> NumberRef { return c.unpacked_block_time; }, 4, 0.05, 20},
      {"harness_warm_rate", "", [](C& c) -> NumberRef { return c.harness.warm_rate; }, 1.5, 0.1, 10},
      {"harness_warm_knee", "", [](C& c) -> NumberRef { return c.harness.warm_knee; }, 0.5, 0.05, 2}};
  return table;
}

}  // namespace ridgeline::kernels
