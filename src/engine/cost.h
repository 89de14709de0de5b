#pragma once
// Operators become time: the roofline with a memory hierarchy, and nothing else. No allocation.

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "base/portable_math.h"
#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// A cache whose bandwidth is known; data that fits is read at that rate.
struct CacheLevel {
  Bytes capacity{};
  BytesPerSecond bandwidth{};
};

/// A network that some number of devices share.
struct NetworkView {
  BytesPerSecond bandwidth{};  ///< of one device, each way; 0: there is none
  unsigned domain = 0;         ///< devices that reach one another over it; 0: any number
};

/// What the cost of a step needs of a device.
struct DeviceView {
  FlopsPerSecond peak{};                           ///< at the precision that was asked for
  std::array<FlopsPerSecond, precisions> peaks{};  ///< by Precision of the operands; 0: cannot
  NetworkView scale_up, scale_out;
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
/// The same for all that a plan computes in (experts and attention may have formats of their own), and for
/// collectives among `devices`: unavailable when the catalog knows no link to so many.
Result<DeviceView> view(const Hardware&, const PrecisionPlan&, unsigned devices);

/// What one FLOP and one byte cost on a device under a calibration, for a model whose weights take `weights`
/// bytes. Times per unit rather than rates: a step then needs no division.
struct Rates {
  struct Level {
    Bytes capacity{};
    double seconds_per_byte = 0;
  };
  struct Network {
    double hop = 0;  ///< seconds for each doubling of the devices
    double seconds_per_byte = 0;
    unsigned domain = 0;
  };
  std::array<std::array<double, precisions>, op_classes> seconds_per_flop{};  ///< [class][format]
  double stored = 0;   ///< seconds a byte of weights or KV cache, which lives beside the weights
  double passing = 0;  ///< seconds a byte of activations that fit no cache
  std::array<double, op_classes> memory_stretch{};  ///< by class, 1 / share of those rates
  std::array<Level, 8> caches{};
  std::size_t cache_levels = 0;
  double padding_rows = 0;
  double half_rows = 0, few_rows = 0, few_stretch = 1;  ///< of products; see Calibration
  Overlap overlap = Overlap::full;
  Network scale_up, scale_out;
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

/// What the number of its rows adds to the time of a product.
inline double row_stretch(double rows, const Rates& rates) {
  return rows <= rates.few_rows ? rates.few_stretch : 1 + rates.half_rows / rows;
}
Rates make_rates(const DeviceView&, const Calibration&, Bytes weights);

struct OpCost {
  Seconds compute{}, memory{}, network{};
};

/// alpha-beta: a hop for each doubling of the devices, and every byte sent over the slowest link that the
/// collective needs.
inline Seconds network_time(const Op& op, const Rates& rates) {
  const bool inside = rates.scale_up.domain == 0 || op.peers <= rates.scale_up.domain;
  const Rates::Network& network = inside ? rates.scale_up : rates.scale_out;
  return Seconds(network.hop * portable_log2(op.peers) + wire_bytes(op).value() * network.seconds_per_byte);
}

/// Time of one execution on each resource.
inline OpCost cost(const Op& op, const Rates& rates) {
  const auto kind = static_cast<std::size_t>(op.kind);
  if (op.kind == OpClass::collective) return {{}, {}, network_time(op, rates)};
  double compute = op.flops.value() * rates.seconds_per_flop[kind][static_cast<std::size_t>(op.format)];
  if (op.kind == OpClass::experts) compute *= 1 + rates.padding_rows / op.m;
  if (op.kind == OpClass::gemm) compute *= row_stretch(op.m, rates);
  const double stored_bytes = (op.weights + op.kv_cache).value(), passing_bytes = op.activations.value();
  const double passing_rate = rates.passing_for(op.activations);
  // Two levels work side by side, so each is a bound of its own; and every byte passes through the faster
  // one.
  const double slower = std::max(stored_bytes * rates.stored, passing_bytes * passing_rate);
  const double faster = (stored_bytes + passing_bytes) * std::min(rates.stored, passing_rate);
  return {Seconds(compute), Seconds(std::max(slower, faster) * rates.memory_stretch[kind]), {}};
}

/// Sums over a step, without the overheads per layer and step.
struct Totals {
  Seconds compute{}, memory{};              ///< what each resource alone would take
  Seconds bound_compute{}, bound_memory{};  ///< split by what binds each operator; ties are compute's
  Seconds network{};
  Seconds launches{};
  Flops flops{};
  Bytes bytes{}, wire{};
  Seconds busy() const { return bound_compute + bound_memory + network; }
};
Totals cost_ops(std::span<const Op>, const Rates&);

/// What the overheads of a pass multiply.
struct PassCounts {
  double layers = 0, expert_layers = 0, sequences = 0;
};
/// All time of a step that is neither computing nor moving data.
inline Seconds overhead(const Totals& totals, const Calibration& c, const PassCounts& n) {
  return totals.launches + c.per_layer * n.layers + c.per_expert_layer * n.expert_layers + c.per_step +
         c.per_sequence * n.sequences;
}

}  // namespace ridgeline::engine
