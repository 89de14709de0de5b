#include "systems/http/tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace ridgeline::http {
namespace {

using Json = nlohmann::json;

struct TypeInfo {
  TensorType type;
  std::string_view name;
  unsigned bytes;  ///< 0: its own length
};
constexpr TypeInfo types[] = {
    {TensorType::boolean, "BOOL", 1},  {TensorType::uint8, "UINT8", 1},   {TensorType::uint16, "UINT16", 2},
    {TensorType::uint32, "UINT32", 4}, {TensorType::uint64, "UINT64", 8}, {TensorType::int8, "INT8", 1},
    {TensorType::int16, "INT16", 2},   {TensorType::int32, "INT32", 4},   {TensorType::int64, "INT64", 8},
    {TensorType::fp16, "FP16", 2},     {TensorType::fp32, "FP32", 4},     {TensorType::fp64, "FP64", 8},
    {TensorType::bf16, "BF16", 2},     {TensorType::bytes, "BYTES", 0},
};
const TypeInfo& info(TensorType type) { return types[static_cast<std::size_t>(type)]; }

bool is_floating(TensorType type) {
  return type == TensorType::fp16 || type == TensorType::fp32 || type == TensorType::fp64 ||
         type == TensorType::bf16;
}

void add_bits(std::uint64_t bits, unsigned bytes, std::string& into) {
  for (unsigned i = 0; i < bytes; ++i) into += static_cast<char>(bits >> (8 * i) & 0xFFU);
}

std::uint64_t random_bits(TensorType type, RandomStream& random) {
  switch (type) {
    case TensorType::fp32:
      return std::bit_cast<std::uint32_t>(static_cast<float>(random.uniform()));
    case TensorType::fp64:
      return std::bit_cast<std::uint64_t>(random.uniform());
    case TensorType::fp16:
      return 0x3C00U + random.below(1U << 10U);  // exponent of 1, any mantissa
    case TensorType::bf16:
      return 0x3F80U + random.below(1U << 7U);
    case TensorType::boolean:
      return random.below(2);
    default:
      return random.below(100);
  }
}

std::string random_word(RandomStream& random) {
  std::string word;
  for (int i = 0; i < 5; ++i) word += static_cast<char>('a' + random.below(26));
  return word;
}

Result<Tensor> read_input(const Json& json, const std::vector<InputShape>& shapes) {
  if (!json.is_object()) return bad_input("not an object");
  const auto name = json.find("name"), type = json.find("datatype"), shape = json.find("shape");
  if (name == json.end() || type == json.end() || shape == json.end() || !name->is_string() ||
      !type->is_string() || !shape->is_array())
    return bad_input("name, datatype and shape are needed");
  Tensor tensor;
  tensor.name = name->get<std::string>();
  const auto known =
      std::find_if(std::begin(types), std::end(types), [&](const TypeInfo& t) { return t.name == *type; });
  if (known == std::end(types))
    return bad_input(fmt::format("'{}' has the unknown type {}", tensor.name, type->dump()));
  tensor.type = known->type;
  const auto given =
      std::find_if(shapes.begin(), shapes.end(), [&](const InputShape& s) { return s.input == tensor.name; });
  for (const Json& dimension : *shape) {
    if (!dimension.is_number_integer())
      return bad_input(fmt::format("'{}' has a shape that is not of numbers", tensor.name));
    tensor.shape.push_back(dimension.get<std::int64_t>());
  }
  if (given != shapes.end()) tensor.shape = given->shape;
  tensor.batched = !tensor.shape.empty() && tensor.shape.front() == -1;
  for (std::size_t i = tensor.batched ? 1 : 0; i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] < 1) {
      return bad_input(fmt::format(
          "'{}' has the shape {}, which leaves dimension {} open; give it as --input-shape {}=...",
          tensor.name, Json(tensor.shape).dump(), i, tensor.name));
    }
  }
  return tensor;
}

}  // namespace

std::string_view to_string(TensorType type) { return info(type).name; }
bool has_json_form(TensorType type) { return type != TensorType::fp16 && type != TensorType::bf16; }

std::vector<std::int64_t> Tensor::shape_of(std::uint32_t samples) const {
  auto result = shape;
  if (batched) result.front() = samples;
  return result;
}

double Tensor::elements(std::uint32_t samples) const {
  double product = 1;
  for (const std::int64_t dimension : shape_of(samples)) product *= static_cast<double>(dimension);
  return product;
}

Result<std::vector<Tensor>> read_signature(std::string_view metadata, const std::vector<InputShape>& shapes) {
  const Json json = Json::parse(metadata, nullptr, false);
  if (!json.is_object() || !json.contains("inputs") || !json["inputs"].is_array() || json["inputs"].empty())
    return bad_input("the model's metadata have no list of inputs, as the Open Inference Protocol v2 has");
  std::vector<Tensor> inputs;
  for (const Json& input : json["inputs"]) {
    auto tensor = read_input(input, shapes);
    if (!tensor) return bad_input("the model's input " + tensor.error().message);
    inputs.push_back(*std::move(tensor));
  }
  for (const InputShape& given : shapes) {
    if (std::none_of(inputs.begin(), inputs.end(), [&](const Tensor& t) { return t.name == given.input; }))
      return bad_input(fmt::format("input-shape: the model has no input '{}'", given.input));
  }
  return inputs;
}

void add_json(const Tensor& tensor, std::uint32_t samples, RandomStream& random, std::string& into) {
  const auto count = static_cast<std::uint64_t>(tensor.elements(samples));
  into += '[';
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i > 0) into += ',';
    if (is_floating(tensor.type)) {
      fmt::format_to(std::back_inserter(into), "{:.4f}", random.uniform());
    } else if (tensor.type == TensorType::bytes) {
      into += '"' + random_word(random) + '"';
    } else if (tensor.type == TensorType::boolean) {
      into += random.below(2) == 1 ? "true" : "false";
    } else {
      fmt::format_to(std::back_inserter(into), "{}", random.below(100));
    }
  }
  into += ']';
}

void add_binary(const Tensor& tensor, std::uint32_t samples, RandomStream& random, std::string& into) {
  const auto count = static_cast<std::uint64_t>(tensor.elements(samples));
  for (std::uint64_t i = 0; i < count; ++i) {
    if (tensor.type == TensorType::bytes) {
      const std::string word = random_word(random);
      add_bits(word.size(), 4, into);
      into += word;
    } else {
      add_bits(random_bits(tensor.type, random), info(tensor.type).bytes, into);
    }
  }
}

}  // namespace ridgeline::http
