#include "calibrate/measured_csv_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/text.h"

namespace ridgeline::calibrate {
namespace {

struct ColumnNames {
  std::string_view key;
  std::vector<std::string_view> names;  ///< besides the key itself
};

const std::vector<ColumnNames>& point_columns() {
  static const std::vector<ColumnNames> columns{
      {"model", {"model_path"}},
      {"hardware", {"system"}},
      {"stack", {"backend"}},
      {"version", {"backend_version", "stack_version"}},
      {"precision", {}},
      {"gemm_precision", {"gemm_quant_mode"}},
      {"expert_precision", {"moe_quant_mode"}},
      {"kv_precision", {"kv_cache_quant_mode", "kvcache_quant_mode"}},
      {"mode", {}},
      {"isl", {"input_tokens", "prompt_tokens"}},
      {"osl", {"output_tokens"}},
      {"concurrency", {"users"}},
      {"requests_per_user", {}},
      {"max_batch", {}},
      {"memory_fraction", {}}};
  return columns;
}

/// Of a worker; with "prefill_" or "decode_" before them where there are two kinds.
const std::vector<ColumnNames>& worker_columns() {
  static const std::vector<ColumnNames> columns{
      {"tensor", {"tp", "tp_size"}},
      {"pipeline", {"pp", "pp_size"}},
      {"data", {"dp", "dp_size", "attention_dp", "attention_dp_size"}},
      {"expert", {"ep", "ep_size", "moe_ep", "moe_ep_size"}},
      {"expert_tensor", {"etp", "moe_tp", "moe_tp_size"}},
      {"workers", {"num_workers", "replicas"}},
      {"batch_size", {}}};
  return columns;
}

std::optional<std::string> find_key(const std::vector<ColumnNames>& columns, std::string_view name) {
  for (const ColumnNames& c : columns) {
    if (c.key == name || std::find(c.names.begin(), c.names.end(), name) != c.names.end())
      return std::string(c.key);
  }
  return std::nullopt;
}

std::optional<std::string> key_of(std::string_view name) {
  if (const auto key = find_key(point_columns(), name)) return key;
  for (const std::string_view prefix : {"", "prefill_", "decode_"}) {
    if (name.substr(0, prefix.size()) != prefix) continue;
    if (const auto key = find_key(worker_columns(), name.substr(prefix.size())))
      return std::string(prefix) + *key;
  }
  return std::nullopt;
}

struct Unit {
  std::string_view suffix;
  double per_second;
};
constexpr std::array<Unit, 4> units{{{"_s", 1}, {"_ms", 1e3}, {"_us", 1e6}, {"_ns", 1e9}}};

bool is_time(std::string_view key) { return key == "ttft" || key == "tpot"; }

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

}  // namespace

Result<Columns> Columns::find(const CsvRecord& header, const std::string& path) {
  Columns found;
  const auto error = [&](const std::string& message) {
    return bad_input(fmt::format("{}:{}: {}", path, header.line, message));
  };
  for (std::size_t i = 0; i < header.fields.size(); ++i) {
    const std::string name = to_lower(trimmed(header.fields[i]));
    std::optional<std::string> key = key_of(name);
    double per_second = 1;
    if (is_time(name))
      return error(fmt::format("the column '{0}' needs its unit: {0}_ms, {0}_s, {0}_us or {0}_ns", name));
    for (const Unit& unit : units) {
      if (name.size() <= unit.suffix.size()) continue;
      const std::string stem = name.substr(0, name.size() - unit.suffix.size());
      if (!is_time(stem) || stem + std::string(unit.suffix) != name) continue;
      key = stem;
      per_second = unit.per_second;
    }
    if (!key) {
      found.unused_.push_back(header.fields[i]);
      continue;
    }
    const auto [other, is_new] = found.columns_.try_emplace(*key, Column{i, header.fields[i], per_second});
    if (!is_new) {
      return error(fmt::format("the columns '{}' and '{}' say the same; keep one", other->second.name,
                               header.fields[i]));
    }
  }
  for (const std::string_view needed : {"model", "hardware", "isl", "osl"}) {
    if (!found.index(needed)) return error(fmt::format("a column '{}' is needed", needed));
  }
  if (!found.index("ttft") && !found.index("tpot")) return error("a column ttft_ms or tpot_ms is needed");
  found.silicon_form_ = found.name("model") == "model_path" && found.name("expert") == "moe_ep_size" &&
                        found.name("expert_tensor") == "moe_tp_size";
  return found;
}

std::optional<std::size_t> Columns::index(std::string_view key) const {
  const auto column = columns_.find(key);
  if (column == columns_.end()) return std::nullopt;
  return column->second.index;
}

std::string Columns::name(std::string_view key) const {
  const auto column = columns_.find(key);
  return column == columns_.end() ? std::string(key) : column->second.name;
}

double Columns::per_second(std::string_view key) const {
  const auto column = columns_.find(key);
  return column == columns_.end() ? 1 : column->second.per_second;
}

std::optional<std::string> MeasuredRow::text(std::string_view key) const {
  const auto index = columns_.index(key);
  if (!index) return std::nullopt;
  const std::string value = trimmed(record_.fields[*index]);
  const std::string small = to_lower(value);
  for (const std::string_view missing : {"", "nan", "na", "n/a", "null", "none"}) {
    if (small == missing) return std::nullopt;
  }
  return value;
}

Result<std::string> MeasuredRow::required_text(std::string_view key) const {
  if (const auto value = text(key)) return *value;
  return error(key, "is missing");
}

Result<std::optional<double>> MeasuredRow::number(std::string_view key) const {
  const auto value = text(key);
  if (!value) return std::optional<double>();
  double result = 0;
  const char* const end = value->data() + value->size();
  const auto [stop, failure] = std::from_chars(value->data(), end, result);
  if (failure != std::errc() || stop != end || !std::isfinite(result)) {
    return error(key, fmt::format("'{}' is not a number", *value));
  }
  return std::optional<double>(result);
}

Result<std::optional<double>> MeasuredRow::positive(std::string_view key) const {
  RIDGELINE_TRY(value, number(key));
  if (value && *value <= 0) return error(key, fmt::format("{} must be above 0", *value));
  return value;
}

Result<std::optional<std::uint32_t>> MeasuredRow::count(std::string_view key) const {
  RIDGELINE_TRY(value, number(key));
  if (!value) return std::optional<std::uint32_t>();
  constexpr double most = 1 << 30;
  if (*value < 0 || *value > most || *value != std::floor(*value)) {
    return error(key, fmt::format("{} must be a whole number from 0 to {}", *value, most));
  }
  return std::optional<std::uint32_t>(static_cast<std::uint32_t>(*value));
}

Result<std::optional<Seconds>> MeasuredRow::time(std::string_view key) const {
  RIDGELINE_TRY(value, positive(key));
  if (!value) return std::optional<Seconds>();
  return std::optional<Seconds>(Seconds(*value / columns_.per_second(key)));
}

Error MeasuredRow::error(std::string_view key, std::string_view message) const {
  return bad_input(fmt::format("{}:{}: {}: {}", path_, record_.line, columns_.name(key), message));
}

}  // namespace ridgeline::calibrate
