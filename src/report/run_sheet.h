#pragma once
// The figures of a run, for whatever form they are printed in.

#include "report/sheet.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

/// The verdict and its reasons are the last of its lines, before the run's notes.
Sheet run_sheet(const Run&, const Summary&);

}  // namespace ridgeline::report
