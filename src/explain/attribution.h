#pragma once
// Which changed input is how much of a difference in latency.

#include <vector>

#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// One side of a comparison, by the name of the profile an input is taken from.
enum class Side { baseline, proposal };

/// Where each input of a re-evaluated step comes from.
struct Mix {
  Side peak = Side::baseline, compute_efficiency = Side::baseline;
  Side bandwidth = Side::baseline, memory_efficiency = Side::baseline;
  Side network = Side::baseline, overhead = Side::baseline;
};

/// True when both profiles list the same operators: then any mix of their inputs can be evaluated.
bool same_operators(const Profile&, const Profile&);

/// Latency of the step with inputs from both sides: the sum over operators of compute and memory, overlapped,
/// and of network time, plus the overhead. Requires same_operators.
Seconds latency_of(const Mix&, const Profile& baseline, const Profile& proposal);

/// True when the proposal would be no slower (within 0.5 %) with the baseline's peak or bandwidth. False
/// where the operators differ.
bool no_slower_with_baseline(Side Mix::* input, const Profile& baseline, const Profile& proposal);

/// Shapley values over the inputs that changed: each input's effect, averaged over every order in which the
/// inputs could change. Their sum is the difference in latency. Profiles whose operators differ have one
/// part.
std::vector<DifferencePart> attribute(const Profile& baseline, const Profile& proposal);

}  // namespace ridgeline::explain
