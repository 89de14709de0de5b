#pragma once
// Runs that are kept: lists of them, one with what is kept beside it, two side by side.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/run_difference.h"
#include "ridgeline/store.h"

namespace ridgeline::report {

/// One line each; of none, `none`.
std::string list_text(const std::vector<RunLine>&, const std::string& none);
std::string list_json(const std::vector<RunLine>&);
std::string ids_text(const std::vector<RunLine>&);
std::string ids_json(const std::vector<std::string>& ids);

/// What is kept beside the run, and the run as simulate and bench print it; then its inputs where they are
/// asked for.
enum class Inputs { hidden, shown };
std::string text(const SavedRun&, const Summary&, Inputs);
/// The run's document (schema ridgeline.run/1) with what is kept beside it: read_run() in run_record.h reads
/// it.
std::string json(const SavedRun&, const Summary&);

/// Figures side by side, each with its own interval; their difference, or why it is not made; and what
/// differs between the two runs besides.
struct Summed {
  const SavedRun& saved;
  Summary summary;
};
struct Compared {
  std::optional<RunDifference> difference;
  std::string why_not;
};
std::string compare_text(const Summed& a, const Summed& b, const Compared&);
std::string compare_json(const Summed& a, const Summed& b, const Compared&);

}  // namespace ridgeline::report
