#pragma once
// Whether a run was in one state from end to end: figures of a run that was still warming up, or slowing
// down, are of no state at all.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// The chance that a run in one state is said not to be.
constexpr double steady_false_alarms = 0.01;

/// Latencies in one part of the run against those in another, by the share above a quantile of the whole.
struct PartDifference {
  std::string first, second;                 ///< "the first tenth", "the rest"
  double quantile = 0.5;                     ///< of the whole run
  double first_share = 0, second_share = 0;  ///< of latencies above it
  double z = 0;                              ///< difference in standard errors
  bool shown = false;                        ///< beyond what chance makes of a run in one state
};

struct SteadyState {
  std::vector<PartDifference> compared;  ///< those that had enough to compare
  bool changed() const;
};

/// Compares the first half with the second, and the first tenth with the rest (as Geweke does with Markov
/// chains), each by the share of latencies above the run's median and above its P90:
///   z = (a - b) / sqrt(q (1 - q) (1 / n_a + 1 / n_b)),   q the share in the whole run
/// with n the effective sizes of the parts (stats/autocorrelation.h), so that neighbours that hang together
/// do not pass for a change. Both parts are taken to depend as that one does which shows less of it (of a
/// tenth and the rest, the rest): a change within a part looks like dependence. A comparison needs 10
/// effective latencies on either side of the quantile in each part. Each alarms at steady_false_alarms / 4,
/// all of them together at no more than steady_false_alarms. Absent for Offline, whose latencies are no
/// draws, and for simulated, predicted or interrupted runs. A digest compares halves only.
std::optional<SteadyState> judge_steady(const Run&);

/// A sentence for the run's notes.
std::string describe(const SteadyState&);

}  // namespace ridgeline::load
