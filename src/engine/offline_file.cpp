#include <fmt/format.h>

#include <algorithm>

#include "base/yaml.h"
#include "ridgeline/offline.h"

namespace ridgeline {
namespace {

Result<double> positive(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  RIDGELINE_TRY(value, node.as_number());
  if (!(value > 0)) return node.error(fmt::format("is {}, and must be above 0", value));
  return value;
}

Result<double> at_least_zero(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  RIDGELINE_TRY(value, node.as_number());
  if (value < 0) return node.error(fmt::format("is {}, and must be 0 or more", value));
  return value;
}

Result<std::string> text(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return node.as_string();
}

Status read_coefficients(const YamlNode& map, OfflineCoefficients& out) {
  if (!map.is_map()) return map.error("expected NAME: {value: ..., error: ...}");
  for (const auto& [name, node] : map.entries()) {
    if (!offline_coefficient_kind(name))
      return node.error("is not a coefficient; docs/offline.md lists them");
    RIDGELINE_CHECK(node.only_keys({"value", "error"}));
    RIDGELINE_TRY(value, positive(node, "value"));
    RIDGELINE_TRY(error, at_least_zero(node, "error"));
    out.all.push_back(OfflineCoefficient{name, value, error});
  }
  std::sort(out.all.begin(), out.all.end(),
            [](const OfflineCoefficient& a, const OfflineCoefficient& b) { return a.name < b.name; });
  return Status::success();
}

Status read_shared(const YamlNode& map, OfflineCoefficients& out) {
  for (const auto& [generation, node] : map.entries()) {
    RIDGELINE_TRY(other, node.as_string());
    out.shared.emplace(generation, other);
  }
  return Status::success();
}

Status read_spread(const YamlNode& top, OfflineCoefficients& out) {
  RIDGELINE_TRY(spread, top.require("spread"));
  RIDGELINE_CHECK(spread.only_keys({"throughput", "wall_power"}));
  RIDGELINE_TRY(throughput, at_least_zero(spread, "throughput"));
  out.spread = throughput;
  RIDGELINE_TRY(power, at_least_zero(spread, "wall_power"));
  out.power_spread = power;
  return Status::success();
}

}  // namespace

Result<OfflineCoefficients> OfflineCoefficients::load(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"source", "date", "rows", "groups", "spread", "shared", "coefficients"}));
  OfflineCoefficients out;
  RIDGELINE_TRY(source, text(top, "source"));
  out.source = source;
  RIDGELINE_TRY(date, text(top, "date"));
  out.date = date;
  RIDGELINE_TRY(rows_node, top.require("rows"));
  RIDGELINE_TRY(rows, rows_node.as_count());
  out.rows = rows;
  RIDGELINE_TRY(groups_node, top.require("groups"));
  RIDGELINE_TRY(groups, groups_node.as_count());
  out.groups = groups;
  RIDGELINE_CHECK(read_spread(top, out));
  if (const auto shared = top.find("shared")) RIDGELINE_CHECK(read_shared(*shared, out));
  RIDGELINE_TRY(coefficients, top.require("coefficients"));
  RIDGELINE_CHECK(read_coefficients(coefficients, out));
  return out;
}

std::string write_offline_coefficients(const OfflineCoefficients& c) {
  std::string text;
  text += fmt::format("source: \"{}\"\ndate: {}\nrows: {}\ngroups: {}\n", c.source, c.date, c.rows, c.groups);
  text += "# standard deviation of log(predicted / measured) of what the fit had not seen\n";
  text += fmt::format("spread: {{throughput: {}, wall_power: {}}}\n", c.spread, c.power_spread);
  if (!c.shared.empty()) {
    text += "# generations that take the coefficients of another\nshared:\n";
    for (const auto& [generation, other] : c.shared) text += fmt::format("  {}: {}\n", generation, other);
  }
  text += "# value in the unit given; error: standard error of the logarithm\ncoefficients:\n";
  const OfflineCoefficientKind* last = nullptr;
  for (const OfflineCoefficient& coefficient : c.all) {
    const OfflineCoefficientKind* kind = offline_coefficient_kind(coefficient.name);
    if (kind != last) text += fmt::format("  # {}: {}\n", kind->unit, kind->meaning);
    last = kind;
    text += fmt::format("  {}: {{value: {}, error: {}}}\n", coefficient.name, coefficient.value,
                        coefficient.error);
  }
  return text;
}

}  // namespace ridgeline
