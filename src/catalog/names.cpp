// Names of the catalog's enumerations, both ways.

#include <array>
#include <utility>

#include "base/text.h"
#include "ridgeline/catalog.h"

namespace ridgeline {

std::string_view to_string(ProvenanceKind kind) {
  switch (kind) {
    case ProvenanceKind::measured:
      return "measured";
    case ProvenanceKind::fitted:
      return "fitted";
    case ProvenanceKind::datasheet:
      return "datasheet";
    case ProvenanceKind::literature:
      return "literature";
    case ProvenanceKind::derived:
      return "derived";
    case ProvenanceKind::given:
      return "given";
    case ProvenanceKind::assumed:
      return "assumed";
  }
  return "?";
}

namespace {

struct FormatFacts {
  std::string_view name;
  double bytes;  ///< of one value, its share of the scales included
  Precision computes_as;
};

/// In the order of the enumeration. Scales: nvfp4 1 byte for 16 values, mxfp4 1 for 32, int4 2 for 128.
constexpr std::array<FormatFacts, precisions> formats = {{
    {"fp64", 8, Precision::fp64},
    {"fp32", 4, Precision::fp32},
    {"tf32", 4, Precision::tf32},
    {"bf16", 2, Precision::bf16},
    {"fp16", 2, Precision::fp16},
    {"fp8", 1, Precision::fp8},
    {"int8", 1, Precision::int8},
    {"fp4", 0.5, Precision::fp4},
    {"int4", 0.5 + 2.0 / 128, Precision::int4},
    {"nvfp4", 0.5 + 1.0 / 16, Precision::fp4},
    {"mxfp4", 0.5 + 1.0 / 32, Precision::fp4},
}};

const FormatFacts& facts(Precision precision) { return formats[static_cast<std::size_t>(precision)]; }

}  // namespace

std::string_view to_string(Precision precision) { return facts(precision).name; }

Bytes size_of(Precision precision) { return Bytes(facts(precision).bytes); }

Precision compute_format(Precision precision) { return facts(precision).computes_as; }

std::optional<Precision> parse_precision(std::string_view text) {
  using P = Precision;
  static constexpr std::pair<std::string_view, Precision> other_names[] = {
      {"float64", P::fp64},    {"f64", P::fp64},          {"double", P::fp64},
      {"float32", P::fp32},    {"f32", P::fp32},          {"float", P::fp32},
      {"single", P::fp32},     {"bfloat16", P::bf16},     {"float16", P::fp16},
      {"f16", P::fp16},        {"half", P::fp16},         {"float8", P::fp8},
      {"f8", P::fp8},          {"e4m3", P::fp8},          {"e5m2", P::fp8},
      {"fp8_block", P::fp8},   {"fp8_e4m3", P::fp8},      {"fp8_e5m2", P::fp8},
      {"fp8_static", P::fp8},  {"fp8_e4m3fn", P::fp8},    {"float8_e4m3fn", P::fp8},
      {"float8_e5m2", P::fp8}, {"mxfp8", P::fp8},         {"i8", P::int8},
      {"s8", P::int8},         {"w8a8", P::int8},         {"w8a16", P::int8},
      {"int8_wo", P::int8},    {"float4", P::fp4},        {"f4", P::fp4},
      {"e2m1", P::fp4},        {"i4", P::int4},           {"s4", P::int4},
      {"w4a16", P::int4},      {"int4_wo", P::int4},      {"awq", P::int4},
      {"gptq", P::int4},       {"w4a16_mxfp4", P::mxfp4},
  };
  std::string wanted = to_lower(text);
  for (char& c : wanted) {
    if (c == '-') c = '_';
  }
  for (std::size_t i = 0; i < formats.size(); ++i) {
    if (formats[i].name == wanted) return static_cast<Precision>(i);
  }
  for (const auto& [name, precision] : other_names) {
    if (name == wanted) return precision;
  }
  return std::nullopt;
}

std::string_view to_string(ConvLayer::Kind kind) {
  switch (kind) {
    case ConvLayer::Kind::conv:
      return "conv";
    case ConvLayer::Kind::linear:
      return "linear";
    case ConvLayer::Kind::max_pool:
      return "max_pool";
    case ConvLayer::Kind::avg_pool:
      return "avg_pool";
    case ConvLayer::Kind::global_pool:
      return "global_pool";
    case ConvLayer::Kind::add:
      return "add";
    case ConvLayer::Kind::mul:
      return "mul";
    case ConvLayer::Kind::concat:
      return "concat";
    case ConvLayer::Kind::slice:
      return "slice";
    case ConvLayer::Kind::upsample:
      return "upsample";
  }
  return "?";
}

}  // namespace ridgeline
