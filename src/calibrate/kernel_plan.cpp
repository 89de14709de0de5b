#include "calibrate/kernel_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "calibrate/kernel_rows.h"
#include "kernels/formats.h"

namespace ridgeline::calibrate {
namespace {

using kernels::Field;

template <class C>
void free_field(KernelPlan<C>& plan, std::string_view name) {
  plan.free.push_back(*kernels::find_field<C>(name));
}
template <class C>
void free_fields(KernelPlan<C>& plan, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) free_field(plan, name);
}

/// A launch alone is a little less than the fastest hundredth of all times.
double likely_fixed_microseconds(const KernelGroup& group) {
  std::vector<double> times;
  for (const MeasuredKernel* row : group.rows) times.push_back(row->time.value());
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 100);
  std::nth_element(times.begin(), at, times.end());
  return 0.8e6 * *at;
}

template <class Shape, class Predicate>
bool any_shape(const KernelGroup& group, const Predicate& is) {
  return std::any_of(group.rows.begin(), group.rows.end(),
                     [&](const MeasuredKernel* row) { return is(std::get<Shape>(row->shape)); });
}
bool any_eager(const KernelGroup& group) {
  return std::any_of(group.rows.begin(), group.rows.end(),
                     [](const MeasuredKernel* row) { return row->setting == KernelSetting::eager; });
}

/// Under CUDA graphs, where only launches from Python were measured.
constexpr Seconds graph_launch = Seconds(5e-6);

TileChoice tile_choice(const KernelGroup& group, KernelFormat format) {
  if (group.table->stack != "vllm" || format != KernelFormat::fp8)
    return TileChoice::fastest;  // CUTLASS below
  return group.hardware->generation == "ada" ? TileChoice::by_rows_small : TileChoice::by_rows;
}

}  // namespace

KernelPlan<GemmCoefficients> plan_gemm(const KernelGroup& group) {
  const KernelFormat format = std::get<GemmShape>(group.rows.front()->shape).format;
  const bool eager = any_eager(group), warm = stays_warm(*group.hardware);
  KernelPlan<GemmCoefficients> plan;
  plan.fixed.tile_choice = tile_choice(group, format);
  free_fields(plan, {"compute_efficiency", "memory_efficiency", "stream_rate", "step_latency", "tile_time",
                     "wave_smoothing", "overlap_power"});
  if (plan.fixed.tile_choice == TileChoice::fastest) {
    free_field(plan, "split_time");
  } else {
    free_field(plan, "unaligned_efficiency");
  }
  if (kernels::gemm_bytes(format).quantises) {
    free_field(plan, "quantise_efficiency");
    if (warm) plan.free.back().high = 5;  // small activations never leave L2
  }
  if (eager) {
    plan.fixed.fixed_time = graph_launch;
    plan.fixed.harness.small_is_odd_rows = group.hardware->generation == "blackwell";
    free_fields(plan, {"harness_launch_floor", "harness_small_launch_floor", "harness_odd_launch_floor"});
  } else {
    free_field(plan, "fixed_time");
    if (warm) free_field(plan, "harness_warm_rate");
  }
  const double fixed = likely_fixed_microseconds(group);
  const std::string_view floor = eager ? "harness_launch_floor" : "fixed_time";
  plan.starts = {{{floor, fixed}},
                 {{floor, fixed},
                  {"compute_efficiency", 0.6},
                  {"stream_rate", 12},
                  {"tile_time", 0.3},
                  {"overlap_power", 3}},
                 {{floor, fixed},
                  {"compute_efficiency", 0.7},
                  {"stream_rate", 5},
                  {"wave_smoothing", 0.8},
                  {"split_time", 3},
                  {"step_latency", 0.02},
                  {"tile_time", 2}}};
  return plan;
}

KernelPlan<ContextCoefficients> plan_context(const KernelGroup& group) {
  KernelPlan<ContextCoefficients> plan;
  free_fields(plan, {"fixed_time", "tail_share", "memory_efficiency", "chain_latency", "cache_traffic",
                     "cache_knee", "cached_rate", "tile_time", "throttle"});
  using Shape = ContextAttention;
  if (any_shape<Shape>(group, [](const Shape& s) { return s.window > 0 && s.window < s.length; })) {
    free_field(plan, "window_slack");
  }
  constexpr std::array<std::string_view, 3> kernels{"bf16", "fp8_cache", "fp8"};
  for (std::size_t kernel = 0; kernel < kernels.size(); ++kernel) {
    for (const double dim : attention_head_dims) {
      const auto runs = [&](const Shape& s) {
        return s.head_dim == dim && kernel == (s.products == Precision::fp8 ? 2U
                                               : s.cache == Precision::fp8  ? 1U
                                                                            : 0U);
      };
      if (any_shape<Shape>(group, runs)) {
        free_field(plan, fmt::format("efficiency_{}_{}", kernels[kernel], dim));
      }
    }
  }
  plan.starts = {{},
                 {{"memory_efficiency", 0.9},
                  {"cache_traffic", 3},
                  {"cache_knee", 2},
                  {"cached_rate", 4},
                  {"chain_latency", 2},
                  {"tile_time", 2},
                  {"throttle", 0.4},
                  {"tail_share", 0.1}}};
  return plan;
}

KernelPlan<GenerationCoefficients> plan_generation(const KernelGroup& group) {
  using Shape = GenerationAttention;
  constexpr double shared_heads = 32;
  KernelPlan<GenerationCoefficients> plan;
  const bool trtllm = group.table->stack == "trtllm";
  const std::string& generation = group.hardware->generation;
  if (trtllm) plan.fixed.sharing_limit = shared_heads;
  free_fields(plan, {"memory_efficiency", "harness_warm_rate", "split_time", "query_traffic",
                     "harness_warm_knee", "head_dim_power"});
  for (const bool fp8 : {false, true}) {
    for (const bool grouped : {false, true}) {
      const auto runs = [&](const Shape& s) {
        const double heads = s.heads / s.kv_heads;
        const bool alone = heads == 1 || (trtllm && heads > shared_heads);
        return (s.cache == Precision::fp8) == fp8 && alone != grouped;
      };
      if (!any_shape<Shape>(group, runs)) continue;
      for (const std::string_view name : {"fixed_time", "block_time", "token_time", "split_tokens"}) {
        free_field(plan, fmt::format("{}{}{}", fp8 ? "fp8_" : "", grouped ? "grouped_" : "", name));
      }
    }
  }
  if (any_shape<Shape>(group, [](const Shape& s) { return s.window > 0 && s.window < s.context; })) {
    free_field(plan, "window_time");
  }
  if (any_shape<Shape>(group, [](const Shape& s) { return s.cache == Precision::fp8; })) {
    free_field(plan, "fp8_cache_efficiency");
  }
  const auto unshared = [&](const Shape& s) { return s.heads / s.kv_heads > shared_heads; };
  if (trtllm && any_shape<Shape>(group, unshared)) {
    free_fields(plan, {"unshared_efficiency", "unshared_block_time"});
  }
  if (group.table->stack == "vllm") {
    free_field(plan, "transpose_time");
    // FlashAttention 2, used before Hopper, does not pack the query heads of a group under a window.
    const bool flash_attention_2 = generation == "ampere" || generation == "ada";
    const auto unpacked = [](const Shape& s) { return s.window > 0 && s.cache != Precision::fp8; };
    if (flash_attention_2 && any_shape<Shape>(group, unpacked)) free_field(plan, "unpacked_block_time");
  }
  plan.starts = {
      {},
      {{"split_tokens", 3000}, {"fp8_split_tokens", 3000}, {"token_time", 15}, {"fp8_token_time", 25}},
      {{"grouped_split_tokens", 2000},
       {"fp8_grouped_split_tokens", 2000},
       {"grouped_token_time", 15},
       {"fp8_grouped_token_time", 15},
       {"fp8_split_tokens", 3000},
       {"fp8_token_time", 25}}};
  return plan;
}

KernelPlan<CollectiveCoefficients> plan_collective(const KernelGroup& group) {
  const CollectiveOp op = std::get<CollectiveShape>(group.rows.front()->shape).op;
  KernelPlan<CollectiveCoefficients> plan;
  plan.fixed.over_host = !group.hardware->links.empty() && group.hardware->links.front().domain == 0;
  free_fields(plan, {"fixed_time", "segment_time", "link_efficiency", "contention"});
  if (plan.fixed.over_host) {
    plan.free.back().start = 2;
    plan.free.back().low = 0.05;
    plan.free.back().high = 3;
  }
  if (op != CollectiveOp::all_to_all) free_field(plan, "step_time");
  if (group.table->stack != "nccl") {  // the stacks' own all-reduce
    free_fields(plan, {"one_shot_fixed_time", "one_shot_device_time", "one_shot_link_efficiency"});
    if (plan.fixed.over_host) free_field(plan, "one_shot_contention");
  }
  if (any_eager(group)) free_fields(plan, {"harness_launch_floor", "harness_copy_efficiency"});
  plan.starts = {{},
                 {{"link_efficiency", 0.25}, {"contention", 1}, {"segment_time", 0.05}},
                 {{"step_time", 0.1}, {"one_shot_fixed_time", 6}, {"one_shot_device_time", 1}}};
  return plan;
}

KernelPlan<MoeCoefficients> plan_moe(const KernelGroup& group) {
  const KernelFormat format = std::get<MoeShape>(group.rows.front()->shape).format;
  KernelPlan<MoeCoefficients> plan;
  // vLLM's Triton kernel, which takes 16-bit activations.
  if (group.table->stack == "vllm" && kernels::moe_bytes(format).activation == 2) {
    plan.fixed.row_tile = RowTileChoice::by_tokens;
  }
  free_fields(plan, {"fixed_time", "compute_efficiency", "memory_efficiency", "stream_rate", "tile_time",
                     "overlap_power", "activation_efficiency", "routing_time"});
  if (stays_warm(*group.hardware)) free_field(plan, "harness_warm_rate");
  const double fixed = likely_fixed_microseconds(group);
  plan.starts = {
      {{"fixed_time", fixed}},
      {{"fixed_time", fixed}, {"tile_time", 5}, {"overlap_power", 2}},
      {{"fixed_time", fixed}, {"compute_efficiency", 0.3}, {"memory_efficiency", 0.6}, {"stream_rate", 8}}};
  return plan;
}

namespace {

struct GroupName {
  std::string operator()(const GemmShape& s) const { return fmt::format("{},{}", s.n, s.k); }
  std::string operator()(const ContextAttention& s) const {
    return fmt::format("{},{},{},{},{}", s.heads, s.kv_heads, s.head_dim, to_string(s.products),
                       to_string(s.cache));
  }
  std::string operator()(const GenerationAttention& s) const {
    return fmt::format("{},{},{},{}", s.heads, s.kv_heads, s.head_dim, to_string(s.cache));
  }
  std::string operator()(const CollectiveShape& s) const { return fmt::format("{}", s.devices); }
  std::string operator()(const MoeShape& s) const {
    return fmt::format("{},{},{},{}", s.hidden, s.expert_ffn, s.experts, s.top_k);
  }
};

}  // namespace

std::string shape_group(const KernelShape& shape) { return std::visit(GroupName(), shape); }

}  // namespace ridgeline::calibrate
