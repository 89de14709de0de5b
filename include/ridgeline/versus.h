#pragma once
// Audit of one system against another on a mission: what each attains under its roofline, every scenario side
// by side, peak against sustained, money, energy and carbon, how far each is from the catalog's front, a
// verdict on the mission's metric, and what would overturn it. docs/versus.md derives every figure.
//
// Both sides run the mission's last phase, its service, unless it says otherwise: the same model, lengths and
// policy. What a side runs otherwise (format, devices, heat) is set on its copy of the mission.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ridgeline/evaluation.h"
#include "ridgeline/explanation.h"
#include "ridgeline/heat.h"
#include "ridgeline/mission.h"
#include "ridgeline/result.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- the question

/// One system: the mission as it runs it, on its device, and what that costs.
struct VersusSide {
  Mission mission;  ///< Mission::hardware names the side's device in the data's catalog
  Economics economics;
};

/// What takes long and may be left out.
struct VersusSkips {
  bool front = false;        ///< ParetoEfficiency::missing says so
  bool break_evens = false;  ///< Versus::break_evens is empty
  bool scenarios = false;    ///< Versus::phases is empty; of accuracy nothing is known
};

struct VersusQuestion {
  VersusSide a, b;     ///< missions of one model, one engine and the same phases
  std::string metric;  ///< that decides; empty: the mission's own
  std::uint32_t most_batch = 1024, most_context = 131072;  ///< where break-evens are looked for
  VersusSkips skip;
};

/// What the mission says of its bill.
Economics economics_of(const Mission&);

/// A figure that may decide.
struct VersusMetricKind {
  std::string_view name;                  ///< "cost_per_million"
  std::string_view unit;                  ///< SI: "USD", "s", "1/s", "W", "J", "g", "1/J"
  LimitSide better = LimitSide::at_most;  ///< at_most: less is better
  bool simulated = false;                 ///< in the mission's last phase; else the closed form at the point
  std::string_view meaning;
};
/// Those of evaluations but memory; per_watt; simulated latency.p99, ttft.p99, rate.sustained, power.mean and
/// sustained_per_watt.
std::span<const VersusMetricKind> versus_metrics();
const VersusMetricKind* find_versus_metric(std::string_view name);

// ---------------------------------------------------------------------------------------------- the answer

/// How many times better B is than A; above 1 B is better.
struct VersusRatio {
  double value = 1;
  std::optional<std::pair<double, double>> interval;  ///< 90 %
  /// Both sides are of one architecture and predicted with the same coefficients, whose errors are both's;
  /// else the errors of the two predictions are taken for independent.
  bool shared = false;
};
/// From two values and their 90 % intervals, errors independent. Requires positive values.
VersusRatio ratio_of(LimitSide better, double a, std::optional<std::pair<double, double>> interval_a,
                     double b, std::optional<std::pair<double, double>> interval_b);

struct VersusFigure {
  std::optional<double> value;                        ///< SI
  std::optional<std::pair<double, double>> interval;  ///< 90 %
  bool upper_bound = false;                           ///< it is at most `value`
  std::string missing;                                ///< why there is none
};

struct VersusMetric {
  const VersusMetricKind* kind = nullptr;
  std::string what;                   ///< "the cost of a million output tokens"
  std::array<VersusFigure, 2> sides;  ///< A, B
  std::optional<VersusRatio> ratio;   ///< where both are known
};

/// An operator on its device's roofline.
struct RooflineOp {
  std::string pass, name;  ///< "decode", "prompt" or "pass"; of the profile
  Flops flops{};           ///< all of them together, of one device
  Bytes bytes{};
  FlopsPerByte intensity{};   ///< 0 where it does no products
  FlopsPerSecond attained{};  ///< flops over its time
  FlopsPerSecond roof{};      ///< min(peak of the device's compute format, intensity x bandwidth)
  Regime bound = Regime::memory_bound;
  double share = 0;  ///< of its pass's time
};
struct Roofline {
  Precision format = Precision::fp16;  ///< that products with weights compute in, whose peak the roof is
  FlopsPerSecond peak{};
  BytesPerSecond bandwidth{};
  FlopsPerByte ridge{};
  std::vector<RooflineOp> ops;  ///< in the order of execution
};

/// The datasheet's figure, and what of it is left.
struct PeakAndSustained {
  double peak = 0;
  double calibrated = 0;  ///< what the calibration says that such work reaches of it, at the full clock
  std::optional<double>
      sustained;        ///< that, at the clock which the heat leaves; unknown without a heat model
  double attained = 0;  ///< at the mission's point, on average
};

/// Radial technical efficiency over the free disposal hull of the catalog (Farrell 1957; Deprins, Simar and
/// Tulkens 1984): the least share of its input with which some device puts out as much,
///   theta = min { x_j / x : y_j >= y } in (0, 1];  1: on the front.
struct ParetoEfficiency {
  std::string_view input, output;  ///< "power", "cost_per_hour"; the metric that is put out
  std::optional<double> theta;     ///< unknown where the side's input or output is
  std::string reference;           ///< the device that needs no more than that; the side itself: on the front
  std::size_t compared = 0;        ///< devices with both known, the two sides among them
  std::vector<std::string> front;  ///< that no other dominates, by rising input
  std::string missing;
};

/// One phase on both sides: arrivals and disturbances of one seed.
struct VersusPhase {
  std::string id, story;
  ScenarioKind scenario = ScenarioKind::single_stream;
  bool of_mission = false;  ///< else made by the audit, with the mission's parameters
  std::array<std::optional<PhaseReport>, 2> sides;
  std::array<std::string, 2> failed;  ///< why there is no report
};

struct ThermalEndurance {
  std::string model;  ///< of heat; empty: none, and the rest is unknown
  std::optional<SteadyHeat> steady;
  std::optional<Watts> active;  ///< that the model was run with
};

struct AccuracyGuard {
  std::string precision;
  std::optional<double> accuracy, minimum;  ///< by the mission's curve; by its threshold
  bool holds() const { return accuracy && minimum && *accuracy >= *minimum; }
};

enum class VersusOutcome { a, b, equal, cannot_tell, unknown };
std::string_view to_string(VersusOutcome);  ///< "A", "B", "equal", "cannot tell", "unknown"

/// Who is better on the metric. a or b also without an interval; cannot_tell: the interval includes 1.
struct VersusVerdict {
  const VersusMetricKind* metric = nullptr;
  VersusOutcome outcome = VersusOutcome::unknown;
  std::optional<VersusRatio> ratio;  ///< B over A, as VersusRatio says
  std::string reason;                ///< one sentence
};

/// One input changed until the other side is better by the point values, all else as it is.
struct BreakEven {
  std::string input;  ///< "price of A", "batch", "context"
  std::string unit;   ///< "USD", "sequences", "tokens" ...
  std::optional<double> now;
  std::optional<double> keeps, turns;              ///< neighbours: the same side is better; the other is
  std::optional<double> ratio_keeps, ratio_turns;  ///< the metric's ratio evaluated there, B over A
  double tried_from = 0, tried_to = 0;             ///< without a turn: none between these
  unsigned tried = 0;                              ///< evaluations
  std::string ends;     ///< why a way ended before its limit: it does not fit, or no value
  std::string why_not;  ///< why it was not looked for: it does not enter the metric ...
};

struct VersusSystem {
  std::string hardware, name;  ///< id and name in the catalog
  std::string precision;
  unsigned devices = 1;
  Evaluation evaluation;
  Profile pass;                   ///< of a decode step, or of a full batch
  std::optional<Profile> prompt;  ///< generation: of one prompt alone
  double prompt_share = 0;        ///< of the time, spent on prompts
  Roofline roofline;
  PeakAndSustained compute, memory;  ///< FLOP/s, B/s; of one device
  ThermalEndurance heat;
  AccuracyGuard accuracy;
  std::array<ParetoEfficiency, 2> efficiency;  ///< for power, for cost
};

struct Versus {
  std::string mission, mission_name, model;
  std::uint64_t seed = 1;
  std::string work;  ///< "8 users, 512 tokens in, 256 out"
  std::array<VersusSystem, 2> systems;
  std::vector<VersusMetric> metrics;
  std::vector<VersusPhase> phases;
  VersusVerdict verdict;
  std::vector<BreakEven> break_evens;  ///< empty: they were not asked for
  std::optional<Explanation> why;      ///< A against B, of what takes most of the time: prompts or passes
  std::vector<std::string> notes;
  std::vector<Input> inputs;  ///< of both sides; keys begin with "A." and "B."
};

/// The same question and data give the same answer on every platform. Errors: bad_input for missions that
/// cannot be compared, a metric that there is not, a format that a device lacks; infeasible where a side does
/// not fit, with which.
Result<Versus> audit_versus(const VersusQuestion&, const MissionData&);

}  // namespace ridgeline
