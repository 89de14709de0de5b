#pragma once
// `ridgeline explain A B`: run against run.

#include "app.h"
#include "ridgeline/run_difference.h"

namespace ridgeline::cli {

struct ExplainRuns {
  std::vector<std::string> runs;  ///< none, or two
  std::string store, pairing = "auto";
  RunComparison how;
  bool asked() const { return !runs.empty(); }
};

/// Two positional names, and how to compare. With them, what else the command requires is not required.
void add_explain_runs(CLI::App& explain, ExplainRuns&);
int explain_runs(const Context&, const ExplainRuns&);

}  // namespace ridgeline::cli
