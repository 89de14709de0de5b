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
    case ProvenanceKind::assumed:
      return "assumed";
  }
  return "?";
}

std::string_view to_string(Precision precision) {
  switch (precision) {
    case Precision::fp64:
      return "fp64";
    case Precision::fp32:
      return "fp32";
    case Precision::tf32:
      return "tf32";
    case Precision::bf16:
      return "bf16";
    case Precision::fp16:
      return "fp16";
    case Precision::fp8:
      return "fp8";
    case Precision::int8:
      return "int8";
    case Precision::fp4:
      return "fp4";
    case Precision::int4:
      return "int4";
  }
  return "?";
}

std::optional<Precision> parse_precision(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Precision>, 35> names = {{
      {"fp64", Precision::fp64},   {"float64", Precision::fp64}, {"f64", Precision::fp64},
      {"double", Precision::fp64}, {"fp32", Precision::fp32},    {"float32", Precision::fp32},
      {"f32", Precision::fp32},    {"float", Precision::fp32},   {"single", Precision::fp32},
      {"tf32", Precision::tf32},   {"bf16", Precision::bf16},    {"bfloat16", Precision::bf16},
      {"fp16", Precision::fp16},   {"float16", Precision::fp16}, {"f16", Precision::fp16},
      {"half", Precision::fp16},   {"fp8", Precision::fp8},      {"float8", Precision::fp8},
      {"f8", Precision::fp8},      {"e4m3", Precision::fp8},     {"e5m2", Precision::fp8},
      {"mxfp8", Precision::fp8},   {"int8", Precision::int8},    {"i8", Precision::int8},
      {"s8", Precision::int8},     {"w8a8", Precision::int8},    {"fp4", Precision::fp4},
      {"float4", Precision::fp4},  {"f4", Precision::fp4},       {"e2m1", Precision::fp4},
      {"nvfp4", Precision::fp4},   {"mxfp4", Precision::fp4},    {"int4", Precision::int4},
      {"i4", Precision::int4},     {"s4", Precision::int4},
  }};
  const std::string wanted = to_lower(text);
  for (const auto& [name, precision] : names) {
    if (name == wanted) return precision;
  }
  return std::nullopt;
}

Bytes size_of(Precision precision) {
  switch (precision) {
    case Precision::fp64:
      return Bytes(8);
    case Precision::fp32:
    case Precision::tf32:
      return Bytes(4);
    case Precision::bf16:
    case Precision::fp16:
      return Bytes(2);
    case Precision::fp8:
    case Precision::int8:
      return Bytes(1);
    case Precision::fp4:
    case Precision::int4:
      return Bytes(0.5);
  }
  return Bytes(0);
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
