#pragma once
// Systems under test outside this program: servers, other programs, other runtimes. Native only.

#include <memory>
#include <string>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline {

/// Words in a command line, as a shell cuts them: spaces separate, '...' and "..." hold together, \ takes the
/// next character as it is. Errors: bad_input, a quote that does not end.
Result<std::vector<std::string>> split_words(const std::string& text);

}  // namespace ridgeline
