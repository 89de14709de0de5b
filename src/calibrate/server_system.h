#pragma once
// The simulator's model of a system that published an Offline rate, in a time of its own: what the cost model
// says, before the published rate sets how fast it runs as a whole.

#include <functional>

#include "ridgeline/max_rate.h"
#include "ridgeline/simulator_validation.h"

namespace ridgeline::calibrate {

inline constexpr unsigned most_devices = 8;    ///< of a system that are simulated
inline constexpr double limits_in_a_run = 20;  ///< of models that batch: how long a run is, in latency limits

struct ServerSystem {
  double part = 1;     ///< of the published system that is simulated: so many devices of a large one
  double offline = 0;  ///< samples a second that the part reaches with all samples there, in its own time
  std::uint32_t largest_batch = 1;
  Scenario scenario;  ///< kind and lengths; rate, limits and duration are still to be given
  /// The part with batches of at most so many.
  std::function<Result<RunScenario>(std::uint32_t batch)> with_batch;
};

/// Generating models batch continuously, the others in batches that run to completion. Outlived by `models`.
/// Errors: those of the simulators.
Result<ServerSystem> make_server_system(const ServerPair&, const ServerModels& models);

}  // namespace ridgeline::calibrate
