#pragma once
// --find-max-qps: the search for the largest valid rate, in place of one run.

#include "app.h"
#include "ridgeline/max_rate.h"

namespace ridgeline::cli {

struct MaxRateFlags {
  bool find = false;
  MaxRateOptions options;

  void add_to(CLI::App&);
  /// Searches and prints. Exit code 3 when no rate is valid.
  int show(const Context&, const Result<Scenario>&, const Result<RunScenario>&, const InputsOf&) const;
};

}  // namespace ridgeline::cli
