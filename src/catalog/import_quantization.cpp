#include <fmt/format.h>

#include <cstdint>

#include "base/text.h"
#include "catalog/import.h"

namespace ridgeline::catalog {

namespace {

using Json = ConfigJson::Json;

std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? to_lower(found->get<std::string>()) : std::string();
}

std::uint64_t bits_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

bool is_true(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::optional<Precision> integer_format(std::uint64_t bits) {
  if (bits == 4) return Precision::int4;
  if (bits == 8) return Precision::int8;
  return std::nullopt;
}

/// {num_bits, type} of llm-compressor; 4-bit floats there are NVFP4 unless they come in groups of 32.
std::optional<Precision> number_format(const Json& format) {
  if (!format.is_object()) return std::nullopt;
  const std::uint64_t bits = bits_at(format, "num_bits");
  if (text_at(format, "type") == "int") return integer_format(bits);
  if (bits == 8) return Precision::fp8;
  if (bits == 4) return bits_at(format, "group_size") == 32 ? Precision::mxfp4 : Precision::nvfp4;
  return std::nullopt;
}

/// The weights of the first group of modules.
std::optional<Precision> grouped_format(const Json& quantization) {
  const auto groups = quantization.find("config_groups");
  if (groups == quantization.end() || !groups->is_object() || groups->empty()) return std::nullopt;
  const Json& group = *groups->begin();
  const auto weights = group.find("weights");
  return weights == group.end() ? std::nullopt : number_format(*weights);
}

std::optional<Precision> weight_format(const Json& quantization, const std::string& method) {
  if (method == "awq" || method == "gptq" || method == "auto-round")
    return integer_format(bits_at(quantization, "bits"));
  if (method == "bitsandbytes") {
    if (is_true(quantization, "load_in_4bit")) return Precision::int4;
    return is_true(quantization, "load_in_8bit") ? std::optional(Precision::int8) : std::nullopt;
  }
  if (const auto format = parse_precision(text_at(quantization, "quant_algo"))) return format;
  if (const auto format = grouped_format(quantization)) return format;
  return parse_precision(method);
}

std::optional<Precision> cache_format(const Json& quantization) {
  if (const auto format = parse_precision(text_at(quantization, "kv_cache_quant_algo"))) return format;
  const auto scheme = quantization.find("kv_cache_scheme");
  return scheme == quantization.end() ? std::nullopt : number_format(*scheme);
}

}  // namespace

void read_quantization(ConfigJson& config, ImportedModel& imported) {
  const Json* quantization = config.node("quantization_config");
  if (!quantization) return;
  if (!quantization->is_object()) return config.fail("quantization_config", "expected a map");
  const std::string method = text_at(*quantization, "quant_method");
  const auto weights = weight_format(*quantization, method);
  imported.kv_cache = cache_format(*quantization);
  if (!weights) {
    imported.notes.push_back(
        fmt::format("{}: quantization_config: '{}' is not understood; state the precision yourself",
                    config.place(), method));
  } else if (*weights == Precision::mxfp4 && method == "mxfp4") {
    imported.experts = weights;  // gpt-oss: attention, router, embedding and head are left as they are
  } else {
    imported.weights = weights;
  }
}

}  // namespace ridgeline::catalog
