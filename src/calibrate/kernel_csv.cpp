// The form of kernel CSV files: one operation of one stack on one device, latency in ms.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/csv.h"
#include "calibrate/kernel_csv_rows.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline {
namespace {

using calibrate::KernelColumns;

/// What a file is called: "h100_sxm.vllm-0.24.0.gemm.csv".
struct FileName {
  std::string system, stack, version, op;
};
Result<FileName> parse_name(const std::string& path) {
  const std::string stem = std::filesystem::path(path).stem().string();
  const auto first = stem.find('.'), last = stem.rfind('.');
  const auto dash = stem.find('-', first == std::string::npos ? 0 : first);
  if (first == std::string::npos || last == first || dash == std::string::npos || dash > last) {
    return bad_input(
        fmt::format("{}: a kernel file is named SYSTEM.STACK-VERSION.OP.csv, as in "
                    "h100_sxm.vllm-0.24.0.gemm.csv",
                    path));
  }
  FileName name{stem.substr(0, first), stem.substr(first + 1, dash - first - 1),
                stem.substr(dash + 1, last - dash - 1), stem.substr(last + 1)};
  std::replace(name.system.begin(), name.system.end(), '_', '-');
  return name;
}

/// The operation that the columns belong to; both kinds of attention have the same.
Result<KernelOp> op_of(const CsvText& csv, const FileName& name, const std::string& path) {
  const auto has = [&](std::string_view column) { return csv.column(column).has_value(); };
  if (has("gemm_dtype")) return KernelOp::gemm;
  if (has("moe_dtype")) return KernelOp::moe;
  if (has("nccl_dtype") || has("allreduce_dtype")) return KernelOp::collective;
  if (!has("kv_cache_dtype"))
    return bad_input(fmt::format("{}:{}: not the columns of any kernel", path, csv.header.line));
  if (name.op == "context_attention") return KernelOp::context_attention;
  if (name.op == "generation_attention") return KernelOp::generation_attention;
  return bad_input(
      fmt::format("{}: attention files end in .context_attention.csv or .generation_attention.csv", path));
}

}  // namespace

bool is_kernel_csv(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string header;
  if (!std::getline(file, header)) return false;
  const auto has = [&](std::string_view column) { return header.find(column) != std::string::npos; };
  return has("latency") && (has("gemm_dtype") || has("moe_dtype") || has("nccl_dtype") ||
                            has("allreduce_dtype") || (has("kv_cache_dtype") && has("num_heads")));
}

Result<KernelTable> read_kernel_table(const std::string& path, const Catalog& catalog) {
  RIDGELINE_TRY(csv, read_csv(path));
  RIDGELINE_TRY(name, parse_name(path));
  RIDGELINE_TRY(op, op_of(csv, name, path));
  const auto hardware = catalog.hardware(name.system);
  if (!hardware) return bad_input(fmt::format("{}: {}", path, hardware.error().message));
  KernelTable table{path, (*hardware)->id, name.stack, name.version, op, {}};
  const KernelColumns columns(csv, path);
  RIDGELINE_CHECK(calibrate::read_kernel_rows(columns, table));
  if (table.rows.empty()) return bad_input(fmt::format("{}: no rows", path));
  return table;
}

}  // namespace ridgeline
