#pragma once
// How long a batch really takes: the table, disturbed and slowed by heat.

#include <array>

#include "base/random.h"
#include "ridgeline/simulation.h"
#include "serve/heat_device.h"
#include "serve/service_time_strikes.h"

namespace ridgeline::serve {

/// A part of a service, and what made it that long.
struct ServicePart {
  Nanoseconds table{0};         ///< what the table says
  Nanoseconds interference{0};  ///< noise, which may save time, and strikes
  Nanoseconds throttling{0};    ///< what a full clock would have saved
  Nanoseconds total() const { return table + interference + throttling; }
};

struct ServiceDraw {
  ServicePart prefill;  ///< to the first token; all of it when the table has none
  ServicePart decode;   ///< from there to the end
  Nanoseconds total{0};
  Nanoseconds first_token{0};  ///< 0 when the table has none
};

/// What a table says of a batch.
struct TableTimes {
  Nanoseconds first_token{0}, total{0};
};
/// A batch padded to these lengths. Requires that the table covers them.
TableTimes times_of(const LengthTable&, std::uint32_t batch, TokenLengths longest);

/// Draws service times in the order in which batches start. Noise multiplies the whole service by one factor;
/// pauses, bursts of other work and context switches strike it (see Strikes). Their streams are apart:
/// switching one off leaves the others as they were. The table and the interference must outlive this.
class ServiceTimes {
 public:
  ServiceTimes(const ServiceTable&, const Interference&, std::uint64_t seed);

  /// Requires 1 <= batch <= size of the table. `device`, if any, lives through the service from its now().
  ServiceDraw draw(std::uint32_t batch, HeatDevice* device = nullptr);
  /// The same with the times that are given in place of the table's.
  ServiceDraw draw(std::uint32_t batch, TableTimes times, HeatDevice* device);

 private:
  double noise_factor();
  ServicePart run(Nanoseconds table, Nanoseconds work, double compute_share, HeatDevice*);
  Strikes* next_strike();

  const ServiceTable& table_;
  const Interference& interference_;
  RandomStream noise_;
  std::array<Strikes, 3> strikes_;  ///< pauses, background bursts, context switches
};

}  // namespace ridgeline::serve
