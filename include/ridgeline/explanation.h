#pragma once
// Explain: why A differs from B, in sentences that are generated from numbers and true whenever they are
// printed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/engine.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

/// Which story a pair of profiles tells.
enum class DifferenceCase {
  both_memory_bound,
  both_compute_bound,
  memory_to_compute,
  compute_to_memory,
  overhead_dominated,
  slower,
  equal,
  infeasible,
  network_dominated,
};
std::string_view to_string(DifferenceCase);

/// A part of the difference in latency; the parts sum to the whole.
struct DifferencePart {
  std::string factor;  ///< "peak FLOP/s", "memory bandwidth", "overheads" ...: docs/explain.md lists them
  Seconds seconds{};   ///< positive: the proposal is faster by this much
};

/// What is compared: a whole pass where both sides do the same, else one unit of what both produce.
struct Work {
  std::string unit = "pass";          ///< "pass", "token", "prompt token", "image", "sequence" ...
  double baseline = 1, proposal = 1;  ///< units in one pass of each
  bool per_pass() const { return unit == "pass"; }
};

struct ProfileDifference {
  DifferenceCase kind = DifferenceCase::equal;
  Profile baseline, proposal;
  Work work;
  double speedup = 1;          ///< baseline latency over proposal latency, of a unit of work
  double bandwidth_ratio = 1;  ///< proposal over baseline
  double peak_ratio = 1;
  Seconds difference{};  ///< baseline latency - proposal latency, of a unit of work
  std::vector<DifferencePart> parts;
  std::vector<std::string> analysis;  ///< sentences: the case's own, then what qualifies it
};

/// Compares two predictions of the same work. bad_input when they do different units of work (other model,
/// shape).
Result<ProfileDifference> compare(const Profile& baseline, const Profile& proposal);

/// The headline text: speedup, regimes, analysis (docs/explain.md shows each case).
std::string headline(const ProfileDifference&);
/// Breaks a paragraph between words so that no line is longer than 120 characters.
std::string wrap(const std::string& text);

// ---------------------------------------------------------------------------------------------- setups

/// All that a prediction depends upon. Models are told apart by their ids.
struct Setup {
  Model model;
  Hardware hardware;
  PrecisionPlan precision;
  StepShape shape;
  Calibration calibration;
  Parallelism parallelism{};
  std::optional<Dollars> price_per_hour{};  ///< of one device; without: its price, amortised
};
Result<Profile> predict(const Setup&);

struct CompareOptions {
  unsigned exact_factors = 12;         ///< with more that changed, orders are sampled
  std::uint32_t permutations = 10000;  ///< orders sampled, each with its reverse
  std::uint64_t seed = 1;
  double amortisation_years = 4;  ///< straight line over every hour of so many years
};

/// A factor's part in a metric's difference.
struct MetricPart {
  std::string factor;
  double value = 0;               ///< in the metric's unit; positive: the proposal is better by this much
  std::optional<double> error{};  ///< half the 95 % interval where orders were sampled; exact without
};

/// A metric of one unit of work on both sides. The parts sum to the difference.
struct MetricAttribution {
  std::string metric;  ///< "latency", "throughput", "energy", "cost"
  std::string unit;    ///< "s", "1/s", "J", "USD"
  std::string per;     ///< the unit of work: "pass", "token"; throughput counts so many of it a second
  double baseline = 0, proposal = 0;
  double difference =
      0;  ///< how much better the proposal is: less time, more throughput, less energy or cost
  std::vector<MetricPart> parts;  ///< factors that can touch this metric, in a fixed order
};

/// What one factor does alone, and what is left without it.
struct Counterfactual {
  std::string factor;
  double alone = 1;    ///< speedup of the baseline with the proposal's factor and nothing else of it
  double without = 1;  ///< speedup of the proposal but for this factor, which stays the baseline's
  bool alone_fits = true, without_fits = true;  ///< whether memory holds the two
};

/// A capability that the proposal has more of than it can use.
struct IdleCapability {
  std::string capability;  ///< "peak", "memory bandwidth", "memory capacity", "interconnect"
  std::string unit;        ///< "FLOP/s", "B/s", "B"
  double baseline = 0, proposal = 0;
  double needed = 0;  ///< with so much the proposal would take as long, within 0.5 %; capacity: it would fit
  double raised() const { return proposal - baseline; }
  /// Of what was raised, what is of no use.
  double idle() const { return proposal - (needed > baseline ? needed : baseline); }
};

/// How far the proposal is from another regime when one input grows, or where that finds none, shrinks.
struct RegimeShift {
  std::string input;  ///< "batch", "context", "tokens", "memory bandwidth", "peak"
  std::string unit;   ///< "" (a number of things), "B/s", "FLOP/s"
  double now = 0;
  std::optional<double> at;  ///< the first value beyond the shift that doubling, then bisection, found
  Regime to = Regime::compute_bound;
  bool fits = true;  ///< the memory holds it there
  /// Values tried: without a shift, none of `now` doubled up to tried_to and halved down to tried_from has
  /// one. (A regime that comes and goes between two of them is not found.)
  double tried_from = 0, tried_to = 0;
};

/// What a small change of one input does to the latency of a unit of work.
struct Elasticity {
  std::string input;
  bool other_work = false;  ///< the work itself changes with it: no improvement of the system
  /// d log(latency) / d log(input) between now and 10 % more, and 10 % less (whole numbers: at least one).
  /// Absent where the input cannot go there (an efficiency beyond 1, a batch below 1).
  std::optional<double> up, down;
  /// Latency there over latency now.
  std::optional<double> up_ratio, down_ratio;
};

/// Two setups, and why their predictions differ.
struct Explanation {
  ProfileDifference profiles;  ///< its parts are those of `latency`
  MetricAttribution latency;   ///< of the unit in profiles.work
  /// Of what a pass produces. Energy: at most, TDP for the whole time. Absent where either side's power or
  /// price is unknown.
  MetricAttribution throughput;
  std::optional<MetricAttribution> energy, cost;
  bool amortised = false;            ///< the cost of a side is its device's price over amortisation_years
  std::vector<std::string> unknown;  ///< why a metric is missing: one line each
  bool sampled = false;              ///< more factors than are evaluated exactly
  std::vector<Counterfactual> counterfactuals;  ///< by factor of `latency`
  std::vector<IdleCapability> idle;
  std::vector<RegimeShift> shifts;       ///< of the proposal
  std::vector<Elasticity> elasticities;  ///< of the proposal
  std::vector<std::string> sentences;    ///< made of all that is above; the headline has its own
};

/// Predicts both and attributes the difference to the factors that changed, by predicting setups mixed of
/// both. Errors: those of predict(), and bad_input where the two do not produce the same thing (decode
/// against prefill, tokens against images, another task).
Result<Explanation> compare(const Setup& baseline, const Setup& proposal, const CompareOptions& = {});

/// Sentences on why a measurement differs from its prediction, the largest cause first.
std::vector<std::string> explain_gap(const Summary& predicted_or_simulated, RunOrigin origin,
                                     const Summary& measured, std::string_view workload, ScenarioKind);

/// Sentences on why the Offline and the Server result of one system differ.
std::vector<std::string> explain_scenarios(const Summary& offline, const Summary& server,
                                           const Scenario& server_scenario, std::string_view workload);

}  // namespace ridgeline
