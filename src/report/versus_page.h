#pragma once
// The page of an audit of two systems.

#include "report/json_place.h"
#include "report/page.h"
#include "ridgeline/versus.h"

namespace ridgeline::report {

/// All that the document says: of both systems rooflines, shares of the peak, heat, accuracy and efficiency,
/// and of the phases their metrics; neither profiles nor runs. A prompt's profile is there, and empty, where
/// the roofline has a prompt's operators.
Versus read_versus(const JsonPlace&);

std::string versus_page(const Versus&, const std::vector<Input>&, const PageSource&);

}  // namespace ridgeline::report
