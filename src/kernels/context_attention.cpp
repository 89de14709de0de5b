#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "kernels/device.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

constexpr double throttle_after = 3e-3;      // seconds of full load until clocks fall half of their way
constexpr double borrowed_efficiency = 0.9;  // at most, when another head dimension lends its own

bool windowed(const ContextAttention& shape) { return shape.window > 0 && shape.window < shape.length; }

/// Query-key tiles of one head: square, causal, at most so many keys a query tile.
struct TileWork {
  double side = 0, rows = 0, pairs = 0, longest = 0;
};
TileWork tile_work(const ContextAttention& shape, double window_slack) {
  TileWork work;
  work.side =
      std::clamp(std::ldexp(1.0, static_cast<int>(std::ceil(portable_log2(shape.length)))), 16.0, 128.0);
  work.rows = std::ceil(shape.length / work.side);
  double keys = work.rows;
  if (windowed(shape)) keys = std::min(std::ceil(shape.window / work.side) + 1 + window_slack, work.rows);
  work.pairs =
      work.rows <= keys ? work.rows * (work.rows + 1) / 2 : keys * (keys + 1) / 2 + (work.rows - keys) * keys;
  work.longest = std::min(work.rows, keys);
  return work;
}

/// Of the kernel for this head dimension, or of the nearest one that was measured; 0 when none was.
double efficiency_of(const ContextAttention& shape, const ContextCoefficients& c) {
  std::size_t kernel = shape.products == Precision::fp8 ? 2 : shape.cache == Precision::fp8 ? 1 : 0;
  double efficiency = 0, nearest = 1e300;
  for (;; --kernel) {
    for (std::size_t d = 0; d < attention_head_dims.size(); ++d) {
      const double distance = std::abs(attention_head_dims[d] - shape.head_dim);
      if (c.efficiency[kernel][d] <= 0 || distance >= nearest) continue;
      nearest = distance;
      efficiency =
          distance == 0 ? c.efficiency[kernel][d] : std::min(c.efficiency[kernel][d], borrowed_efficiency);
    }
    if (efficiency > 0 || kernel == 0) return efficiency;
  }
}

double compute_seconds(const ContextAttention& shape, const ContextCoefficients& c,
                       const kernels::Device& device, double efficiency) {
  const TileWork work = tile_work(shape, c.window_slack);
  const double tile = 4 * shape.head_dim * work.side * work.side * device.units / (device.peak * efficiency);
  const double all_heads = shape.sequences * shape.heads / device.units;
  const double seconds = all_heads * work.pairs * tile + c.tail_share * work.longest * tile +
                         work.longest * c.chain_latency.value() + all_heads * work.rows * c.tile_time.value();
  return seconds * (1 + c.throttle * seconds / (seconds + throttle_after));
}

/// Queries and outputs, keys and values, in and out. Queries, keys and values come fresh from the projection
/// ahead, so L2 helps in a server as well.
double traffic_seconds(const ContextAttention& shape, const ContextCoefficients& c,
                       const kernels::Device& device) {
  const double bytes = shape.sequences * shape.length * shape.head_dim *
                       (4 * shape.heads + 4 * shape.kv_heads * c.cache_traffic);
  const double beyond = kernels::share_beyond(bytes, c.cache_knee * device.l2, 2);
  return bytes / device.bandwidth * ((1 - beyond) / c.cached_rate + beyond / c.memory_efficiency);
}

double roofline(const ContextAttention& shape, const kernels::Device& device) {
  const double length = shape.length, w = windowed(shape) ? shape.window : length;
  const double pairs = length * w - w * (w - 1) / 2;
  const double cache_bytes = shape.cache == Precision::fp8 ? 1 : 2;
  const double bytes =
      shape.sequences * length * shape.head_dim * (4 * shape.heads + 2 * shape.kv_heads * cache_bytes);
  return std::max(4 * shape.sequences * shape.heads * shape.head_dim * pairs / device.peak,
                  bytes / device.bandwidth);
}

Result<kernels::Device> device_for(const ContextAttention& shape, const Hardware& hardware) {
  RIDGELINE_CHECK(kernels::check_sizes({{"sequences", shape.sequences},
                                        {"length", shape.length},
                                        {"heads", shape.heads},
                                        {"kv_heads", shape.kv_heads},
                                        {"head_dim", shape.head_dim}}));
  return kernels::device_with_l2(hardware,
                                 shape.products == Precision::fp8 ? Precision::fp8 : Precision::bf16);
}

}  // namespace

Result<Seconds> kernel_time(const ContextAttention& shape, const Hardware& hardware,
                            const ContextCoefficients& c, KernelSetting setting) {
  RIDGELINE_TRY(device, device_for(shape, hardware));
  const double efficiency = efficiency_of(shape, c);
  if (efficiency <= 0) return unavailable("context attention was not measured in this format");
  const double seconds = c.fixed_time.value() + compute_seconds(shape, c, device, efficiency) +
                         traffic_seconds(shape, c, device);
  return Seconds(setting == KernelSetting::serving ? std::max(seconds, roofline(shape, device)) : seconds);
}

Result<Seconds> kernel_roofline(const ContextAttention& shape, const Hardware& hardware) {
  RIDGELINE_TRY(device, device_for(shape, hardware));
  return Seconds(roofline(shape, device));
}

}  // namespace ridgeline
