#pragma once
// How long a batch really takes: the table, disturbed and slowed by heat.

#include "serve/disturbances.h"

namespace ridgeline::serve {

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
/// the rest is as Disturbances has it. The table and the interference must outlive this.
class ServiceTimes {
 public:
  ServiceTimes(const ServiceTable& table, const Interference& interference, std::uint64_t seed)
      : table_(table), disturbances_(interference, seed) {}

  /// Requires 1 <= batch <= size of the table. `device`, if any, lives through the service from its now().
  ServiceDraw draw(std::uint32_t batch, HeatDevice* device = nullptr);
  /// The same with the times that are given in place of the table's.
  ServiceDraw draw(std::uint32_t batch, TableTimes times, HeatDevice* device);

 private:
  const ServiceTable& table_;
  Disturbances disturbances_;
};

}  // namespace ridgeline::serve
