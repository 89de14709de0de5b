#pragma once
// The same measurement several times.

#include <functional>

#include "app.h"
#include "saving.h"

namespace ridgeline::cli {

/// Runs `measure` with the seeds first_seed, first_seed + 1 ..., keeps every run with a tag that they have in
/// common, then prints a table of them with intervals over the runs. Ctrl-C ends with those done. Exit code 1
/// when one of them is INVALID; an error ends it, after the table of what was measured.
int repeat_runs(const Context&, SaveFlags, unsigned times, std::uint64_t first_seed,
                const std::function<Result<Run>(std::uint64_t seed)>& measure, const InputsOf& inputs);

}  // namespace ridgeline::cli
