#include "engine/offline_times.h"

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::engine {
namespace {

/// Overlap of computing and moving data within one family: the cubic mean of the two.
double overlapped_times(double a, double b) { return portable_cbrt(a * a * a + b * b * b); }

/// Links fall a little short of their bandwidth however good the software is.
constexpr double most_of_link = 0.98;
/// Sequences that one device of a replica decodes side by side.
constexpr double most_sequences = 2048;
/// Clocks are not turned down further than this, and some power is always left for work.
constexpr double slowest_clock = 0.2, least_power = 0.05;

class Evaluation {
 public:
  Evaluation(const OfflineCase& c, const Factors& f) : c_(c), f_(f) {}

  OfflineTimes run() {
    if (c_.family == OfflineFamily::language) {
      language();
    } else {
      samples();
    }
    hold_power();
    return t_;
  }

 private:
  double factor(Factor which) const { return f_[static_cast<std::size_t>(which)]; }
  double efficiency(Factor which) const { return std::min(factor(which), most_efficient); }
  double bandwidth() const { return std::min(factor(Factor::memory), most_efficient) * c_.bandwidth; }

  void samples() {
    const PeakWork& w = c_.work;
    t_.flops = w.flops;
    double compute = 0, traffic = w.activations;
    if (c_.family == OfflineFamily::recommender) {
      compute = (w.product + w.attention) / efficiency(Factor::recommender);
      traffic *= std::min(1.0, factor(Factor::activation_traffic));
    } else if (c_.family == OfflineFamily::convolution) {
      compute = (w.convolution + w.product) / efficiency(Factor::convolution);
    } else {
      if (w.convolution > 0) compute += w.convolution / efficiency(Factor::convolution);
      compute += w.product / efficiency(Factor::product) + w.attention / efficiency(Factor::attention);
    }
    t_.bytes = w.stored + traffic;
    double memory = t_.bytes / bandwidth();
    if (c_.family == OfflineFamily::recommender) {  // gathers wait: they do not hide behind products
      t_.compute = compute;
      t_.memory = memory;
      return;
    }
    // What one layer hands to the next stays on the chip, more of it the longer the chip could hold it.
    memory /= 1 + c_.cache_size / c_.bandwidth / factor(Factor::cache_time);
    t_.compute = overlapped_times(compute, memory);
    t_.hides_more_memory = memory > compute;
  }

  void language() {
    const double product = efficiency(Factor::product), attention = efficiency(Factor::attention);
    const double decode_products = c_.decode.product / product;
    const double steps = c_.output_tokens, tokens = steps * c_.beams;
    const double cache = steps * c_.cache_read / bandwidth();
    const double compute = c_.work.product / product + c_.work.attention / attention + decode_products +
                           std::max(0.0, c_.decode.attention / attention - cache);
    double best = 0;
    for (const Replica& replica : c_.replicas) {
      const double batch = c_.beams * std::min(replica.requests, most_sequences * replica.devices);
      const double weights = tokens * c_.weights / (bandwidth() * batch);
      const double memory = cache + std::max(0.0, weights - decode_products);
      const Factor link = replica.over_host_link ? Factor::host_link : Factor::fast_link;
      const double network = replica.wire_seconds / std::min(factor(link), most_of_link);
      if (t_.batch > 0 && memory + network >= best) continue;
      best = memory + network;
      t_.memory = memory;
      t_.network = network;
      t_.devices = replica.devices;
      t_.batch = batch;
    }
    t_.compute = compute;
    t_.overhead = tokens * factor(Factor::token_time);
    t_.flops = c_.work.flops + c_.decode.flops;
    t_.bytes = steps * c_.cache_read + tokens * c_.weights / t_.batch;
  }

  void hold_power() {
    if (c_.tdp <= 0) return;
    const double operations = t_.flops * factor(Factor::operation_energy) *
                              portable_pow(c_.value_size, factor(Factor::format_exponent));
    t_.dynamic_power = (operations + t_.bytes * factor(Factor::byte_energy)) / t_.total();
    double limit = c_.power_limit;
    if (c_.saves_power) limit *= std::min(1.0, factor(Factor::saving_limit));
    const double left = std::max(limit - factor(Factor::static_share) * c_.tdp, least_power * c_.tdp);
    t_.power_use = std::min(1.0, t_.dynamic_power / left);
    const double held = portable_pow(left / t_.dynamic_power, 1 / factor(Factor::power_exponent));
    t_.clock_share = std::clamp(held, slowest_clock, 1.0);
  }

  const OfflineCase& c_;
  const Factors& f_;
  OfflineTimes t_;
};

}  // namespace

OfflineTimes offline_times(const OfflineCase& c, const Factors& f) { return Evaluation(c, f).run(); }

}  // namespace ridgeline::engine
