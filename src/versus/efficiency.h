#pragma once
// How far two systems are from the front of the catalog.

#include "versus/point.h"

namespace ridgeline::versus {

/// What a device takes in and puts out.
struct InputOutput {
  std::string id;
  double input = 0, output = 0;
};
/// theta of `own` over all devices, which need not hold it, as ParetoEfficiency says; of several that attain
/// it the one that puts out most.
struct Radial {
  double theta = 1;
  std::string reference;
};
Radial radial_efficiency(const InputOutput& own, const std::vector<InputOutput>& all);
/// Ids that no other dominates (no more input, no less output, and one of them strictly), by rising input.
std::vector<std::string> front_of(std::vector<InputOutput> all);

struct Efficiencies {
  std::array<std::array<ParetoEfficiency, 2>, 2> sides;  ///< [side][power, cost]
  std::size_t left_out = 0;                              ///< devices of the catalog on which it does not run
};
/// Every device of the catalog, this machine aside, in the place of A's.
Efficiencies efficiencies(const std::array<const VersusSide*, 2>&, const std::array<const Point*, 2>&,
                          const MissionData&);
/// What is said of them where nobody asks.
Efficiencies no_efficiencies(const std::array<const Point*, 2>&);

}  // namespace ridgeline::versus
