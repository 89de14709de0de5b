#include "calibrate/kernel_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "calibrate/errors.h"
#include "kernels/device.h"
#include "kernels/formats.h"

namespace ridgeline::calibrate {
namespace {

constexpr double warm_l2_seconds = 50e-6;  // L2 / bandwidth: L40S 111 us; A100, H100, B200 at most 20 us
constexpr double warm_bytes = 16e6;        // that the harness finds in L2 again
constexpr double launch = 1.8e-6;          // part of every time, so not the memory's
constexpr double best_gddr_share = 0.88;   // of the bandwidth, seen at best on large cold operands

Result<bool> beats(const GemmShape& shape, double seconds, const Hardware& hardware) {
  const auto bytes = kernels::gemm_bytes(shape.format);
  RIDGELINE_TRY(device, kernels::device_of(hardware, bytes.peak));
  const double operands =
      shape.m * shape.k * bytes.activation + shape.n * shape.k * bytes.weight + 2 * shape.m * shape.n;
  if (seconds < 2 * shape.m * shape.n * shape.k / device.peak) return true;
  if (!stays_warm(hardware)) return seconds < operands / device.bandwidth;
  return operands > warm_bytes && seconds - launch < operands / (best_gddr_share * device.bandwidth);
}

Result<bool> beats(const ContextAttention& shape, double seconds, const Hardware& hardware) {
  RIDGELINE_TRY(least, kernel_roofline(shape, hardware));
  return seconds < least.value();
}

Result<bool> beats(const GenerationAttention& shape, double seconds, const Hardware& hardware) {
  RIDGELINE_TRY(device, kernels::device_with_l2(hardware, Precision::bf16));
  const double seen = shape.window > 0 ? std::min(shape.context, shape.window) : shape.context;
  const double cache =
      shape.sequences * shape.kv_heads * seen * 2 * shape.head_dim * (shape.cache == Precision::fp8 ? 1 : 2);
  const double queries = 4 * shape.sequences * shape.heads * shape.head_dim;
  return cache > device.l2 && seconds < (cache + queries) / device.bandwidth;
}

/// A switch that sums (NVLS) may undercut a ring's bytes on the wire.
Result<bool> beats(const CollectiveShape&, double, const Hardware&) { return false; }

Result<bool> beats(const MoeShape& shape, double seconds, const Hardware& hardware) {
  const auto bytes = kernels::moe_bytes(shape.format);
  RIDGELINE_TRY(device, kernels::device_of(hardware, bytes.peak));
  const MoeLoad load = moe_load(shape);
  const bool estimated = shape.routing == Routing::power_law;
  const double weights = shape.hidden * shape.expert_ffn / shape.tensor_parallel * (shape.gated ? 3 : 2);
  if (seconds < 2 * weights * load.pairs / device.peak * (estimated ? 0.5 : 1)) return true;
  return !stays_warm(hardware) &&
         seconds < load.experts * weights * bytes.weight / device.bandwidth * (estimated ? 0.6 : 1);
}

Result<Seconds> time_of(const GemmShape& s, const Hardware& h, const KernelCalibration& c,
                        KernelSetting setting) {
  const auto& fitted = c.gemm[static_cast<std::size_t>(s.format)];
  if (!fitted) return unavailable(fmt::format("no coefficients of {} products", to_string(s.format)));
  return kernel_time(s, h, fitted->value, setting);
}
Result<Seconds> time_of(const ContextAttention& s, const Hardware& h, const KernelCalibration& c,
                        KernelSetting setting) {
  if (!c.context_attention) return unavailable("no coefficients of context attention");
  return kernel_time(s, h, c.context_attention->value, setting);
}
Result<Seconds> time_of(const GenerationAttention& s, const Hardware& h, const KernelCalibration& c,
                        KernelSetting setting) {
  if (!c.generation_attention) return unavailable("no coefficients of generation attention");
  return kernel_time(s, h, c.generation_attention->value, setting);
}
Result<Seconds> time_of(const CollectiveShape& s, const Hardware& h, const KernelCalibration& c,
                        KernelSetting setting) {
  const auto& fitted = c.collectives[static_cast<std::size_t>(s.op)];
  if (!fitted) return unavailable(fmt::format("no coefficients of {}", to_string(s.op)));
  return kernel_time(s, h, fitted->value, setting);
}
Result<Seconds> time_of(const MoeShape& s, const Hardware& h, const KernelCalibration& c,
                        KernelSetting setting) {
  const auto& fitted = c.moe[static_cast<std::size_t>(s.format)];
  if (!fitted) return unavailable(fmt::format("no coefficients of {} experts", to_string(s.format)));
  return kernel_time(s, h, fitted->value, setting);
}

}  // namespace

bool stays_warm(const Hardware& hardware) {
  const auto device = kernels::device_with_l2(hardware, Precision::bf16);
  return device && device->l2 / device->bandwidth > warm_l2_seconds;
}

Result<bool> beats_roofline(const MeasuredKernel& row, const Hardware& hardware) {
  return std::visit([&](const auto& shape) { return beats(shape, row.time.value(), hardware); }, row.shape);
}

KernelErrors summarise(const std::vector<double>& log_ratios) {
  Errors errors;
  for (const double log : log_ratios) errors.add(100 * std::expm1(log));
  const ErrorSummary summary = errors.summary();
  return {summary.median, summary.mape};
}

std::size_t part_of(const KernelShape& shape) {
  if (const auto* gemm = std::get_if<GemmShape>(&shape)) return static_cast<std::size_t>(gemm->format);
  if (const auto* moe = std::get_if<MoeShape>(&shape)) return static_cast<std::size_t>(moe->format);
  if (const auto* collective = std::get_if<CollectiveShape>(&shape))
    return static_cast<std::size_t>(collective->op);
  return 0;
}

Result<double> log_ratio(const MeasuredKernel& row, const Hardware& hardware, const KernelCalibration& c) {
  RIDGELINE_TRY(time, std::visit([&](const auto& shape) { return time_of(shape, hardware, c, row.setting); },
                                 row.shape));
  return std::log(time.value() / row.time.value());
}

}  // namespace ridgeline::calibrate
