#pragma once
// What failures take from a long run on many devices that checkpoints: goodput, and how often to checkpoint.
// Daly, "A higher order estimate of the optimum checkpoint interval for restart dumps", FGCS 22 (2006).

#include <optional>

#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// Failures are independent and memoryless; one anywhere stops all devices, which restart from the last
/// checkpoint. Failures while restarting or writing count too.
struct FailureModel {
  Seconds mtbf{};        ///< of one device with its share of the host: mean time between failures
  Seconds checkpoint{};  ///< that all wait while one is written
  Seconds restart{};     ///< from a failure until they compute again
  std::optional<Seconds> interval{};  ///< of computing between checkpoints; absent: the best
};

struct FailureCost {
  Seconds mtbf{};      ///< of all devices
  Seconds interval{};  ///< of computing between checkpoints
  double goodput = 1;  ///< share of the time that is kept computing: no checkpoint, no restart, nothing twice
};

/// With M the mean time between failures of all devices, T the interval, C the checkpoint and R the restart,
///   goodput = T / (M exp(R / M) (exp((T + C) / M) - 1)),
/// and without an interval Daly's T, equation 37:
///   sqrt(2 C M) (1 + sqrt(C / 2M) / 3 + (C / 2M) / 9) - C, and M where C is 2M or more.
/// bad_input: a time that is not positive (restart: negative), no devices.
Result<FailureCost> cost_of_failures(const FailureModel&, double devices);

}  // namespace ridgeline
