#pragma once
// Where the other side becomes the better one when one input changes.

#include <functional>

#include "versus/point.h"

namespace ridgeline::versus {

/// B over A at a value of the input. Errors where a side has no value of the metric there.
using RatioAt = std::function<Result<double>(double)>;

/// From `now`, whole numbers: steps that double on the way up to `most`, and halve down to 1, until the
/// better side is another; then bisection to neighbours, each evaluated. Of a turn on either way the nearer
/// by logarithm. A way ends where there is no value, with the reason. Fills all but names.
void find_whole(BreakEven&, const RatioAt&, double now, double most);
/// The same for a positive real number, towards `limit` alone, until the two ends are within 0.05 %.
void find_real(BreakEven&, const RatioAt&, double now, double limit);

/// What decides, and both sides at the mission's point. Refers to what must outlive it.
struct Asked {
  const VersusMetricKind& kind;
  const VersusQuestion& question;
  std::array<const Point*, 2> points;
};
/// Price of either device, batch and context.
Result<std::vector<BreakEven>> break_evens(const Asked&, const MissionData&);

}  // namespace ridgeline::versus
