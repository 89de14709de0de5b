#pragma once
// Predicts points of a study.

#include <string>
#include <vector>

#include "engine/pass_table.h"
#include "explore/archive.h"
#include "explore/metrics.h"
#include "explore/space.h"
#include "ridgeline/serving.h"

namespace ridgeline::studies {

enum class Fate {
  excluded,  ///< a condition says that there is no such point
  does_not_fit,
  failed,
  predicted
};

struct Evaluated {
  Fate fate = Fate::excluded;
  Raw raw;        ///< predicted
  Values values;  ///< predicted
  Error error;    ///< does_not_fit, failed
};

/// How a point stands to the constraints, one bit a constraint.
struct Standing {
  std::uint64_t broken = 0, untold = 0;
  bool keeps_all() const { return broken == 0 && untold == 0; }
};
Standing standing_of(const Study&, const Values&);
/// Objectives as keys; bits of `missing` say which are unknown, whose keys are 0.
Keys keys_of(const Study&, const Values&, std::uint32_t& missing);

/// The serving point that the axes say.
ServingPoint serving_point(const Model&, const Point&);
/// In dollars an hour; NaN: unknown.
double hourly_price(const Study&, const Point&, const Hardware&);

/// One a thread: keeps the device of the last point. The study must outlive it.
class Evaluator {
 public:
  explicit Evaluator(const Study& study) : study_(&study) {}
  Evaluated evaluate(const Digits&);
  Evaluated evaluate(std::uint64_t index) { return evaluate(digits_of(*study_, index)); }

  /// The point's device, and its model(), with the fields that its axes set; both stay until the next call.
  Result<const Hardware*> take_hardware(const Digits&);
  const Model& model() const { return model_ ? *model_ : study_->model; }
  /// What is known of a point on that device before any prediction.
  Raw raw_of(const Point&) const;

 private:
  Result<Raw> serve(const Point&);
  Result<Raw> step(const Point&);

  const Study* study_;
  std::optional<Model> model_;  ///< where axes change it
  std::optional<Hardware> hardware_;
  Digits last_{};
  std::size_t hardware_axes_ = 0;
};
/// The deployment of passes that a point says; the model must outlive it. Errors: those of the passes.
Result<engine::PassTable> passes_of(const Study&, const Model&, const Hardware&, const Point&);
/// What is said of a pass that does not fit.
Error too_large(const Model&, const Hardware&, const Point&, const Footprint&);

/// Of all values that are known.
StudyPoint describe(const Study&, const Member&);

}  // namespace ridgeline::studies
