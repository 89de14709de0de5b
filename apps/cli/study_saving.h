#pragma once
// Keeping studies: the flags are those of runs.

#include "ridgeline/study.h"
#include "saving.h"

namespace ridgeline::cli {

/// Keeps the result where the flags ask for it, and says where on stderr. Where the store cannot take it, one
/// line on stderr says why, and its JSON goes into a file in the current folder; the exit code is 2 only
/// where that fails too.
int keep_study(const Context&, const SaveFlags&, const Study&, const StudyResult&);

void add_studies(CLI::App&, Context&);

}  // namespace ridgeline::cli
