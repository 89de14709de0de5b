#pragma once
// Explain: why A differs from B, in sentences that are generated from numbers and true whenever they are
// printed.

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

struct ProfileDifference {
  DifferenceCase kind = DifferenceCase::equal;
  Profile baseline, proposal;
  double speedup = 1;          ///< baseline latency over proposal latency
  double bandwidth_ratio = 1;  ///< proposal over baseline
  double peak_ratio = 1;
  Seconds difference{};  ///< baseline latency - proposal latency
  std::vector<DifferencePart> parts;
  std::vector<std::string> analysis;  ///< sentences: the case's own, then what qualifies it
};

/// Compares two predictions of the same work. bad_input when they do different units of work (other model,
/// shape).
Result<ProfileDifference> compare(const Profile& baseline, const Profile& proposal);

/// The headline text: speedup, regimes, analysis (docs/explain.md shows each case).
std::string headline(const ProfileDifference&);

/// Sentences on why a measurement differs from its prediction, the largest cause first.
std::vector<std::string> explain_gap(const Summary& predicted_or_simulated, RunOrigin origin,
                                     const Summary& measured, std::string_view workload, ScenarioKind);

/// Sentences on why the Offline and the Server result of one system differ.
std::vector<std::string> explain_scenarios(const Summary& offline, const Summary& server,
                                           const Scenario& server_scenario, std::string_view workload);

}  // namespace ridgeline
