#pragma once
// The point processes behind an open loop's schedule.

#include <cstdint>
#include <functional>
#include <memory>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// Gives one arrival after the other, without end; ascending.
class ArrivalProcess {
 public:
  virtual ~ArrivalProcess() = default;
  virtual Nanoseconds next() = 0;
};

/// Of a valid open-loop scenario that is no trace.
std::unique_ptr<ArrivalProcess> make_arrival_process(const Scenario&);

/// Calls `visit` with each arrival of the run, which ends by LoadGen's rule: with the first at or after
/// min_duration once min_queries are there (in whole passes over dataset_samples), or at max_queries.
void for_each_arrival(const Scenario&, const std::function<void(Nanoseconds)>& visit);

}  // namespace ridgeline::load
