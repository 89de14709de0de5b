#pragma once
// Heat: how a device that computes warms up, and what its governor does about it. docs/heat.md derives it.

#include <cstddef>
#include <string>
#include <vector>

#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"
#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// A lump of matter with one temperature.
struct HeatNode {
  std::string name;  ///< "soc", "body"
  Sourced<double> joules_per_kelvin;
  Sourced<double> kelvin_per_watt;  ///< of the way to the next node; the last one's to the ambient air
};

/// A setting of voltage and frequency.
struct ClockStep {
  double clock = 1;  ///< share of the full clock, in (0, 1]
  double power = 1;  ///< share of the dynamic power at the full clock, about V^2 f, in (0, 1]
};

/// Looks at one node once a period. Hotter than trip, and at its present pace still so `foresight` periods
/// on: one clock step down. Cooler than release, and still so: one step up. Without the look ahead it would
/// run to the end of the steps before the matter had time to follow; and since a temperature that settles
/// has no pace, a device never stays above trip while a cooler step is left.
struct Governor {
  static constexpr double foresight = 10;  ///< periods; how soon it acts, not where it ends up
  std::size_t sensor = 0;                  ///< index of the node
  Sourced<double> trip_celsius, release_celsius;
  Sourced<Seconds> period;
};

/// A chain of nodes from where the power turns into heat to the air. Power is `idle`, plus
/// (active - idle) x ClockStep::power while a service runs.
struct HeatModel {
  std::string id, name, note;
  Sourced<double> ambient_celsius;
  Sourced<Watts> idle, active;
  std::vector<HeatNode> nodes;   ///< the first one takes all the power; 1 to 8
  std::vector<ClockStep> steps;  ///< the full clock first, then ever slower and cooler ones
  Provenance steps_provenance;
  Governor governor;
};

/// Reads data/heat/ID.yaml: every value with its unit, kind and source.
Result<HeatModel> read_heat_model(const std::string& path);
/// bad_input when a value makes no sense: capacities and resistances above 0, active >= idle, steps that
/// descend from {1, 1}, release below trip, the ambient cooler than release.
Status validate(const HeatModel&);

/// Its values, for lists of what a result used: "heat.nodes.soc.joules_per_kelvin", "12".
std::vector<Input> inputs_of(const HeatModel&);

/// Where a device ends up that computes without a break.
struct SteadyHeat {
  double clock = 1;    ///< mean share of the full clock
  double celsius = 0;  ///< of the governor's node
  Watts power{};
  bool throttled = false;
  /// Each step that settles within [release, trip] keeps itself: of several such, the ones above are of the
  /// hottest and these of the coolest, and it depends on the way there which one holds. Else the same.
  double least_clock = 1, least_celsius = 0;
};
/// The hottest clock step whose own steady temperature is at most trip, or the last step where none is.
/// Where that step would cool below release, the governor wanders between it and the next hotter one about
/// the middle of its band, and the mean power that holds that temperature gives the share of each. Requires
/// a valid model.
SteadyHeat steady_heat(const HeatModel&);

}  // namespace ridgeline
