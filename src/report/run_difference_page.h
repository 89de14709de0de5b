#pragma once
// The page of two runs and their difference.

#include "report/json_place.h"
#include "report/page.h"
#include "report/run_difference.h"

namespace ridgeline::report {

/// Of both runs there is what the document says of them: name, origin, scenario, workload, system.
struct ReadRunDifference {
  NamedRun a, b;
  RunDifference difference;
  RunComparison how;
};
ReadRunDifference read_run_difference(const JsonPlace&);

std::string run_difference_page(const ReadRunDifference&, const std::vector<Input>&, const PageSource&);

}  // namespace ridgeline::report
