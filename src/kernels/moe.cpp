#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/device.h"
#include "kernels/formats.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

constexpr std::array<double, 4> row_tiles{16, 32, 64, 128};
constexpr double tile_columns = 128;
constexpr double warm_knee = 0.6;  // of L2: weights up to about here stay in it

/// The experts of one rank at work.
struct Experts {
  const MoeShape& shape;
  const MoeCoefficients& c;
  const kernels::Device& device;
  kernels::FormatBytes bytes;
  MoeLoad load;

  double width() const { return shape.expert_ffn / shape.tensor_parallel; }
  double projections() const { return shape.gated ? 2 : 1; }
  double weight_bytes() const {
    return load.experts * shape.hidden * width() * (projections() + 1) * bytes.weight;
  }
};

/// One grouped product, n columns and k deep, over the row tiles of all busy experts.
double product_seconds(const Experts& e, double rows, double tile_rows, double n, double k) {
  const double compute =
      2 * tile_rows * tile_columns * k / (e.device.peak * e.c.compute_efficiency / e.device.units);
  const double loaded = (tile_rows * e.bytes.activation + tile_columns * e.bytes.weight) * k;
  const double stream = loaded / (e.device.bandwidth * e.c.stream_rate / e.device.units);
  const double waves = std::max(rows * std::max(n / tile_columns, 1.0) / e.device.units, 1.0);
  return waves * (std::max(compute, stream) + e.c.tile_time.value());
}

double products_seconds(const Experts& e, double tile_rows) {
  // Experts hold unlike numbers of tokens, so a partly filled tile counts half on the mean.
  const double rows = e.load.experts * (1 + std::max(0.0, e.load.pairs / e.load.experts / tile_rows - 0.5));
  return product_seconds(e, rows, tile_rows, e.projections() * e.width(), e.shape.hidden) +
         product_seconds(e, rows, tile_rows, e.shape.hidden, e.width());
}

double work_seconds(const Experts& e) {
  if (e.c.row_tile == RowTileChoice::by_tokens) {
    return products_seconds(e, e.shape.tokens <= e.shape.experts ? 16 : 64);
  }
  double best = std::numeric_limits<double>::infinity();
  for (const double tile_rows : row_tiles) best = std::min(best, products_seconds(e, tile_rows));
  return best;
}

double weight_seconds(const Experts& e, KernelSetting setting) {
  const double seconds = e.weight_bytes() / e.device.bandwidth;
  if (setting == KernelSetting::serving || e.c.harness.warm_rate <= 0) return seconds / e.c.memory_efficiency;
  const double beyond = kernels::share_beyond(e.weight_bytes(), warm_knee * e.device.l2, 4);
  return seconds * (beyond / e.c.memory_efficiency + (1 - beyond) / e.c.harness.warm_rate);
}

double seconds_of(const Experts& e, KernelSetting setting) {
  const MoeShape& shape = e.shape;
  const double activations = 4 * shape.tokens * shape.hidden +
                             e.load.pairs * (4 * shape.hidden + 2 * e.width() * (e.projections() + 1));
  return e.c.fixed_time.value() +
         kernels::p_norm(work_seconds(e), weight_seconds(e, setting), e.c.overlap_power) +
         activations / (e.device.bandwidth * e.c.activation_efficiency) +
         shape.tokens * shape.top_k * e.c.routing_time.value();
}

double roofline(const Experts& e) {
  const double flops = 2 * (e.projections() + 1) * e.load.pairs * e.shape.hidden * e.width();
  return std::max(flops / e.device.peak, e.weight_bytes() / e.device.bandwidth);
}

Result<kernels::Device> device_for(const MoeShape& shape, const Hardware& hardware) {
  RIDGELINE_CHECK(kernels::check_sizes({{"tokens", shape.tokens},
                                        {"hidden", shape.hidden},
                                        {"expert_ffn", shape.expert_ffn},
                                        {"experts", shape.experts},
                                        {"top_k", shape.top_k},
                                        {"expert_parallel", shape.expert_parallel},
                                        {"tensor_parallel", shape.tensor_parallel},
                                        {"least_experts", shape.least_experts}}));
  if (shape.top_k > shape.experts) return bad_input("top_k is beyond the number of experts");
  if (shape.expert_parallel > shape.experts) return bad_input("more expert-parallel ranks than experts");
  if (shape.routing == Routing::power_law && !(shape.exponent >= 1.001 && shape.exponent <= 1.9)) {
    return bad_input(fmt::format("a routing exponent of {}; 1.001 .. 1.9 is covered", shape.exponent));
  }
  return kernels::device_with_l2(hardware, kernels::moe_bytes(shape.format).peak);
}

}  // namespace

Result<Seconds> kernel_time(const MoeShape& shape, const Hardware& hardware, const MoeCoefficients& c,
                            KernelSetting setting) {
  RIDGELINE_TRY(device, device_for(shape, hardware));
  const Experts experts{shape, c, device, kernels::moe_bytes(shape.format), moe_load(shape)};
  const double seconds = seconds_of(experts, setting);
  return Seconds(setting == KernelSetting::serving ? std::max(seconds, roofline(experts)) : seconds);
}

Result<Seconds> kernel_roofline(const MoeShape& shape, const Hardware& hardware) {
  RIDGELINE_TRY(device, device_for(shape, hardware));
  const MoeCoefficients none;
  return Seconds(roofline(Experts{shape, none, device, kernels::moe_bytes(shape.format), moe_load(shape)}));
}

}  // namespace ridgeline
