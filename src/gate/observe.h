#pragma once
// What two runs say of a metric.

#include <optional>
#include <string_view>

#include "load/seen.h"
#include "ridgeline/gate.h"

namespace ridgeline::gate {

/// A run with what is asked of it. The run must outlive it.
struct Side {
  const Run& run;
  Summary summary;
  load::Seen seen;
  explicit Side(const Run& r) : run(r), summary(summarize(r)), seen(load::seen_in(r)) {}
};

struct Figure {
  Estimate estimate;  ///< with the interval of this run alone, where it supports one
  Certainty certainty = Certainty::sampled;
};
std::optional<Figure> figure(const Side&, std::string_view metric);
Observation observe(std::string_view metric, const RunDifference&, const Side& base, const Side& head);

}  // namespace ridgeline::gate
