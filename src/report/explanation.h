#pragma once
// What reports of two profiles share.

#include <string>

#include "ridgeline/explanation.h"

namespace ridgeline::report {

/// Both sides in a table, and below it the text that tells them apart.
std::string difference_markdown(const ProfileDifference&, const std::string& text);

}  // namespace ridgeline::report
