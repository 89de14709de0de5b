#pragma once
// A phase of a mission becomes a simulation.

#include <memory>

#include "ridgeline/continuous.h"
#include "ridgeline/mission.h"
#include "ridgeline/simulation.h"

namespace ridgeline::mission {

/// Systems that batch continuously, by what phases of one deployment differ in: the table of their passes
/// takes longer to make than most runs.
struct MadeSystems {
  struct Made {
    ContinuousOptions options;
    ContinuousSystem system;
  };
  std::vector<Made> all;
};

/// What all phases share, looked up once. Points into the data. Copies share what was made: of one thread.
struct Deployment {
  const Hardware* hardware = nullptr;
  const Model* model = nullptr;
  PrecisionPlan precision;
  Calibration calibration;
  std::optional<HeatModel> heat;
  std::shared_ptr<MadeSystems> made = std::make_shared<MadeSystems>();

  /// The same on another device, for which nothing is made.
  Deployment on(const Hardware& other, const Calibration& its) const {
    return {&other, model, precision, its, heat};
  }
};
/// Errors: names that the data lacks, with the nearest ones.
Result<Deployment> deploy(const Mission&, const MissionData&);

struct Played {
  Run run;
  std::optional<Hertz> saturated;  ///< samples a second of the same deployment, always fully loaded
  std::uint32_t largest_batch =
      0;  ///< that was started; 0: not known, of an engine that batches continuously
};
Result<Played> play(const Mission&, const MissionPhase&, const Deployment&);
/// Chooses first what the phase leaves open. Errors name the mission and the phase.
Result<PhaseReport> run_phase(const Mission&, MissionPhase&, const Deployment&);
/// The same for an engine that batches continuously.
Result<Played> play_continuous(const Mission&, const MissionPhase&, const Deployment&);

/// Samples a second of the same deployment, always fully loaded.
Result<Hertz> saturated_rate(const Mission&, const MissionPhase&, const Deployment&);
/// The same for an engine that batches continuously: the closed form of predict_serving, which knows neither
/// arrivals nor a policy that holds the batch small.
Result<Hertz> saturated_rate_continuous(const Mission&, const MissionPhase&, const Deployment&);

/// MLPerf's settings for the phase's scenario, with the mission's rate and duration.
Scenario scenario_of(const Mission&, const MissionPhase&);
/// Of a parameter that has a standard value.
double number_of(const Mission&, const MissionPhase&, std::string_view name);
std::uint32_t count_of(const Mission&, const MissionPhase&, std::string_view name);
Interference interference_of(const Mission&, const MissionPhase&);
/// The heat model with what the mission says of its air and its power.
std::optional<HeatModel> heat_of(const Mission&, const MissionPhase&, std::optional<HeatModel>);

}  // namespace ridgeline::mission
