#pragma once
// Files as text.

#include <string>

#include "ridgeline/result.h"

namespace ridgeline {

/// All of a file; an empty one is an empty text. Unavailable when it is not there, is a folder or may not be
/// read.
Result<std::string> read_file(const std::string& path);

/// Writes a file whole or not at all: a temporary beside it, then a rename. Threads and processes that write
/// the same file at once leave one of their contents. Where a link points is written, and into what is no
/// file (a pipe, /dev/null) it goes as it is.
Status write_file(const std::string& path, const std::string& content);

}  // namespace ridgeline
