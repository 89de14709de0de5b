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

// --------------------------------------------------------------------------------- commands, shared
// libraries

/// A program that reads a line a query on its standard input and writes its answers on its standard output
/// (docs/bench-command.md). It runs in a process group of its own.
struct CommandOptions {
  std::vector<std::string> words;                  ///< the program, found on PATH, and its arguments
  Nanoseconds startup = std::chrono::minutes(1);   ///< until it says that it is ready
  Nanoseconds farewell = std::chrono::seconds(2);  ///< from the end of its input until it is terminated
};
/// Starts the program and returns when it is ready; destruction ends and reaps it. Its death fails what is
/// outstanding, and what is issued later. issue() never waits for the program to read.
/// Errors: bad_input (no words), unavailable (cannot be run, ended, said something else, or said nothing in
/// time).
Result<std::unique_ptr<SystemUnderTest>> make_command_system(const CommandOptions&, const Schedule&);

/// A shared library with the C interface of sut_abi.h (docs/sut-abi.md).
struct SharedLibraryOptions {
  std::string path;     ///< of the file
  std::string options;  ///< for the library, which alone knows what they mean
};
/// The library is never unloaded: it may have left threads behind.
/// Errors: bad_input (no library, none of ours, another version of the interface, its own refusal).
Result<std::unique_ptr<SystemUnderTest>> make_shared_library_system(const SharedLibraryOptions&,
                                                                    const Schedule&);

}  // namespace ridgeline
