#pragma once
// The command as a document keeps it: its arguments in one form, without those that say where the output
// goes.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "report/record.h"
#include "ridgeline/engine.h"

namespace ridgeline::cli {

/// "predict", "llama-3-8b", "h100", "--batch", "8": names of the commands, positional values, then what was
/// given by long names in the order of the flags' first uses. Without flags that only say how results are
/// shown or where they are kept, and without defaults.
std::vector<std::string> arguments_of(const CLI::App& command);

/// "https://user:secret@host/v1" without what is ahead of the host.
std::string without_secret(const std::string& word);

/// The flags among them, as inputs that the user gave.
std::vector<Input> given_inputs(const std::vector<std::string>& arguments);

/// Files of the user that the arguments name, each with what its bytes hash to; those that cannot be read
/// are left out.
std::vector<report::UsedFile> named_files(const std::vector<std::string>& arguments);

/// Words as a shell takes them again, and back. bad_input: a quote that does not close.
std::string shell_line(const std::vector<std::string>& words);
Result<std::vector<std::string>> shell_words(const std::string& line);

}  // namespace ridgeline::cli
