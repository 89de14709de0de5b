#include "onnx_flags.h"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include "ridgeline/systems.h"

namespace ridgeline::cli {
namespace {

template <class T>
Result<std::map<std::string, T>> assignments(const std::vector<std::string>& texts, const std::string& flag) {
  std::map<std::string, T> values;
  for (const std::string& text : texts) {
    // Names may have a = in them, numbers not.
    const auto equals = text.rfind('=');
    T value{};
    const char* end = text.data() + text.size();
    const char* begin = equals == std::string::npos ? end : text.data() + equals + 1;
    const auto read = std::from_chars(begin, end, value);
    if (equals == std::string::npos || equals == 0 || read.ec != std::errc() || read.ptr != end)
      return bad_input(fmt::format("{}: '{}' is not NAME=NUMBER", flag, text));
    values[text.substr(0, equals)] = value;
  }
  return values;
}

}  // namespace

void OnnxFlags::add_to(CLI::App& app) {
  app.add_option("--dim", dims,
                 "MODEL.onnx: size of an open dimension, NAME=N or NAME=batch, or INPUT[AXIS]=N where it has no "
                 "name; again for more; default 1")
      ->take_all();
  app.add_option(
         "--input", values,
         "MODEL.onnx: fill an input with a number, NAME=NUMBER; default random numbers in [0, 1), or 1 "
         "where it takes whole numbers")
      ->take_all();
  app.add_option("--onnxruntime", library, "MODEL.onnx: the library to load, libonnxruntime.so");
}

Status OnnxFlags::check(const std::string& target) const {
  if (is_onnx(target) || (dims.empty() && values.empty() && library.empty())) return Status::success();
  return bad_input("--dim, --input and --onnxruntime: only for a model file, such as model.onnx");
}

Result<std::unique_ptr<SystemUnderTest>> OnnxFlags::make(const std::string& path, unsigned threads,
                                                         const ScenarioFlags& load) const {
  OnnxOptions options;
  options.path = path;
  options.library = library;
  options.threads = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency() - 1);
  RIDGELINE_TRY(batching, load.batching());
  options.max_batch = batching.max_batch;
  options.batch_timeout = batching.batch_timeout;
  std::vector<std::string> sized;
  for (const std::string& dim : dims) {
    if (dim.ends_with("=batch")) {
      options.dims[dim.substr(0, dim.rfind('='))] = 0;
    } else {
      sized.push_back(dim);
    }
  }
  RIDGELINE_TRY(sizes, assignments<std::int64_t>(sized, "--dim"));
  for (const auto& [name, size] : sizes) {
    if (size < 1) return bad_input(fmt::format("--dim: {} is {}, and must be at least 1", name, size));
    options.dims[name] = size;
  }
  RIDGELINE_TRY(numbers, assignments<double>(values, "--input"));
  options.values = std::move(numbers);
  options.seed = load.seed;
  return make_onnx_system(options);
}

}  // namespace ridgeline::cli
