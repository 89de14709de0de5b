#pragma once
// How long the users of a closed loop think.

#include "base/random.h"
#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// Draws in the order in which answers come, whoever's they are.
class ThinkTimes {
 public:
  explicit ThinkTimes(const Scenario& s)
      : mean_(s.think_time), kind_(s.think), stream_(s.seed, "think times") {}

  Nanoseconds next() {
    if (kind_ == ThinkTime::fixed) return mean_;
    return to_nanoseconds(stream_.exponential() * to_seconds(mean_));
  }

 private:
  Nanoseconds mean_;
  ThinkTime kind_;
  RandomStream stream_;
};

}  // namespace ridgeline::load
