#pragma once
// Sentences on what lies behind a headline.

#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// Explanation::sentences; every other field is set already.
std::vector<std::string> details(const Explanation&, const CompareOptions&);

}  // namespace ridgeline::explain
