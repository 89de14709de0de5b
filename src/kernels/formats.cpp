#include "kernels/formats.h"

#include <algorithm>

namespace ridgeline {
namespace {

constexpr std::array<std::string_view, kernel_formats> format_names{
    "bf16",         "fp8",          "fp8_block",     "int8",     "nvfp4",
    "int8_weights", "int4_weights", "mxfp4_weights", "mxfp4_fp8"};
constexpr std::array<std::string_view, collective_ops> collective_names{"all_reduce", "all_gather",
                                                                        "reduce_scatter", "all_to_all"};
constexpr std::array<std::string_view, kernel_ops> op_names{"gemm", "context_attention",
                                                            "generation_attention", "collectives", "moe"};

constexpr double nvfp4_bytes = 0.5 + 1.0 / 16;  // an 8-bit scale for 16 values
constexpr double mxfp4_bytes = 0.5 + 1.0 / 32;  // an 8-bit scale for 32 values

}  // namespace

std::string_view to_string(KernelFormat format) { return format_names[static_cast<std::size_t>(format)]; }
std::string_view to_string(CollectiveOp op) { return collective_names[static_cast<std::size_t>(op)]; }

std::string_view to_string(KernelOp op) { return op_names[static_cast<std::size_t>(op)]; }

std::optional<KernelFormat> parse_kernel_format(std::string_view name) {
  const auto found = std::find(format_names.begin(), format_names.end(), name);
  if (found == format_names.end()) return std::nullopt;
  return static_cast<KernelFormat>(found - format_names.begin());
}

namespace kernels {

FormatBytes gemm_bytes(KernelFormat format) {
  switch (format) {
    case KernelFormat::bf16:
      return {Precision::bf16, 2, 2, false};
    case KernelFormat::fp8:
    case KernelFormat::fp8_block:
      return {Precision::fp8, 1, 1, true};
    case KernelFormat::int8:
      return {Precision::int8, 1, 1, false};
    case KernelFormat::nvfp4:
      return {Precision::fp4, 0.5, nvfp4_bytes, true};
    case KernelFormat::int8_weights:
      return {Precision::bf16, 2, 1, false};
    case KernelFormat::int4_weights:
      return {Precision::bf16, 2, 0.5, false};
    case KernelFormat::mxfp4_weights:
      return {Precision::bf16, 2, mxfp4_bytes, false};
    case KernelFormat::mxfp4_fp8:
      return {Precision::fp8, 1, mxfp4_bytes, true};
  }
  return {};
}

FormatBytes moe_bytes(KernelFormat format) {
  FormatBytes bytes = gemm_bytes(format);
  if (format == KernelFormat::int4_weights) bytes.weight = mxfp4_bytes;
  return bytes;
}

}  // namespace kernels
}  // namespace ridgeline
