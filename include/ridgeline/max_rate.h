#pragma once
// The largest rate at which a Server or Interactive run is still VALID, and how much it depends on the seed.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline {

/// What a scenario does to the system: simulates it, or measures it.
using RunScenario = std::function<Result<Run>(const Scenario&)>;

struct MaxRateOptions {
  std::uint32_t seeds = 5;  ///< the scenario's seed, and those after it
  double tolerance = 0.01;  ///< stop when the rates that bracket the answer differ by this share
  double start = 1;         ///< first rate tried, where the scenario has none
  double least = 1e-6;      ///< rates tried: from here ...
  double greatest = 1e9;    ///< ... to here
};

/// One seed is one realisation of the arrivals. Between `valid` and `invalid` validity need not change only
/// once: a run can fail by bad luck at a lower rate.
struct SeedRate {
  std::uint64_t seed = 0;
  double valid = 0;                  ///< the largest rate tried that was VALID; 0: none
  std::optional<double> invalid;     ///< the smallest rate tried above it that was not
  std::vector<std::string> reasons;  ///< why not
  std::uint64_t runs = 0;
};

struct MaxRate {
  std::vector<SeedRate> seeds;
  /// Of the seeds' rates, with Student's t: where the mean over all seeds lies. Absent ends: one seed.
  Estimate mean;
  double smallest = 0, largest = 0;  ///< over the seeds: the spread of single runs
};

/// For each seed: doubles or halves the rate until one is VALID and one is not, then bisects. Every run is
/// the whole scenario at one rate. Needs Server or Interactive with a limit (without one every rate is
/// VALID); infeasible when a seed has no VALID rate.
Result<MaxRate> find_max_rate(const Scenario&, const MaxRateOptions&, const RunScenario&);

}  // namespace ridgeline
