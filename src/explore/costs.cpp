#include "explore/costs.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ridgeline::studies {
namespace {

/// The least of each key.
Keys best_of(const Archive& archive) {
  Keys best;
  best.fill(std::numeric_limits<double>::infinity());
  for (const Member& m : archive.members()) {
    for (std::size_t i = 0; i < best.size(); ++i) best[i] = std::min(best[i], m.keys[i]);
  }
  return best;
}

}  // namespace

void report_constraints(const Study& study, const Tally& tally, const Archive& front, StudyResult& result) {
  const bool none_left = front.members().empty();
  const Keys with = best_of(front);
  double most = 0;
  for (std::size_t i = 0; i < study.constraints.size(); ++i) {
    ConstraintReport report;
    report.text = to_string(study.constraints[i].criterion);
    report.fell = tally.constraints[i].fell;
    report.fell_alone = tally.constraints[i].fell_alone;
    report.untold = tally.constraints[i].untold;
    if (!tally.without[i].members().empty()) {
      const Keys without = best_of(tally.without[i]);
      for (std::size_t o = 0; o < study.objectives.size(); ++o) {
        const double gain =
            none_left ? std::numeric_limits<double>::infinity() : (with[o] - without[o]) / std::abs(with[o]);
        if (!(gain > report.gain)) continue;
        const bool negated = study.objectives[o].direction == Direction::maximise;
        report.gain = gain;
        report.objective = o;
        report.best_without = negated ? -without[o] : without[o];
      }
    }
    if (report.gain > most) {
      most = report.gain;
      result.costliest = i;
    }
    result.constraints.push_back(std::move(report));
  }
}

}  // namespace ridgeline::studies
