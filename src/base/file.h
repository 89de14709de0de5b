#pragma once
// Files as text.

#include <string>

#include "ridgeline/result.h"

namespace ridgeline {

/// All of a file; an empty one is an empty text. Unavailable when it is not there, is a folder or may not be
/// read.
Result<std::string> read_file(const std::string& path);

}  // namespace ridgeline
