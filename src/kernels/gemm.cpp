#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/device.h"
#include "kernels/formats.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

struct Tile {
  double rows = 0, columns = 0;
};
constexpr std::array<Tile, 6> tiles{{{16, 128}, {64, 64}, {64, 128}, {128, 128}, {128, 256}, {256, 128}}};
constexpr std::array<double, 6> split_doublings{0, 1, 2, 3, 4, 5};  // 1 to 32 parts of k
constexpr double least_split_k = 64;
constexpr double partial_sum_bytes = 4;  // fp32
constexpr double row_granule = 8;        // rows and columns come in groups of 8
constexpr double warm_limit = 16e6;      // bytes that a harness finds in L2 again

/// One product on one device, with what all tiles share.
struct Gemm {
  const GemmShape& shape;
  const GemmCoefficients& c;
  const kernels::Device& device;
  kernels::FormatBytes bytes;

  double unit_peak() const {
    const bool unaligned = shape.m > 128 && std::fmod(shape.m, 4) != 0;
    return device.peak * c.compute_efficiency * (unaligned ? c.unaligned_efficiency : 1) / device.units;
  }
  double operand_bytes() const {
    return shape.m * shape.k * bytes.activation + shape.n * shape.k * bytes.weight + 2 * shape.m * shape.n;
  }
};

double padded(double size, double tile) {
  return std::min(row_granule * std::ceil(size / row_granule), tile);
}

/// All tiles of one form, k in 2^doublings parts.
double tiled_seconds(const Gemm& gemm, double unit_peak, const Tile& tile, double doublings) {
  const auto& [shape, c, device, bytes] = gemm;
  const double parts = std::ldexp(1.0, static_cast<int>(doublings));
  const double depth = std::max(shape.k / parts, least_split_k);
  const double blocks = std::ceil(shape.m / tile.rows) * std::ceil(shape.n / tile.columns) * parts;
  const double waves = blocks / device.units;
  const double felt_waves =
      (1 - c.wave_smoothing) * std::ceil(waves) + c.wave_smoothing * std::max(waves, 1.0);
  const double compute = 2 * tile.rows * tile.columns * depth / unit_peak;
  const double loaded =
      (padded(shape.m, tile.rows) * bytes.activation + padded(shape.n, tile.columns) * bytes.weight) * depth;
  const double stream = loaded / (c.stream_rate * device.bandwidth / device.units);
  double seconds =
      felt_waves * (std::max(compute, stream) + depth * c.step_latency.value() + c.tile_time.value());
  if (doublings > 0) {
    seconds +=
        c.split_time.value() * doublings + partial_sum_bytes * shape.m * shape.n * parts / device.bandwidth;
  }
  return seconds;
}

Tile tile_by_rows(double m, bool small) {
  if (small && m <= 32) return {m <= 16 ? 16.0 : 32.0, 64};
  if (small && m > 128 && m <= 256) return {128, 64};
  return {m <= 128 ? 64.0 : 128.0, m <= 64 ? 64.0 : 128.0};
}

double work_seconds(const Gemm& gemm) {
  const double unit_peak = gemm.unit_peak();
  if (gemm.c.tile_choice != TileChoice::fastest) {
    const bool small = gemm.c.tile_choice == TileChoice::by_rows_small;
    return tiled_seconds(gemm, unit_peak, tile_by_rows(gemm.shape.m, small), 0);
  }
  double best = std::numeric_limits<double>::infinity();
  for (const Tile& tile : tiles) {
    for (const double doublings : split_doublings) {
      best = std::min(best, tiled_seconds(gemm, unit_peak, tile, doublings));
    }
  }
  return best;
}

double launch_floor(const GemmShape& shape, const GemmCoefficients::Harness& harness) {
  if (std::fmod(shape.n, 64) != 0 || std::fmod(shape.k, 128) != 0) return harness.odd_launch_floor.value();
  const bool small = harness.small_is_odd_rows ? std::fmod(shape.m, 4) != 0 : shape.m < 32;
  return (small ? harness.small_launch_floor : harness.launch_floor).value();
}

double seconds_of(const Gemm& gemm, KernelSetting setting) {
  const auto& [shape, c, device, bytes] = gemm;
  const double operands = gemm.operand_bytes();
  const bool warm = setting != KernelSetting::serving && c.harness.warm_rate > 0 && operands <= warm_limit;
  const double memory = operands / (device.bandwidth * (warm ? c.harness.warm_rate : c.memory_efficiency));
  double seconds = kernels::p_norm(work_seconds(gemm), memory, c.overlap_power);
  if (bytes.quantises && c.quantise_efficiency > 0) {
    seconds += shape.m * shape.k * (2 + bytes.activation) / (device.bandwidth * c.quantise_efficiency);
  }
  if (setting == KernelSetting::eager && c.harness.launch_floor.value() > 0) {
    return kernels::p_norm(seconds, launch_floor(shape, c.harness),
                           8);  // the device works while Python launches
  }
  return seconds + c.fixed_time.value();
}

Status check(const GemmShape& shape) {
  return kernels::check_sizes({{"m", shape.m}, {"n", shape.n}, {"k", shape.k}});
}

double roofline(const Gemm& gemm) {
  const GemmShape& shape = gemm.shape;
  return std::max(2 * shape.m * shape.n * shape.k / gemm.device.peak,
                  gemm.operand_bytes() / gemm.device.bandwidth);
}

}  // namespace

Result<Seconds> kernel_time(const GemmShape& shape, const Hardware& hardware, const GemmCoefficients& c,
                            KernelSetting setting) {
  RIDGELINE_CHECK(check(shape));
  const kernels::FormatBytes bytes = kernels::gemm_bytes(shape.format);
  RIDGELINE_TRY(device, kernels::device_of(hardware, bytes.peak));
  const Gemm gemm{shape, c, device, bytes};
  const double seconds = seconds_of(gemm, setting);
  return Seconds(setting == KernelSetting::serving ? std::max(seconds, roofline(gemm)) : seconds);
}

Result<Seconds> kernel_roofline(const GemmShape& shape, const Hardware& hardware) {
  RIDGELINE_CHECK(check(shape));
  const kernels::FormatBytes bytes = kernels::gemm_bytes(shape.format);
  RIDGELINE_TRY(device, kernels::device_of(hardware, bytes.peak));
  const GemmCoefficients none;
  return Seconds(roofline(Gemm{shape, none, device, bytes}));
}

}  // namespace ridgeline
