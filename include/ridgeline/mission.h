#pragma once
// Missions: a user's goal with its thresholds, told as a story. The file states the deployment and what
// disturbs it; every outcome is computed. Files: data/missions/ID.yaml; docs/missions.md gives keys,
// parameters and metrics.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ridgeline/calibration.h"
#include "ridgeline/catalog.h"
#include "ridgeline/heat.h"
#include "ridgeline/result.h"
#include "ridgeline/scenario.h"
#include "ridgeline/tail.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- what is
// asked

/// A number that a mission can be run with.
struct MissionParameter {
  std::string_view name;  ///< "noise.sigma"
  std::string_view unit;  ///< "1/s"; empty: a plain number
  std::string_view meaning;
  double least = 0, most = 0;
  std::optional<double> standard;  ///< where the file does not say; none: the model of heat's own
  double step = 1;                 ///< a small change, where a sweep starts
  bool whole = false;
  bool falls = false;  ///< a smaller value is the harsher one
};
const std::vector<MissionParameter>& mission_parameters();

/// What a mission may say of its bill; an audit reads it (versus.h).
struct MissionTerm {
  std::string_view name, unit;  ///< "electricity", "USD/kWh"
  std::string_view meaning;
};
/// amortise, electricity, utilisation, pue, carbon.
const std::vector<MissionTerm>& mission_terms();

/// One run of a mission.
struct MissionPhase {
  std::string id, story;
  ScenarioKind scenario = ScenarioKind::single_stream;
  std::map<std::string, double> own;  ///< parameters that define the phase: it keeps them (see set())
  std::string of;                     ///< the phase that this one plays under another name; empty: itself
  bool completes = false;  ///< run() chooses what the scenario reads and nobody states (see select_phase())
};

enum class MissionLimit { at_most, at_least };

struct MissionThreshold {
  std::string phase, metric;  ///< "car", "latency.p99"
  MissionLimit kind = MissionLimit::at_most;
  double limit = 0;        ///< SI
  std::string unit;        ///< as the file has it: "ms"
  double unit_per_si = 1;  ///< 1000
  std::string why;
  bool holds_at_first = true;  ///< what the story claims of the defaults; the tests hold the engine to it
};

/// A parameter or a choice (hardware, model, precision, heat, training) and its new value, as text.
struct MissionChange {
  std::string name, value, why;
};

/// Accuracy as it is known: at some signal-to-noise ratios, ascending; linear between, flat beyond.
struct AccuracyCurve {
  std::vector<std::pair<double, double>> points;  ///< dB, share
  Provenance provenance;
};

/// What serves the queries: batches that run to completion, or an engine that batches continuously.
enum class MissionEngine { batches, continuous };

struct Mission {
  std::string id, name, persona, story, crisis;
  MissionEngine engine = MissionEngine::batches;
  std::string hardware, model, precision;  ///< names in the catalog
  std::string stack;                       ///< of the calibration; empty: the mean of all
  std::string heat;                        ///< id of a HeatModel; empty: always the full clock
  std::string training;                    ///< which accuracy curve; empty: accuracy is not at stake
  std::string metric;  ///< that decides between two systems (versus.h); empty: the mission names none
  std::uint64_t seed = 1;
  std::map<std::string, Sourced<double>> parameters;
  std::map<std::string, Sourced<double>> terms;  ///< of its bill, by name in mission_terms()
  std::vector<MissionPhase> phases;
  std::map<std::string, AccuracyCurve> curves;
  std::vector<MissionThreshold> thresholds;
  std::vector<MissionChange> fix;
  std::string fix_story;
};

/// bad_input with file:line and key: unknown keys, parameters, metrics and units, values out of range,
/// thresholds of phases that are not there, a fix that cannot be set.
Result<Mission> load_mission(const std::string& path);
/// Every mission of a folder, in order of id.
Result<std::vector<Mission>> load_missions(const std::string& dir);

/// Sets a parameter: "ambient" for the phases that do not have their own, "car.cameras" for one phase.
/// bad_input when the name is unknown (with the nearest ones), the value is out of range, or no phase would
/// change.
Status set(Mission&, const std::string& name, double value);
/// The same from text, and the choices.
Status set(Mission&, const std::string& name, const std::string& value);
Status apply_fix(Mission&);
/// Leaves one phase and its thresholds. With scenarios, one play of it under each: the phase's deployment,
/// disturbances, parameters and thresholds, the scenario's name in kebab case for an id. set() reaches a play
/// by its id, all of them by the phase's. Where a scenario other than the phase's own reads what neither the
/// phase nor the mission states, run() chooses: 8 samples for MultiStream, as many users as fill every
/// worker's batch, arrivals at 60 % of the saturated rate. bad_input: no such phase, a scenario twice,
/// Interactive, MultiStream on an engine that batches continuously.
Status select_phase(Mission&, const std::string& phase, const std::vector<ScenarioKind>& as = {});
/// What a phase runs with: its own value, the mission's, or the standard one. Requires a known name.
std::optional<double> parameter_of(const Mission&, const MissionPhase&, std::string_view name);

// ---------------------------------------------------------------------------------------------- what comes
// out

/// What missions are made of.
struct MissionData {
  Catalog catalog;
  Calibrations calibrations;
  std::vector<HeatModel> heats;
};
/// Reads every .yaml file of a folder.
Result<std::vector<HeatModel>> load_heats(const std::string& dir);

struct MissionMetric {
  std::string name;             ///< "latency.p99"
  std::optional<double> value;  ///< SI; absent where the run cannot support it
  std::string unit;             ///< SI: "s", "W", "1/s"
};
/// Every name that a threshold may use.
std::vector<std::string_view> mission_metrics();

struct PhaseReport {
  std::string id, story;
  Run run;
  Summary summary;
  std::vector<MissionMetric> metrics;  ///< in the order of mission_metrics(), those that the run has
  std::optional<LateQueries> late;     ///< where somebody asks (late_queries()); run() leaves it out
};

struct ThresholdReport {
  MissionThreshold threshold;
  std::optional<double> value;  ///< SI
  bool holds = false;           ///< false where there is no value
};

struct MissionReport {
  Mission mission;  ///< as it was run
  std::vector<PhaseReport> phases;
  std::vector<ThresholdReport> thresholds;
  bool holds() const;
};
/// The same mission and data give the same report on every platform. Errors: those of the simulators and of
/// names that the catalog lacks.
Result<MissionReport> run(const Mission&, const MissionData&);

/// The first value of a parameter that breaks a threshold.
struct MissionSweep {
  std::string parameter, unit;
  double holds = 0,
         breaks = 0;  ///< neighbours: one unit of the third significant digit apart, or one where whole
  std::vector<ThresholdReport> broken;  ///< at `breaks`
  unsigned runs = 0;
};
/// From the mission's own value towards the harsher end: steps that double until a threshold breaks, then
/// bisection over values of three significant digits. Where validity changes more than once, one of the
/// changes. Errors: infeasible when thresholds are broken from the start, or hold up to the parameter's
/// limit.
Result<MissionSweep> sweep(const Mission&, const MissionData&, const std::string& parameter);

}  // namespace ridgeline
