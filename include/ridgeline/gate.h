#pragma once
// The gate of a continuous build: does a change break a limit, and can that be told at all (docs/check.md).
//
// A criterion says when to fail. BASE is before the change and HEAD after it; changes are HEAD - BASE.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/criterion.h"
#include "ridgeline/result.h"
#include "ridgeline/run_difference.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

enum class Outcome { passed, failed, cannot_tell };
std::string_view to_string(Outcome);  ///< "passed", "failed", "can't tell"

/// A metric that criteria may name, of runs or of predictions.
struct GateMetric {
  std::string_view name, what;
  CriterionUnit unit = CriterionUnit::seconds;
  Better better = Better::lower;
};

/// How a figure is known.
enum class Certainty {
  exact,    ///< what was predicted, or counted: its value decides
  sampled,  ///< of a sample of what might have been: its interval decides
};

/// What the two sides say of a metric, SI; what they do not say is absent.
struct Observation {
  std::optional<double> base;
  std::optional<Estimate> head;  ///< with an interval of its own
  Certainty head_certainty = Certainty::sampled;
  std::optional<Estimate> absolute, relative;  ///< the change
  Evidence evidence = Evidence::unknown;       ///< of the change
  Certainty change_certainty = Certainty::sampled;
  std::optional<std::uint64_t> queries_needed;
};

struct Judgement {
  Outcome outcome = Outcome::cannot_tell;
  bool measured = true;  ///< false: the metric is absent where it is needed
  std::string reason;    ///< without figures: "beyond the limit, and shown"
};
/// By the rules below; u is the bad direction, up for > and >=, and "beyond" what the operator says.
///
/// A value limit is about HEAD alone. Exact figures fail beyond it and pass otherwise. Others fail where
/// their 95 % interval lies beyond it, pass where none of it does, and cannot tell in between; without an
/// interval they fail beyond it and cannot tell otherwise.
///
/// A limit on the change fails where the estimate is beyond it and the change is shown: its interval excludes
/// zero, or, where the limit asks for an improvement, the limit. It passes where none of the interval is
/// beyond the limit, or the estimate is not and a difference is shown. Otherwise, and without an interval, it
/// cannot be told. Exact changes fail beyond the limit and pass otherwise.
Judgement judge(const Criterion&, const Observation&);

struct CriterionResult {
  Criterion criterion;
  Observation seen;
  Judgement judgement;
};

/// What `predict` printed as JSON.
struct Prediction {
  enum class Kind { profile, serving } kind = Kind::profile;
  std::string subject;  ///< "llama-3-8b on h100-sxm-80gb"
  std::string model;
  std::string work;  ///< that it is about: "1 x 1 after 0 tokens"
  struct Figure {
    std::string metric;  ///< of prediction_metrics()
    double value = 0;    ///< SI
  };
  std::vector<Figure> figures;
  std::string misfit;  ///< "needs 141 GB of 80.0 GB"; empty where it fits
};
std::string_view to_string(Prediction::Kind);

/// Those of find_run_metric(), as the gate sees them.
std::span<const GateMetric> gate_run_metrics();
std::span<const GateMetric> prediction_metrics(Prediction::Kind);
/// The same as names for parse_criterion().
CriterionVocabulary run_vocabulary();
CriterionVocabulary prediction_vocabulary(Prediction::Kind);

enum class Strictness { lenient, strict };  ///< strict: what cannot be told fails

struct GateReport {
  std::string base, head;  ///< what they are called
  Strictness strictness = Strictness::lenient;
  std::vector<CriterionResult> results;     ///< in the order of the criteria
  std::vector<std::string> broken;          ///< fails whatever the criteria: HEAD does not fit
  std::vector<std::string> warnings;        ///< what a reader must know first
  std::optional<RunDifference> difference;  ///< of runs
  /// failed, where anything did; else cannot_tell, where anything is, which passes unless it is strict.
  Outcome outcome() const;
  bool fails() const;
  std::size_t count(Outcome) const;  ///< of results
};

struct GateOptions {
  std::string base_name = "BASE", head_name = "HEAD";
  Strictness strictness = Strictness::lenient;
  RunComparison comparison;
};
/// bad_input: no criterion, or two sides that cannot be compared, as compare() has it.
Result<GateReport> check(const Run& base, const Run& head, std::span<const Criterion>,
                         const GateOptions& = {});
/// Predictions are points: every figure and change is exact. bad_input: no criterion, another kind, model or
/// work.
Result<GateReport> check(const Prediction& base, const Prediction& head, std::span<const Criterion>,
                         const GateOptions& = {});

}  // namespace ridgeline
