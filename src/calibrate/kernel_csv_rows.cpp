#include "calibrate/kernel_csv_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace ridgeline::calibrate {
namespace {

Result<KernelFormat> format_of(const KernelColumns& in, std::size_t row, std::string_view column) {
  const std::string name = in.text(row, column);
  constexpr std::array<std::pair<std::string_view, KernelFormat>, 9> names{
      {{"bfloat16", KernelFormat::bf16},
       {"int8_wo", KernelFormat::int8_weights},
       {"int4_wo", KernelFormat::int4_weights},
       {"sq", KernelFormat::int8},  // SmoothQuant
       {"fp8", KernelFormat::fp8},
       {"fp8_block", KernelFormat::fp8_block},
       {"nvfp4", KernelFormat::nvfp4},
       {"w4a16_mxfp4", KernelFormat::mxfp4_weights},
       {"w4a8_mxfp4_mxfp8", KernelFormat::mxfp4_fp8}}};
  for (const auto& [known, format] : names) {
    if (name == known) return format;
  }
  return in.error(row, column, fmt::format("'{}' is no format known here", name));
}

Result<Precision> attention_format(const KernelColumns& in, std::size_t row, std::string_view column) {
  const std::string name = in.text(row, column);
  if (name == "bfloat16" || name == "float16") return Precision::bf16;
  if (name == "fp8") return Precision::fp8;
  return in.error(row, column, fmt::format("'{}' is neither bfloat16 nor fp8", name));
}

Status read_gemm(const KernelColumns& in, std::size_t row, const KernelTable& table, MeasuredKernel& out) {
  RIDGELINE_TRY(format, format_of(in, row, "gemm_dtype"));
  RIDGELINE_TRY(m, in.number(row, "m", 0));
  RIDGELINE_TRY(n, in.number(row, "n", 0));
  RIDGELINE_TRY(k, in.number(row, "k", 0));
  out.shape = GemmShape{format, m, n, k};
  // That harness calls vLLM's block-scaled products from Python, without a CUDA graph.
  if (table.stack == "vllm" && format == KernelFormat::fp8_block) out.setting = KernelSetting::eager;
  return Status::success();
}

Status read_attention(const KernelColumns& in, std::size_t row, const KernelTable& table,
                      MeasuredKernel& out) {
  RIDGELINE_TRY(sequences, in.number(row, "batch_size", 0));
  RIDGELINE_TRY(length, in.number(row, "isl", 0));
  RIDGELINE_TRY(heads, in.number(row, "num_heads", 0));
  RIDGELINE_TRY(kv_heads, in.number(row, "num_key_value_heads", 0));
  RIDGELINE_TRY(head_dim, in.number(row, "head_dim", 0));
  RIDGELINE_TRY(cache, attention_format(in, row, "kv_cache_dtype"));
  double window = 0;
  if (in.has("window_size")) {
    RIDGELINE_TRY(given, in.number(row, "window_size", -1));
    window = given;
  }
  RIDGELINE_TRY(step, in.number(row, "step", -1));
  if (table.op == KernelOp::context_attention) {
    if (step != 0) return in.error(row, "step", "a prompt with tokens in the cache is not covered");
    RIDGELINE_TRY(products, attention_format(in, row, "attn_dtype"));
    out.shape = ContextAttention{sequences, length, heads, kv_heads, head_dim, window, products, cache};
  } else {
    out.shape = GenerationAttention{sequences, step + length, heads, kv_heads, head_dim, window, cache};
  }
  return Status::success();
}

/// Early versions of the harness timed all experts as gated, and made each of the first top_k experts busy.
bool early_harness(const KernelTable& table) {
  return table.version.rfind("1.0.", 0) == 0 || table.version.rfind("0.14.", 0) == 0;
}

/// Nemotron's experts have one input projection; the files do not say so.
bool ungated(double top_k, double hidden, double ffn) {
  return top_k == 22 || (hidden == 2688 && ffn == 1856);
}

Status read_routing(const KernelColumns& in, std::size_t row, MoeShape& shape) {
  const std::string name = in.text(row, "distribution");
  constexpr std::string_view power_law = "power_law_";
  if (name == "balanced") {
    shape.routing = Routing::balanced;
  } else if (name.rfind(power_law, 0) == 0) {
    shape.routing = Routing::power_law;
    shape.exponent = std::strtod(name.c_str() + power_law.size(), nullptr);
  } else {
    return in.error(row, "distribution",
                    fmt::format("'{}' is neither balanced nor power_law_EXPONENT", name));
  }
  return Status::success();
}

Status read_moe(const KernelColumns& in, std::size_t row, const KernelTable& table, MeasuredKernel& out) {
  MoeShape shape;
  RIDGELINE_TRY(format, format_of(in, row, "moe_dtype"));
  RIDGELINE_TRY(tokens, in.number(row, "num_tokens", 0));
  RIDGELINE_TRY(hidden, in.number(row, "hidden_size", 0));
  RIDGELINE_TRY(ffn, in.number(row, "inter_size", 0));
  RIDGELINE_TRY(top_k, in.number(row, "topk", 0));
  RIDGELINE_TRY(experts, in.number(row, "num_experts", 0));
  RIDGELINE_TRY(tensor, in.number(row, "moe_tp_size", 0));
  RIDGELINE_TRY(expert, in.number(row, "moe_ep_size", 0));
  shape = MoeShape{format, tokens, hidden, ffn, experts, top_k, expert, tensor};
  RIDGELINE_CHECK(read_routing(in, row, shape));
  const bool early = early_harness(table);
  shape.gated = early || !ungated(top_k, hidden, ffn);
  if (early) shape.least_experts = std::max(1.0, std::min(experts / expert, top_k));
  out.shape = shape;
  return Status::success();
}

/// NCCL files without a column `op`: blocks of rising sizes; for each number of devices four operations, each
/// in two formats.
constexpr std::array<CollectiveOp, 4> block_ops{CollectiveOp::all_gather, CollectiveOp::all_to_all,
                                                CollectiveOp::reduce_scatter, CollectiveOp::all_reduce};
constexpr std::size_t formats_an_op = 2;

Result<CollectiveOp> named_op(const KernelColumns& in, std::size_t row) {
  const std::string name = in.text(row, "op");
  for (std::size_t i = 0; i < collective_ops; ++i) {
    if (name == to_string(static_cast<CollectiveOp>(i))) return static_cast<CollectiveOp>(i);
  }
  return in.error(row, "op",
                  fmt::format("'{}' is none of all_reduce, all_gather, reduce_scatter, all_to_all", name));
}

Result<double> element_bytes(const KernelColumns& in, std::size_t row, std::string_view column) {
  const std::string name = in.text(row, column);
  if (name == "half" || name == "bfloat16" || name == "float16") return 2.0;
  if (name == "int8" || name == "fp8") return 1.0;
  if (name == "float" || name == "float32") return 4.0;
  return in.error(row, column, fmt::format("'{}' is no element type known here", name));
}

Status read_collectives(const KernelColumns& in, KernelTable& table) {
  const bool nccl = in.has("nccl_dtype"), has_op = in.has("op");
  std::size_t block = 0;
  double previous = 0;
  for (std::size_t row = 0; row < in.size(); ++row) {
    MeasuredKernel out;
    RIDGELINE_TRY(devices, in.number(row, "num_gpus", 1));
    RIDGELINE_TRY(elements, in.number(row, "message_size", 0));
    RIDGELINE_TRY(bytes, element_bytes(in, row, nccl ? "nccl_dtype" : "allreduce_dtype"));
    if (elements < previous) ++block;
    previous = elements;
    CollectiveShape shape{CollectiveOp::all_reduce, devices, Bytes(elements * bytes)};
    if (has_op) {
      RIDGELINE_TRY(op, named_op(in, row));
      shape.op = op;
    } else if (nccl) {
      shape.op = block_ops[block / formats_an_op % block_ops.size()];
    }
    out.shape = shape;
    if (in.text(row, "backend") == "vllm_eager") out.setting = KernelSetting::eager;
    table.rows.push_back(out);
  }
  if (nccl && !has_op && (block + 1) % (block_ops.size() * formats_an_op) != 0) {
    return bad_input(
        fmt::format("{}: without a column 'op', sizes must come in blocks of four operations in two formats; "
                    "there are {} blocks",
                    table.path, block + 1));
  }
  return Status::success();
}

Status read_shape(const KernelColumns& in, std::size_t row, const KernelTable& table, MeasuredKernel& out) {
  switch (table.op) {
    case KernelOp::gemm:
      return read_gemm(in, row, table, out);
    case KernelOp::moe:
      return read_moe(in, row, table, out);
    default:
      return read_attention(in, row, table, out);
  }
}

}  // namespace

bool KernelColumns::has(std::string_view column) const { return csv_.column(column).has_value(); }

std::string KernelColumns::text(std::size_t row, std::string_view column) const {
  const auto index = csv_.column(column);
  return index ? csv_.rows[row].fields[*index] : "";
}

Result<double> KernelColumns::number(std::size_t row, std::string_view column, double more_than) const {
  if (!has(column))
    return bad_input(fmt::format("{}:{}: the column '{}' is missing", path_, csv_.header.line, column));
  const std::string field = text(row, column);
  char* end = nullptr;
  const double value = std::strtod(field.c_str(), &end);
  if (end == field.c_str() || *end != '\0' || !std::isfinite(value) || value <= more_than) {
    return error(row, column, fmt::format("expected a number above {}, found '{}'", more_than, field));
  }
  return value;
}

Error KernelColumns::error(std::size_t row, std::string_view column, std::string_view message) const {
  return bad_input(fmt::format("{}:{}: {}: {}", path_, line(row), column, message));
}

Status read_kernel_rows(const KernelColumns& in, KernelTable& table) {
  if (table.op == KernelOp::collective) {
    RIDGELINE_CHECK(read_collectives(in, table));
  } else {
    for (std::size_t row = 0; row < in.size(); ++row) {
      table.rows.emplace_back();
      RIDGELINE_CHECK(read_shape(in, row, table, table.rows.back()));
    }
  }
  for (std::size_t row = 0; row < in.size(); ++row) {
    RIDGELINE_TRY(latency, in.number(row, "latency", 0));
    table.rows[row].line = in.line(row);
    table.rows[row].time = milliseconds(latency);
  }
  return Status::success();
}

}  // namespace ridgeline::calibrate
