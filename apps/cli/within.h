#pragma once
// Commands that run within another: `reproduce`, and what labs ask.

#include <string>
#include <vector>

#include "app.h"

namespace ridgeline::cli {

/// A command's arguments in one form, without those that write anything; nothing is run. bad_input: what it
/// prints depends on more than its arguments and the catalog, or this version does not know it.
Result<std::vector<std::string>> repeatable_arguments(const Context&, const std::vector<std::string>& words);

/// What these arguments print with --json, be the exit code 0, 1 or 3. The context's catalog is shared; which
/// files were used the document says. bad_input: the command fails, and has said why.
enum class Queries { kept, left_out };  ///< of a run's document
Result<std::string> document_of_command(const Context&, std::vector<std::string> arguments, Queries);

}  // namespace ridgeline::cli
