#pragma once
// Explore: a space of deployments, what is wanted of them and what they must keep to; and the Pareto front of
// it. docs/explore.md. Every point of the grid is predicted, in the order of its index; what is kept grows
// with the front and never with the grid.

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/calibration.h"
#include "ridgeline/catalog.h"
#include "ridgeline/criterion.h"
#include "ridgeline/result.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- the question

/// What a point is: users of a serving engine, or one pass of a model over and over.
enum class StudyKind { serving, step };

/// What objectives and constraints may be about. Absent where an input is unknown: never zero.
struct StudyMetric {
  std::string_view name, meaning;
  CriterionUnit unit = CriterionUnit::seconds;
};
std::span<const StudyMetric> study_metrics(StudyKind);
CriterionVocabulary study_vocabulary(StudyKind);
inline constexpr std::size_t most_study_metrics = 16, most_objectives = 6;

/// Axes in the order of the index: the first is the slowest. Files may list them in any order.
enum class AxisKind {
  model,
  model_field,  ///< a size of the model: "model.layers"
  hardware,
  field,  ///< a number of the hardware: "hardware.memory.bandwidth"
  precision,
  kv_cache,  ///< its format
  tensor,
  pipeline,
  data,
  expert,
  replicas,
  prefill_replicas,  ///< workers that compute prompts only; 0: none, the others do
  prefill_tensor,
  prefill_pipeline,
  prefill_data,
  memory_fraction,  ///< of the capacity that the engine may use
  price_per_hour,   ///< of a device, in dollars
  isl,
  osl,
  max_batch,
  concurrency,
  context,
  batch,
};

struct AxisValue {
  /// SI; of hardware the index in Study::devices, of model that in Study::models, of formats the enumerator.
  double number = 0;
  bool relative = false;  ///< a field: times what the catalog says
  std::string text;       ///< "h100-sxm-80gb", "8", "fp8", "4 TB/s", "x1.5"
};
struct StudyAxis {
  AxisKind kind = AxisKind::hardware;
  std::string name;  ///< "tp", "hardware.memory.bandwidth"
  std::vector<AxisValue> values;
  bool continuous = false;  ///< a range without steps, of which a search may take any of the values
};

/// A factor times the values of axes.
struct AxisProduct {
  double factor = 1;
  std::vector<std::size_t> axes;
  unsigned devices = 0;  ///< times the devices, those of prefill workers too, to this power
};
enum class Relation { below, at_most, equal, unequal, at_least, above };
/// Points that break it are not part of the space. Holds of itself where `when` does not apply.
struct StudyCondition {
  struct Case {
    std::size_t axis = 0;
    std::vector<bool> values;  ///< of the axis: whether the condition applies
  };
  std::string text;
  std::vector<Case> when;
  AxisProduct left, right;
  Relation relation = Relation::at_most;
};

enum class Direction { minimise, maximise };
struct StudyObjective {
  std::size_t metric = 0;  ///< in study_metrics()
  Direction direction = Direction::minimise;
};
struct StudyConstraint {
  Criterion criterion;  ///< that must hold
  std::size_t metric = 0;
};

/// A device of the space, and what is known of predictions on it.
struct StudyDevice {
  Hardware hardware;
  Calibration calibration;
  std::vector<double>
      coefficient_errors;                ///< standard errors of the logarithms, as coefficients() lists them
  std::optional<double> price_per_hour;  ///< in dollars, where one was given
};

/// How the front is simulated. Of each run the first fifth is warm-up and left out.
struct StudyVerification {
  ScenarioKind scenario = ScenarioKind::closed_loop;  ///< of `concurrency` users, or server
  std::optional<double> qps;                          ///< server
  double load = 0.8;                                  ///< server, without qps: of the predicted requests/s
  Seconds duration{0};  ///< 0: ten requests one after the other as predicted, 30 s at least
  std::optional<Seconds> ttft_limit, tpot_limit;  ///< the SLO, of the P99
  std::uint64_t seed = 1;
  std::size_t points = 16;  ///< of the front, best first
  /// Tokens of one pass, decoded ones included; every point is simulated with each. The prediction knows no
  /// chunks. Empty: 2048, or as many as there are sequences.
  std::vector<std::uint32_t> chunks;
};

/// How points are chosen where the grid is too large: NSGA-II, through a SearchMethod.
struct StudySearch {
  std::size_t population = 100;  ///< a multiple of 4, 8 at least
  std::size_t generations = 200;
  std::uint64_t seed = 1;
};

struct Study {
  std::string path, text;  ///< where it stands and what it says
  StudyKind kind = StudyKind::serving;
  Model model;                ///< the first
  std::vector<Model> models;  ///< of the axis `model`; empty where there is none
  std::vector<StudyDevice> devices;
  std::vector<StudyAxis> axes;  ///< in the order of AxisKind
  std::vector<StudyCondition> conditions;
  std::vector<StudyObjective> objectives;  ///< at least one, at most most_objectives
  std::vector<StudyConstraint> constraints;
  bool ideal = false;  ///< calibration
  std::string stack, stack_version;
  double amortise_years = 3;  ///< of a catalog price, all hours used
  std::size_t top = 5;
  std::optional<StudyVerification> verify;
  std::size_t draws = 1000;  ///< of the predictions' errors; 0: the front's survival is not asked for
  std::uint64_t seed = 1;
  bool sensitivity = true;
  std::optional<StudySearch> search;  ///< none: every point of the grid

  std::uint64_t points() const;                            ///< of the whole grid
  std::vector<std::string> at(std::uint64_t index) const;  ///< the values' text, axis by axis
};

/// Set by flags rather than by the file.
struct StudyOverrides {
  std::optional<double> price_per_hour;  ///< of every device
  std::optional<std::size_t> top;
};
/// bad_input with file, line and key; of constraints and conditions with the column too. Nothing is predicted
/// before all of it is understood. docs/explore.md has every key.
Result<Study> read_study(const std::string& text, const std::string& path, const Catalog&,
                         const Calibrations&, const StudyOverrides& = {});

// ---------------------------------------------------------------------------------------------- the answer

struct StudyPoint {
  std::uint64_t index = 0;
  std::uint64_t equals = 0;                    ///< other points with the same objectives, and higher indices
  std::vector<std::string> at;                 ///< Study::at
  std::vector<std::optional<double>> metrics;  ///< as study_metrics() lists them
};

struct ConstraintReport {
  std::string text;
  std::uint64_t fell = 0;        ///< points that break it
  std::uint64_t fell_alone = 0;  ///< that break it and no other
  std::uint64_t untold = 0;      ///< whose metric is unknown
  /// What it costs: the objective that gains most when it alone is dropped, and its best value then.
  std::optional<std::size_t> objective;
  std::optional<double> best_without;
  double gain = 0;  ///< as a share of the best; infinite where nothing is left with it
};

/// Points that could not be predicted, by what was wrong.
struct StudyError {
  bool does_not_fit = false;
  std::uint64_t count = 0;
  std::uint64_t example = 0;  ///< the lowest index
  std::vector<std::string> at;
  std::string message;  ///< of the example
};

/// Points that keep to the constraints but have no value of some objective: the best by the others.
struct UnknownGroup {
  std::vector<std::string> metrics;
  std::uint64_t count = 0;
  std::vector<StudyPoint> points;
};

/// What one input of the winner does to its first objective.
struct InputSensitivity {
  std::string input;                      ///< "h100-sxm-80gb memory.bandwidth", "calibration memory"
  double low = 1, high = 1;               ///< of the input, as multiples of what it is
  bool assumed = false;                   ///< nobody gives an interval: ±10 %
  std::optional<double> at_low, at_high;  ///< the objective; absent: does not fit or is unknown
  bool feasible_at_low = true, feasible_at_high = true;
  bool wins_at_low = true, wins_at_high = true;  ///< against the rest of the front
};

struct FrontSurvival {
  std::vector<double> on_front;  ///< of each front point, the share of draws
  std::vector<double> feasible;  ///< the share of draws in which it keeps to the constraints
  std::size_t draws = 0;
  std::size_t contenders = 0;        ///< points that were compared
  std::vector<std::string> unknown;  ///< devices whose predictions have no known error; drawn without
};

struct VerifiedPoint {
  std::size_t front = 0;    ///< index in the front
  std::uint32_t chunk = 0;  ///< one of StudyVerification::chunks; 0 where there are none
  std::string error;        ///< why there is no simulation of it
  std::size_t requests = 0;
  std::vector<std::optional<double>> metrics;  ///< as study_metrics() lists them, from the simulation's means
  std::optional<double> ttft_p99, tpot_p99;
  double attainment = 0;  ///< share of requests within the SLO
  double goodput = 0;     ///< requests per second within it
  bool meets_slo = true, keeps_constraints = true, on_front = true;
  std::size_t predicted_rank = 0, rank = 0;  ///< from 1
  std::string disagreement;                  ///< in words; empty where there is none
};

struct StudyResult {
  std::uint64_t points = 0, explored = 0;
  std::uint64_t excluded = 0;  ///< by conditions
  std::uint64_t does_not_fit = 0, failed = 0;
  std::uint64_t fell = 0;    ///< by a constraint
  std::uint64_t untold = 0;  ///< break none, but one is of an unknown metric
  std::uint64_t feasible = 0;
  std::vector<ConstraintReport> constraints;
  std::optional<std::size_t> costliest;  ///< constraint
  std::vector<StudyError> errors;        ///< most frequent first
  std::vector<StudyPoint> front;         ///< by the first objective, best first, then the next
  std::vector<std::size_t> best;         ///< of each objective, in the front; empty where that is
  std::vector<StudyPoint> top;           ///< by the first objective, dominated ones too
  std::vector<UnknownGroup> unknown;
  std::vector<VerifiedPoint> verified;  ///< in the order of the simulated rank
  std::optional<FrontSurvival> survival;
  std::vector<InputSensitivity> sensitivity;  ///< of the winner, largest effect first
  bool cut_short = false;                     ///< what comes after the screening was stopped
  bool searched = false;                      ///< a search chose the points, and came to its end
  bool interrupted() const { return cut_short || (explored < points && !searched); }
};

struct ExploreProgress {
  std::uint64_t explored = 0, points = 0;  ///< "searching": generations
  std::string_view stage;                  ///< "screening", "searching", "simulating"
};

/// A study as a search sees it: one variable an axis, the number of its value.
class SearchSpace {
 public:
  struct Variable {
    std::uint32_t values = 1;
    bool ordered = false;  ///< numbers in ascending order, rather than names
  };
  virtual ~SearchSpace() = default;
  virtual const std::vector<Variable>& variables() const = 0;
  virtual std::size_t objectives() const = 0;
  /// Of each point, which has the number of a value of each variable: the objectives, less is better. A point
  /// that breaks constraints or cannot be predicted is worse in all of them than every point that does
  /// neither, and the worse the more it breaks (Deb's rule). All cores share the work.
  virtual std::vector<std::vector<double>> evaluate(const std::vector<std::vector<std::uint32_t>>&) = 0;
  /// After each generation; false: stop.
  virtual bool goes_on(std::size_t generation) = 0;
};
using SearchMethod = std::function<Status(SearchSpace&, const StudySearch&)>;

struct ExploreOptions {
  unsigned threads = 0;                     ///< 0: all cores
  const std::atomic<bool>* stop = nullptr;  ///< set: ends after the block in progress
  std::uint64_t most_points = 0;            ///< ends after so many more, rounded up to blocks; 0: no limit
  std::function<void(const ExploreProgress&)> progress;  ///< after each block, on the caller's thread
  /// Takes the state after each block; making the text costs, so only where it returns true.
  std::function<bool()> wants_journal;
  std::function<void(const std::string&)> keep_journal;
  std::optional<std::string> resume;  ///< a journal; bad_input where it is of another study
  SearchMethod search;                ///< of studies that ask for one: search.h
};
/// The result does not depend on the number of threads, nor on interruptions in between.
Result<StudyResult> explore(const Study&, const ExploreOptions& = {});

}  // namespace ridgeline
