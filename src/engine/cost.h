#pragma once
// Operators become time: the roofline with a memory hierarchy, and nothing else. No allocation.

#include <algorithm>
#include <array>
#include <span>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// A cache whose bandwidth is known; data that fits is read at that rate.
struct CacheLevel {
  Bytes capacity{};
  BytesPerSecond bandwidth{};
};

/// What the cost of a step needs of a device at one precision.
struct DeviceView {
  FlopsPerSecond peak{};
  BytesPerSecond memory_bandwidth{};
  Bytes memory_capacity{};
  std::array<CacheLevel, 8> caches{};  ///< the first `cache_levels` of them
  std::size_t cache_levels = 0;

  /// The fastest level that holds `size`: main memory or a cache. Reality cannot beat it.
  BytesPerSecond bandwidth_for(Bytes size) const {
    BytesPerSecond best = memory_bandwidth;
    for (std::size_t i = 0; i < cache_levels; ++i) {
      if (size <= caches[i].capacity && caches[i].bandwidth > best) best = caches[i].bandwidth;
    }
    return best;
  }
};

/// bad_input when the device has no peak at the precision (it never falls back) or its numbers are not
/// positive.
Result<DeviceView> view(const Hardware&, Precision);

/// What one FLOP and one byte cost on a device under a calibration, for a model whose weights take `weights`
/// bytes. Times per unit rather than rates: a step then needs no division.
struct Rates {
  struct Level {
    Bytes capacity{};
    double seconds_per_byte = 0;
  };
  std::array<double, op_classes> seconds_per_flop{};
  double stored = 0;   ///< seconds a byte of weights or KV cache, which lives beside the weights
  double passing = 0;  ///< seconds a byte of activations that fit no cache
  std::array<Level, 8> caches{};
  std::size_t cache_levels = 0;
  Seconds launch{};

  /// Seconds a byte of activations that are `size` together: DeviceView::bandwidth_for, inverted.
  double passing_for(Bytes size) const {
    double best = passing;
    for (std::size_t i = 0; i < cache_levels; ++i) {
      if (size <= caches[i].capacity && caches[i].seconds_per_byte < best) best = caches[i].seconds_per_byte;
    }
    return best;
  }
};
Rates make_rates(const DeviceView&, const Calibration&, Bytes weights);

struct OpCost {
  Seconds compute{}, memory{};
};
/// Time of one execution on each resource.
inline OpCost cost(const Op& op, const Rates& rates) {
  const double compute = op.flops.value() * rates.seconds_per_flop[static_cast<std::size_t>(op.kind)];
  const double stored_bytes = (op.weights + op.kv_cache).value(), passing_bytes = op.activations.value();
  const double passing_rate = rates.passing_for(op.activations);
  // Two levels work side by side, so each is a bound of its own; and every byte passes through the faster one.
  const double slower = std::max(stored_bytes * rates.stored, passing_bytes * passing_rate);
  const double faster = (stored_bytes + passing_bytes) * std::min(rates.stored, passing_rate);
  return {Seconds(compute), Seconds(std::max(slower, faster))};
}

/// Sums over a step, without the overheads per layer and step.
struct Totals {
  Seconds compute{}, memory{};              ///< what each resource alone would take
  Seconds bound_compute{}, bound_memory{};  ///< split by what binds each operator; ties are compute's
  Seconds launches{};
  Flops flops{};
  Bytes bytes{};
};
Totals cost_ops(std::span<const Op>, const Rates&);

/// All time of a step that is neither computing nor moving data.
inline Seconds overhead(const Totals& totals, const Calibration& calibration, double layers) {
  return totals.launches + calibration.per_layer * layers + calibration.per_step;
}

}  // namespace ridgeline::engine
