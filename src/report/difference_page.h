#pragma once
// The page of two predictions and why they differ.

#include "report/json_place.h"
#include "report/page.h"
#include "ridgeline/explanation.h"

namespace ridgeline::report {

/// The parts of the latency each with a counterfactual, both sides, the other metrics, and the sentences. Of
/// two profiles that were compared without their setups there are neither metrics nor counterfactuals.
Explanation read_difference(const JsonPlace&);

std::string difference_page(const Explanation&, const std::vector<Input>&, const PageSource&);

}  // namespace ridgeline::report
