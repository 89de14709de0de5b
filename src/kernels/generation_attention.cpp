#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "kernels/device.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

constexpr double heads_a_block = 64;  // query heads that one thread block takes
constexpr double overlap_power = 1.5;

/// One call, and how its heads are laid out.
struct Generation {
  const GenerationAttention& shape;
  const GenerationCoefficients& c;
  const kernels::Device& device;
  double seen = 0;        ///< tokens of the cache that a query reads
  double group = 1;       ///< query heads a KV head
  bool unshared = false;  ///< too many of them: each reads the cache for itself
  bool unpacked = false;  ///< a block for each query head
};

Generation laid_out(const GenerationAttention& shape, const GenerationCoefficients& c,
                    const kernels::Device& device) {
  Generation g{shape, c, device};
  g.seen = shape.window > 0 ? std::min(shape.context, shape.window) : shape.context;
  g.group = shape.heads / shape.kv_heads;
  g.unshared = c.sharing_limit > 0 && g.group > c.sharing_limit;
  g.unpacked = c.unpacked_block_time.value() > 0 && shape.window > 0 && shape.cache != Precision::fp8;
  return g;
}

/// The family that runs; its bf16 sibling when the fp8 one was not measured.
const GenerationCoefficients::Kernel& kernel_of(const Generation& g) {
  const std::size_t grouped = g.group == 1 || g.unshared ? 0 : 1;
  const auto& fp8 = g.c.kernels[1][grouped];
  return g.shape.cache == Precision::fp8 && fp8.split_tokens > 0 ? fp8 : g.c.kernels[0][grouped];
}

double cache_bytes(const Generation& g, double heads) {
  const double value_bytes = g.shape.cache == Precision::fp8 ? 1 : 2;
  return g.shape.sequences * heads * g.seen * 2 * g.shape.head_dim * value_bytes;
}

double memory_seconds(const Generation& g, KernelSetting setting) {
  const auto& [shape, c, device, seen, group, unshared, unpacked] = g;
  const double bytes = cache_bytes(g, shape.kv_heads);
  const double cold = c.memory_efficiency * (shape.cache == Precision::fp8 ? c.fp8_cache_efficiency : 1);
  double beyond = 1;
  if (setting != KernelSetting::serving && c.harness.warm_rate > 0) {
    beyond = kernels::share_beyond(bytes, c.harness.warm_knee * device.l2, 4);
  }
  double seconds = beyond / cold;
  if (beyond < 1) seconds += (1 - beyond) / c.harness.warm_rate;
  seconds *= bytes / device.bandwidth;
  if (unshared) seconds += cache_bytes(g, shape.heads) / (device.bandwidth * c.unshared_efficiency);
  return seconds;
}

double seconds_of(const Generation& g, KernelSetting setting) {
  const auto& [shape, c, device, seen, group, unshared, unpacked] = g;
  const GenerationCoefficients::Kernel& kernel = kernel_of(g);
  const double blocks =
      shape.sequences *
      (unshared || unpacked ? shape.heads : shape.kv_heads * std::ceil(group / heads_a_block));
  const double parts =
      std::max(1.0, std::min(2 * device.units / blocks, std::max(1.0, seen / kernel.split_tokens)));
  const double waves = std::max(blocks * parts / device.units, 1.0);
  const Seconds block_time = unshared   ? c.unshared_block_time
                             : unpacked ? c.unpacked_block_time
                                        : kernel.block_time;
  const double width = portable_pow(std::max(shape.head_dim / 128, 0.5), c.head_dim_power);
  const double work = (waves * block_time.value() + seen / parts * kernel.token_time.value()) * width;

  double seconds =
      kernel.fixed_time.value() + kernels::p_norm(work, memory_seconds(g, setting), overlap_power);
  if (parts > 1) seconds += c.split_time.value();
  seconds += 4 * shape.sequences * shape.heads * shape.head_dim / device.bandwidth * c.query_traffic;
  if (shape.window > 0 && shape.window < shape.context) seconds += c.window_time.value();
  if (group > 1 && shape.kv_heads > 1 && shape.sequences > 1) seconds += c.transpose_time.value();
  return seconds;
}

double roofline(const Generation& g) {
  const GenerationAttention& shape = g.shape;
  const double queries = 4 * shape.sequences * shape.heads * shape.head_dim;  // in and out, 16 bits
  return std::max(4 * shape.sequences * shape.heads * shape.head_dim * g.seen / g.device.peak,
                  (cache_bytes(g, shape.kv_heads) + queries) / g.device.bandwidth);
}

Result<kernels::Device> device_for(const GenerationAttention& shape, const Hardware& hardware) {
  RIDGELINE_CHECK(kernels::check_sizes({{"sequences", shape.sequences},
                                        {"context", shape.context},
                                        {"heads", shape.heads},
                                        {"kv_heads", shape.kv_heads},
                                        {"head_dim", shape.head_dim}}));
  if (shape.heads < shape.kv_heads) return bad_input("more KV heads than query heads");
  return kernels::device_with_l2(hardware, Precision::bf16);
}

}  // namespace

Result<Seconds> kernel_time(const GenerationAttention& shape, const Hardware& hardware,
                            const GenerationCoefficients& c, KernelSetting setting) {
  RIDGELINE_TRY(device, device_for(shape, hardware));
  const Generation g = laid_out(shape, c, device);
  if (kernel_of(g).split_tokens <= 0)
    return unavailable("generation attention was not measured with such heads");
  const double seconds = seconds_of(g, setting);
  return Seconds(setting == KernelSetting::serving ? std::max(seconds, roofline(g)) : seconds);
}

Result<Seconds> kernel_roofline(const GenerationAttention& shape, const Hardware& hardware) {
  RIDGELINE_TRY(device, device_for(shape, hardware));
  const GenerationCoefficients none;
  return Seconds(roofline(laid_out(shape, none, device)));
}

}  // namespace ridgeline
