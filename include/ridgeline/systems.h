#pragma once
// Systems under test outside this program: servers, other programs, other runtimes. Native only.

#include <map>
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

// --------------------------------------------------------------------------------------------- ONNX Runtime

/// Any model that ONNX Runtime loads, on its CPU provider; inputs are made from its signature
/// (docs/bench-onnx.md). One worker runs batches of what waits, as the simulator's static batching does.
struct OnnxOptions {
  std::string path;              ///< of the .onnx file
  std::string library;           ///< of ONNX Runtime; empty: the one that this was built for, or the system's
  unsigned threads = 1;          ///< within an operator
  std::uint32_t max_batch = 1;   ///< samples in a run, where the model takes batches
  Nanoseconds batch_timeout{0};  ///< longest wait for a full batch
  std::map<std::string, std::int64_t> dims;  ///< of open dimensions, by name; 0: the batch
  std::map<std::string, double> values;      ///< that fill an input, by name; others are drawn
  std::uint64_t seed = 0;                    ///< of what is drawn
};
/// Runs the smallest and the largest batch once. Errors: unavailable (this build has no ONNX Runtime, or its
/// library is not there or too old), bad_input (the model, or an option that does not suit it).
Result<std::unique_ptr<SystemUnderTest>> make_onnx_system(const OnnxOptions&);

}  // namespace ridgeline
