#pragma once
// Pages of predictions: a pass, or a serving point with its decode step.

#include "report/page.h"
#include "report/profile_reader.h"

namespace ridgeline::report {

std::string prediction_page(const Profile&, const std::vector<Input>&, const PageSource&);
std::string serving_page(const ReadServing&, const std::vector<Input>&, const PageSource&);

/// Operators under the roofs, and one after the other up to the latency. Those that the profile has no
/// figures for are left out. `of`: of which pass, "" where there is one alone; also a part of the charts'
/// ids.
std::vector<Chart> prediction_charts(const Profile&, const std::string& of = "");

}  // namespace ridgeline::report
