#pragma once
// Errors of a validation by group and over all.

#include <functional>
#include <string>
#include <vector>

#include "ridgeline/validation.h"

namespace ridgeline::calibrate {

/// Fills groups, totals and coverage from table and points. Only rows with a prediction that are not suspect
/// count. Groups are in the order of their keys. bad_input when `by` names no property of a row.
Status summarize(Validation&, const std::vector<std::string>& by);
/// The same by the key of each point; an empty function makes no groups.
void summarize_by(Validation&, const std::function<std::string(const ValidatedPoint&)>& key);

/// Has a prediction and is not suspect.
inline bool counted(const ValidatedPoint& point) { return point.suspect.empty() && point.error.empty(); }

}  // namespace ridgeline::calibrate
