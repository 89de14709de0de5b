#pragma once
// Systems under test outside this program: servers, other programs, other runtimes. Native only.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline {

/// Words in a command line, as a shell cuts them: spaces separate, '...' and "..." hold together, \ takes the
/// next character as it is. Errors: bad_input, a quote that does not end.
Result<std::vector<std::string>> split_words(const std::string& text);

// ---------------------------------------------------------------------------------------------- HTTP

enum class HttpApi {
  chat,         ///< OpenAI's POST .../chat/completions
  completions,  ///< POST .../completions
  kserve,       ///< the Open Inference Protocol, v2: POST .../v2/models/NAME/infer
};
std::string_view to_string(HttpApi);                      ///< "chat" ...
std::optional<HttpApi> parse_http_api(std::string_view);  ///< absent: no such API

/// KServe: the shape of an input whose metadata leave dimensions open. A first dimension of -1 is the batch.
struct InputShape {
  std::string input;
  std::vector<std::int64_t> shape;
};

struct HttpOptions {
  std::string url;  ///< http://HOST:PORT/v1; KServe: http://HOST:PORT/v2/models/NAME. No user, no query
  HttpApi api = HttpApi::chat;
  std::string model;  ///< chat and completions: its name at the server
  bool stream = true;
  bool ignore_eos = false;                    ///< ask for answers of the full length
  std::string max_tokens_key = "max_tokens";  ///< how the server calls the most tokens of an answer
  std::string extra_body;    ///< JSON object, merged into each request by RFC 7396: null takes a field out
  std::string prompts_file;  ///< JSONL of {"prompt"} or {"messages"}; empty: synthetic, of the lengths below
  TokenLengths lengths{128,
                       128};  ///< where the schedule has none; prompts of a file may have output 0, not said
  std::string api_key_env;    ///< environment variable with the bearer key; empty: none is sent
  std::string ca_file;        ///< PEM of the authorities to trust, in place of the system's
  bool verify_peer = true;    ///< TLS
  std::uint32_t max_connections = 256;  ///< requests under way at once; others wait in this program
  unsigned io_threads = 1;
  Nanoseconds request_timeout = std::chrono::minutes(4);  ///< from when it is sent to the end of its answer
  std::uint32_t request_samples = 0;  ///< KServe: most in one request; 0: the query's, Offline 1
  bool binary_tensors = false;        ///< KServe: the binary tensor extension in place of JSON numbers
  std::vector<InputShape> input_shapes;
  bool check = true;  ///< send one request before the run, not recorded
};

/// A server that answers over HTTP/1.1. Prompts (tensors) are made here, before a clock runs; issue() hands a
/// query to an I/O thread and returns; the I/O threads report. Samples of chat and completions have a request
/// each. Queries that are under way when the system is destroyed are cut off, and report nothing.
/// Errors: bad_input (URL, JSON, a line of the prompts), unavailable (the key is not set, no such file, or
/// the request before the run got no good answer: says which and what the server wrote).
Result<std::unique_ptr<SystemUnderTest>> make_http_system(const HttpOptions&, const Schedule&);
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
/// "ONNX Runtime 1.22.0", as the library says that these would load; empty `library`: the one that is found.
/// unavailable: it cannot be loaded, or this build has none.
Result<std::string> find_onnx_runtime(const std::string& library);

}  // namespace ridgeline
