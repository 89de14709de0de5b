#pragma once
// A run's page: figures, pictures, the scenario, what the run rests on.

#include <string>

#include "report/page.h"
#include "ridgeline/store.h"

namespace ridgeline::report {

std::string run_page(const SavedRun&, const Summary&, const PageSource&);

}  // namespace ridgeline::report
