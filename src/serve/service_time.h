#pragma once
// How long a batch really takes: the table, disturbed.

#include "base/random.h"
#include "ridgeline/simulation.h"

namespace ridgeline::serve {

struct ServiceDraw {
  Nanoseconds total{0};
  Nanoseconds first_token{0};  ///< 0 when the table has none
};

/// Draws service times in the order in which batches start. Noise multiplies the whole service by one
/// lognormal factor of mean 1. Pauses are a Poisson process in the time that workers compute: it stands still
/// while they idle or are paused, so a service of length S has pause_rate * S of them on average. Streams
/// "service noise", "pause gaps" and "pause lengths" are apart: switching one off leaves the others as they
/// were. The table and the interference must outlive this.
class ServiceTimes {
 public:
  ServiceTimes(const ServiceTable&, const Interference&, std::uint64_t seed);

  /// Requires 1 <= batch <= size of the table.
  ServiceDraw draw(std::uint32_t batch);

 private:
  double noise_factor();
  Nanoseconds next_gap();
  void strike(ServiceDraw&);

  const ServiceTable& table_;
  const Interference& interference_;
  RandomStream noise_, gaps_, lengths_;
  Nanoseconds until_pause_{0};  ///< computing time left until the next pause
};

}  // namespace ridgeline::serve
