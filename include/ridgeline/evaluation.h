#pragma once
// Evaluate: does it fit, is it fast enough, and does it cost, draw and emit no more than was allowed? Three
// levels, each pass, warn, unknown or fail, with a reason that is generated from the numbers.
// docs/evaluate.md has every rule and formula.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ridgeline/economics.h"
#include "ridgeline/engine.h"
#include "ridgeline/serving.h"

namespace ridgeline {

/// In ascending order of concern: a level is what the most concerning of its metrics is.
enum class EvaluationStatus {
  pass,
  warn,     ///< within 10 % of the limit, or the 90 % interval contains it, or it rests on an assumed value
  unknown,  ///< there is a limit, and no value: a price or a power is missing. Never taken for zero
  fail,
};
std::string_view to_string(EvaluationStatus);

enum class EvaluationUnit { bytes, seconds, per_second, dollars, watts, joules, grams };
std::string_view to_string(EvaluationUnit);  ///< "B", "s", "/s", "USD", "W", "J", "g"

enum class LimitSide { at_most, at_least };

/// A figure that an evaluation may have and that a limit may be set on.
struct EvaluationMetricKind {
  std::string_view name;  ///< "latency", "cost_per_million"
  std::string_view what;  ///< "TTFT", "the cost of a million"
  unsigned level = 2;     ///< 1 feasibility, 2 performance, 3 cost, energy and carbon
  EvaluationUnit unit = EvaluationUnit::seconds;
  LimitSide side = LimitSide::at_most;  ///< of a limit on it
};
/// memory; latency, ttft, tpot, throughput, token_rate; cost_per_hour, cost_per_million, power,
/// energy_per_query, carbon_per_query.
std::span<const EvaluationMetricKind> evaluation_metrics();
const EvaluationMetricKind* find_evaluation_metric(std::string_view name);

struct EvaluationLimit {
  std::string metric;  ///< any but memory, whose limit is the capacity
  double value = 0;    ///< SI; carbon in grams of CO2 equivalent
};

struct EvaluationTerms {
  std::vector<EvaluationLimit> limits;
  Economics economics;
};

struct EvaluationMetric {
  const EvaluationMetricKind* kind = nullptr;
  std::string what;                                   ///< "the energy of a request"
  std::optional<double> value;                        ///< SI, as kind->unit; absent: unknown
  std::optional<std::pair<double, double>> interval;  ///< 90 %
  bool upper_bound = false;                           ///< it is at most `value`
  std::optional<double> limit;
  std::optional<EvaluationStatus> status;  ///< absent without a limit
  std::string reason;                      ///< one sentence; without a limit: why it is unknown, or empty
};

struct EvaluationLevel {
  unsigned level = 1;
  std::string_view name;  ///< "feasibility", "performance", "cost, energy and carbon"
  EvaluationStatus status = EvaluationStatus::pass;
  std::string reason;  ///< one sentence
  std::vector<EvaluationMetric> metrics;
};

struct Evaluation {
  std::string model, hardware;  ///< ids
  std::string work;             ///< "1 x 1 new token after 2048", "64 users, 1024 tokens in, 1024 out"
  unsigned devices = 1;
  std::string query;                    ///< that energy and carbon are of: "request", "token", "sample"
  std::string unit;                     ///< that a million are priced of: "output tokens", "samples"
  std::vector<EvaluationLevel> levels;  ///< the three
  std::vector<std::string> notes;       ///< what holds for the figures: bounds, values that were assumed
  std::vector<Input> inputs;            ///< every value used, the economics' too

  bool fits() const { return levels.front().status != EvaluationStatus::fail; }
  EvaluationStatus status() const;  ///< of the most concerning level
  const EvaluationMetric* find(std::string_view metric) const;
};

/// bad_input: a limit on a metric that does not exist or that this work does not have, two limits on one, a
/// value that is not finite or not positive, rent beside an electricity price. What does not fit is no error:
/// level 1 fails and the others are unknown.
Result<Evaluation> evaluate(const Profile&, const Hardware&, const EvaluationTerms&);
Result<Evaluation> evaluate(const ServingPoint&, const ServingPrediction&, const Hardware&,
                            const EvaluationTerms&);
/// Predicts first; a serving point that does not fit is an Evaluation too.
Result<Evaluation> evaluate(const Model&, const Hardware&, const ServingPoint&, const Calibration&,
                            const EvaluationTerms&);

}  // namespace ridgeline
