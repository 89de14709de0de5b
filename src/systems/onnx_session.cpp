#include "systems/onnx_session.h"

#ifdef RIDGELINE_ONNXRUNTIME_HEADER

#include <dlfcn.h>
#include <fmt/format.h>
#include <onnxruntime_c_api.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>

#include "base/random.h"
#include "systems/onnx_shapes.h"

namespace ridgeline::systems {
namespace {

// All that is called here has been there since version 1; a newer header than library still works.
constexpr std::uint32_t api_version = std::min<std::uint32_t>(ORT_API_VERSION, 11);

/// Frees what the API made.
template <class T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

template <class T>
Owned<T> own(T* made, void (*release)(T*)) {
  return Owned<T>(made, release);
}

/// An element type: bytes of an element, and how one is written.
struct Element {
  std::size_t bytes = 0;
  void (*write)(unsigned char* to, double value) = nullptr;
};

template <class T>
Element element() {
  return {sizeof(T), [](unsigned char* to, double value) {
            const T converted = static_cast<T>(value);
            std::memcpy(to, &converted, sizeof converted);
          }};
}

/// Half precision, exact for 0, 1 and whole numbers up to 2048, cut off below.
template <int exponent_bits, int fraction_bits>
Element small_float() {
  return {2, [](unsigned char* to, double value) {
            int exponent = 0;
            const double fraction = std::frexp(std::abs(value), &exponent);
            constexpr int bias = (1 << (exponent_bits - 1)) - 1;
            std::uint16_t bits = 0;
            if (const int biased = exponent - 1 + bias; value != 0 && biased > 0 && biased < 2 * bias + 1) {
              const auto mantissa = static_cast<unsigned>(std::ldexp(fraction * 2 - 1, fraction_bits));
              bits = static_cast<std::uint16_t>((static_cast<unsigned>(biased) << fraction_bits) | mantissa);
            }
            if (value < 0) bits = static_cast<std::uint16_t>(bits | 0x8000U);
            std::memcpy(to, &bits, sizeof bits);
          }};
}

Element element_of(ONNXTensorElementDataType type) {
  switch (type) {
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT:
      return element<float>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE:
      return element<double>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16:
      return small_float<5, 10>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16:
      return small_float<8, 7>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8:
      return element<std::int8_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8:
      return element<std::uint8_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16:
      return element<std::int16_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16:
      return element<std::uint16_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32:
      return element<std::int32_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32:
      return element<std::uint32_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64:
      return element<std::int64_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64:
      return element<std::uint64_t>();
    case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL:
      return element<bool>();
    default:
      return {};
  }
}

bool is_floating(ONNXTensorElementDataType type) {
  return type == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT || type == ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE ||
         type == ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 || type == ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16;
}

Result<const OrtApiBase*> load_library(const std::string& given) {
  std::vector<std::string> names{"libonnxruntime.so.1", "libonnxruntime.so"};
  if (!std::string_view(RIDGELINE_ONNXRUNTIME_LIBRARY).empty())
    names.insert(names.begin(), RIDGELINE_ONNXRUNTIME_LIBRARY);
  if (!given.empty()) names = {given};
  for (const std::string& name : names) {
    void* library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) continue;
    const auto base = reinterpret_cast<decltype(&OrtGetApiBase)>(dlsym(library, "OrtGetApiBase"));
    if (base == nullptr)
      return bad_input(fmt::format("{}: no OrtGetApiBase(); is it ONNX Runtime's library?", name));
    return base();
  }
  const char* why = dlerror();
  return unavailable(fmt::format("ONNX Runtime's library cannot be loaded; give --onnxruntime FILE ({})",
                                 why != nullptr ? why : "not found"));
}

class Session final : public OnnxSession {
 public:
  Session(const OrtApiBase& base, const OrtApi& api, const OnnxOptions& options)
      : api_(api), options_(options), version_(base.GetVersionString()) {}

  Status open();
  std::uint32_t max_batch() const override { return shapes_.takes_batches ? options_.max_batch : 1; }
  std::string description() const override;
  Status run(std::uint32_t samples) override;

 private:
  using Tensors = std::vector<Owned<OrtValue>>;

  Status checked(OrtStatus*) const;
  Status create_session();
  Status read_inputs();
  Status read_input(std::size_t index, OrtAllocator&);
  Status read_outputs();
  Status make_data();
  void fill(std::size_t input);
  Result<Tensors> tensors(std::uint32_t samples) const;

  const OrtApi& api_;
  const OnnxOptions options_;
  const std::string version_;
  Owned<OrtEnv> env_{nullptr, nullptr};
  Owned<OrtMemoryInfo> memory_{nullptr, nullptr};
  Owned<OrtSession> session_{nullptr, nullptr};
  std::vector<OnnxInput> inputs_;
  std::vector<ONNXTensorElementDataType> types_;
  std::vector<std::string> outputs_;
  std::vector<const char*> input_names_, output_names_;
  OnnxShapes shapes_;
  std::vector<std::vector<unsigned char>> data_;  ///< of each input, for the largest batch
  std::map<std::uint32_t, Tensors> batches_;      ///< by samples; made when first asked for
};

Status Session::checked(OrtStatus* status) const {
  if (status == nullptr) return Status::success();
  std::string message = api_.GetErrorMessage(status);
  api_.ReleaseStatus(status);
  std::replace(message.begin(), message.end(), '\n', ' ');
  return bad_input(fmt::format("{}: {}", options_.path, message));
}

Status Session::open() {
  RIDGELINE_CHECK(create_session());
  RIDGELINE_CHECK(read_inputs());
  RIDGELINE_CHECK(read_outputs());
  RIDGELINE_TRY(shapes, plan_shapes(inputs_, options_.dims));
  shapes_ = std::move(shapes);
  RIDGELINE_CHECK(make_data());
  // Once for each size of batch that will be asked for most, before a clock runs: the first run allocates.
  RIDGELINE_CHECK(run(1));
  return max_batch() > 1 ? run(max_batch()) : Status::success();
}

Status Session::create_session() {
  OrtEnv* env = nullptr;
  RIDGELINE_CHECK(checked(api_.CreateEnv(ORT_LOGGING_LEVEL_FATAL, "ridgeline", &env)));
  env_ = own(env, api_.ReleaseEnv);
  OrtMemoryInfo* memory = nullptr;
  RIDGELINE_CHECK(checked(api_.CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &memory)));
  memory_ = own(memory, api_.ReleaseMemoryInfo);
  OrtSessionOptions* made = nullptr;
  RIDGELINE_CHECK(checked(api_.CreateSessionOptions(&made)));
  const auto settings = own(made, api_.ReleaseSessionOptions);
  RIDGELINE_CHECK(checked(api_.SetIntraOpNumThreads(made, static_cast<int>(options_.threads))));
  RIDGELINE_CHECK(checked(api_.SetInterOpNumThreads(made, 1)));
  OrtSession* session = nullptr;
  RIDGELINE_CHECK(checked(api_.CreateSession(env, options_.path.c_str(), made, &session)));
  session_ = own(session, api_.ReleaseSession);
  return Status::success();
}

Status Session::read_inputs() {
  OrtAllocator* allocator = nullptr;
  RIDGELINE_CHECK(checked(api_.GetAllocatorWithDefaultOptions(&allocator)));
  std::size_t count = 0;
  RIDGELINE_CHECK(checked(api_.SessionGetInputCount(session_.get(), &count)));
  for (std::size_t i = 0; i < count; ++i) RIDGELINE_CHECK(read_input(i, *allocator));
  for (const OnnxInput& input : inputs_) input_names_.push_back(input.name.c_str());
  return Status::success();
}

Status Session::read_input(std::size_t index, OrtAllocator& allocator) {
  OnnxInput input;
  char* name = nullptr;
  RIDGELINE_CHECK(checked(api_.SessionGetInputName(session_.get(), index, &allocator, &name)));
  input.name = name;
  RIDGELINE_CHECK(checked(api_.AllocatorFree(&allocator, name)));
  OrtTypeInfo* type = nullptr;
  RIDGELINE_CHECK(checked(api_.SessionGetInputTypeInfo(session_.get(), index, &type)));
  const auto owned = own(type, api_.ReleaseTypeInfo);
  const OrtTensorTypeAndShapeInfo* tensor = nullptr;
  RIDGELINE_CHECK(checked(api_.CastTypeInfoToTensorInfo(type, &tensor)));
  if (tensor == nullptr)
    return bad_input(
        fmt::format("{}: input {} is no tensor, and none can be made", options_.path, input.name));
  ONNXTensorElementDataType element = ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED;
  RIDGELINE_CHECK(checked(api_.GetTensorElementType(tensor, &element)));
  if (element_of(element).bytes == 0) {
    return bad_input(fmt::format("{}: input {} has elements of type {}; numbers and bool can be made",
                                 options_.path, input.name, static_cast<int>(element)));
  }
  std::size_t count = 0;
  RIDGELINE_CHECK(checked(api_.GetDimensionsCount(tensor, &count)));
  input.dims.resize(count);
  std::vector<const char*> names(count);
  if (count > 0) {
    RIDGELINE_CHECK(checked(api_.GetDimensions(tensor, input.dims.data(), count)));
    RIDGELINE_CHECK(checked(api_.GetSymbolicDimensions(tensor, names.data(), count)));
  }
  for (const char* each : names) input.names.emplace_back(each != nullptr ? each : "");
  inputs_.push_back(std::move(input));
  types_.push_back(element);
  return Status::success();
}

Status Session::read_outputs() {
  OrtAllocator* allocator = nullptr;
  RIDGELINE_CHECK(checked(api_.GetAllocatorWithDefaultOptions(&allocator)));
  std::size_t count = 0;
  RIDGELINE_CHECK(checked(api_.SessionGetOutputCount(session_.get(), &count)));
  for (std::size_t i = 0; i < count; ++i) {
    char* name = nullptr;
    RIDGELINE_CHECK(checked(api_.SessionGetOutputName(session_.get(), i, allocator, &name)));
    outputs_.emplace_back(name);
    RIDGELINE_CHECK(checked(api_.AllocatorFree(allocator, name)));
  }
  for (const std::string& output : outputs_) output_names_.push_back(output.c_str());
  return Status::success();
}

Status Session::make_data() {
  for (const auto& [name, value] : options_.values) {
    const auto same = [&](const OnnxInput& input) { return input.name == name; };
    if (std::none_of(inputs_.begin(), inputs_.end(), same)) {
      return bad_input(
          fmt::format("--input: no input '{}'; the model has: {}", name, fmt::join(input_names_, ", ")));
    }
  }
  constexpr double most_bytes = 16e9;
  data_.resize(inputs_.size());
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    double bytes = static_cast<double>(element_of(types_[i]).bytes);
    for (const std::int64_t dim : shapes_.of(i, max_batch())) bytes *= static_cast<double>(dim);
    if (bytes > most_bytes) {
      return bad_input(fmt::format("{}: input {} would take {:.3g} GB; mind --dim and --max-batch",
                                   options_.path, inputs_[i].name, bytes / 1e9));
    }
    data_[i].resize(static_cast<std::size_t>(bytes));
    fill(i);
  }
  return Status::success();
}

/// A value that was given; else uniform in [0, 1) for floating types, and 1 for the others: a token and a
/// mask that every vocabulary has.
void Session::fill(std::size_t input) {
  const Element element = element_of(types_[input]);
  const auto given = options_.values.find(inputs_[input].name);
  RandomStream random(options_.seed, "onnx." + inputs_[input].name);
  auto& data = data_[input];
  for (std::size_t at = 0; at + element.bytes <= data.size(); at += element.bytes) {
    const double value = given != options_.values.end() ? given->second
                         : is_floating(types_[input])   ? random.uniform()
                                                        : 1;
    element.write(data.data() + at, value);
  }
}

Result<Session::Tensors> Session::tensors(std::uint32_t samples) const {
  Tensors made;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto shape = shapes_.of(i, samples);
    std::size_t bytes = element_of(types_[i]).bytes;
    for (const std::int64_t dim : shape) bytes *= static_cast<std::size_t>(dim);
    OrtValue* value = nullptr;
    // The library only reads inputs, whatever its signature says.
    RIDGELINE_CHECK(checked(
        api_.CreateTensorWithDataAsOrtValue(memory_.get(), const_cast<unsigned char*>(data_[i].data()), bytes,
                                            shape.data(), shape.size(), types_[i], &value)));
    made.push_back(own(value, api_.ReleaseValue));
  }
  return made;
}

Status Session::run(std::uint32_t samples) {
  auto found = batches_.find(samples);
  if (found == batches_.end()) {
    RIDGELINE_TRY(made, tensors(samples));
    found = batches_.emplace(samples, std::move(made)).first;
  }
  std::vector<const OrtValue*> inputs;
  for (const auto& tensor : found->second) inputs.push_back(tensor.get());
  std::vector<OrtValue*> outputs(outputs_.size(), nullptr);
  const Status status =
      checked(api_.Run(session_.get(), nullptr, input_names_.data(), inputs.data(), inputs.size(),
                       output_names_.data(), outputs.size(), outputs.data()));
  for (OrtValue* output : outputs) {
    if (output != nullptr) api_.ReleaseValue(output);
  }
  return status;
}

std::string Session::description() const {
  const auto slash = options_.path.rfind('/');
  const auto file = slash == std::string::npos ? options_.path : options_.path.substr(slash + 1);
  std::string text = fmt::format("{} on ONNX Runtime {}, {} thread{}", file, version_, options_.threads,
                                 options_.threads == 1 ? "" : "s");
  for (std::size_t i = 0; i < inputs_.size(); ++i)
    text += fmt::format(", {} [{}]", inputs_[i].name, fmt::join(shapes_.of(i, max_batch()), "x"));
  if (!shapes_.assumed.empty())
    text += fmt::format("; not given, so 1: {}", fmt::join(shapes_.assumed, ", "));
  return text;
}

}  // namespace

Result<std::unique_ptr<OnnxSession>> open_onnx_session(const OnnxOptions& options) {
  RIDGELINE_TRY(base, load_library(options.library));
  const OrtApi* api = base->GetApi(api_version);
  if (api == nullptr) {
    return unavailable(fmt::format("ONNX Runtime {} is too old: version {} of its interface is needed",
                                   base->GetVersionString(), api_version));
  }
  auto session = std::make_unique<Session>(*base, *api, options);
  RIDGELINE_CHECK(session->open());
  return std::unique_ptr<OnnxSession>(std::move(session));
}

}  // namespace ridgeline::systems

namespace ridgeline {

Result<std::string> find_onnx_runtime(const std::string& library) {
  RIDGELINE_TRY(base, systems::load_library(library));
  return fmt::format("ONNX Runtime {}", base->GetVersionString());
}

}  // namespace ridgeline

#endif
