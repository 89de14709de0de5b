#pragma once
// Errors of a validation by group and over all.

#include <string>
#include <vector>

#include "ridgeline/validation.h"

namespace ridgeline::calibrate {

/// Fills groups, totals and coverage from table and points. Only rows with a prediction that are not suspect
/// count. Groups are in the order of their keys. bad_input when `by` names no property of a row.
Status summarize(Validation&, const std::vector<std::string>& by);

}  // namespace ridgeline::calibrate
