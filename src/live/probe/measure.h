#pragma once
// Repeating a short measurement until its median is known well enough.

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "ridgeline/measurement.h"

namespace ridgeline::live {

/// Seconds from some fixed point, for work of `threads` threads. A single thread is timed by its own clock,
/// which stops while another program has the core; call it on that thread. A team waits for its slowest
/// member, so it is timed by the wall clock.
Seconds work_clock(unsigned threads);

/// Does the work `repeats` times over and says how long that took.
using TimedWork = std::function<Seconds(std::uint64_t repeats)>;

/// The 95 % interval of the median may reach this far to either side of it.
inline constexpr double wanted_precision = 0.05;

/// The rate `units` / time of one repeat: samples of about 20 ms (less when patience is short), at least
/// eight, until the interval of the median is within wanted_precision or `patience` is spent: then `noisy`.
/// The samples that find the length are a warm-up and are not counted.
MeasuredRate measure_rate(const TimedWork& work, double units, Seconds patience);

/// Rate of doing the same amount of work at each of these rates in turn: the harmonic mean; noisy if any is.
/// Requires at least one.
MeasuredRate harmonic_mean(const std::vector<MeasuredRate>&);

/// Median and its order-statistic interval. Requires at least eight samples.
MeasuredRate median_rate(std::vector<double> samples);

/// Shares what is left of a time budget among the measurements that are still to come.
class Patience {
 public:
  Patience(Seconds total, unsigned measurements);
  /// The share of the next measurement, never negative; what the ones before did not use is shared too.
  Seconds next();

 private:
  std::chrono::steady_clock::time_point end_;
  unsigned left_;
};

}  // namespace ridgeline::live
