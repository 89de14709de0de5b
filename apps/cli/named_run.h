#pragma once
// A run by what a person calls it.

#include "app.h"
#include "report/run_difference.h"

namespace ridgeline::cli {

/// The queries of an MLPerf log's folder. bad_input: it has none.
Result<Run> run_of_log(const std::string& dir);

/// A file that exists (a run as --json or `runs export` writes it, or what `import-run` reads), the folder of
/// an MLPerf log, or the id of a kept run, or its first digits.
Result<report::NamedRun> load_run(const std::string& name, const std::string& store);

}  // namespace ridgeline::cli
