#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "base/text.h"
#include "base/yaml.h"
#include "ridgeline/calibration.h"

namespace ridgeline {
namespace {

Result<double> at_least_zero(const YamlNode& node) {
  RIDGELINE_TRY(value, node.as_number());
  if (value < 0) return node.error(fmt::format("is {}, and must be 0 or more", value));
  return value;
}

Result<CalibrationScope> read_scope(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"generation", "stack", "version"}));
  CalibrationScope scope;
  RIDGELINE_TRY(generation, node.text_or("generation", ""));
  RIDGELINE_TRY(stack, node.text_or("stack", ""));
  RIDGELINE_TRY(version, node.text_or("version", ""));
  if (!version.empty() && stack.empty()) return node.error("a version needs the stack that it is of");
  return CalibrationScope{generation, stack, version};
}

Result<std::size_t> coefficient_named(const std::string& name, const YamlNode& node) {
  if (const auto found = find_coefficient(name)) return *found;
  std::vector<std::string> names;
  for (const Coefficient& coefficient : coefficients()) names.emplace_back(coefficient.name);
  const auto close = nearest(name, names, 1);
  return node.error(close.empty() ? fmt::format("no such coefficient; known: {}", fmt::join(names, ", "))
                                  : fmt::format("no such coefficient; did you mean '{}'?", close.front()));
}

Result<CalibrationLevel> read_level(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"scope", "rows", "factors"}));
  CalibrationLevel level;
  RIDGELINE_TRY(scope_node, node.require("scope"));
  RIDGELINE_TRY(scope, read_scope(scope_node));
  level.scope = scope;
  RIDGELINE_TRY(rows_node, node.require("rows"));
  RIDGELINE_TRY(rows, rows_node.as_count());
  level.rows = rows;
  RIDGELINE_TRY(factors, node.require("factors"));
  if (!factors.is_map()) return factors.error("expected a map from coefficients to factors");
  for (const auto& [name, entry] : factors.entries()) {
    CalibrationLevel::Factor factor;
    RIDGELINE_TRY(coefficient, coefficient_named(name, entry));
    factor.coefficient = coefficient;
    RIDGELINE_CHECK(entry.only_keys({"log_factor", "error"}));
    RIDGELINE_TRY(log_node, entry.require("log_factor"));
    RIDGELINE_TRY(log_factor, log_node.as_number());
    if (log_factor < -20 || log_factor > 20) return log_node.error("a factor beyond e^20 is no calibration");
    factor.log_factor = log_factor;
    RIDGELINE_TRY(error_node, entry.require("error"));
    RIDGELINE_TRY(error, at_least_zero(error_node));
    factor.error = error;
    level.factors.push_back(factor);
  }
  return level;
}

Status read_spreads(const YamlNode& top, std::string_view key, double& seen, double& unseen) {
  RIDGELINE_TRY(node, top.require(key));
  RIDGELINE_CHECK(node.only_keys({"seen", "unseen"}));
  RIDGELINE_TRY(seen_node, node.require("seen"));
  RIDGELINE_TRY(seen_value, at_least_zero(seen_node));
  RIDGELINE_TRY(unseen_node, node.require("unseen"));
  RIDGELINE_TRY(unseen_value, at_least_zero(unseen_node));
  seen = seen_value;
  unseen = unseen_value;
  return Status::success();
}

Status read_levels(const YamlNode& top, Calibrations& into) {
  RIDGELINE_TRY(levels, top.require("levels"));
  if (!levels.is_sequence()) return levels.error("expected a list of levels");
  for (const YamlNode& item : levels.items()) {
    RIDGELINE_TRY(level, read_level(item));
    const bool twice = std::any_of(into.levels.begin(), into.levels.end(),
                                   [&](const CalibrationLevel& known) { return known.scope == level.scope; });
    if (twice) return item.error("a level with this scope stands above; keep one");
    into.levels.push_back(std::move(level));
  }
  return Status::success();
}

Result<Calibrations> read_file(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(
      top.only_keys({"source", "date", "rows", "groups", "spread", "first_token_spread", "seen", "levels"}));
  Calibrations result;
  RIDGELINE_TRY(source, top.text_or("source", ""));
  RIDGELINE_TRY(date, top.text_or("date", ""));
  result.source = source;
  result.date = date;
  RIDGELINE_TRY(rows_node, top.require("rows"));
  RIDGELINE_TRY(rows, rows_node.as_count());
  result.rows = rows;
  RIDGELINE_TRY(groups_node, top.require("groups"));
  RIDGELINE_TRY(groups, groups_node.as_count());
  result.groups = groups;
  RIDGELINE_CHECK(read_spreads(top, "spread", result.seen_spread, result.spread));
  RIDGELINE_CHECK(
      read_spreads(top, "first_token_spread", result.seen_first_token_spread, result.first_token_spread));
  if (const auto seen = top.find("seen")) {
    if (!seen->is_sequence()) return seen->error("expected a list of groups");
    for (const YamlNode& item : seen->items()) {
      RIDGELINE_TRY(group, item.as_string());
      result.seen.push_back(group);
    }
    std::sort(result.seen.begin(), result.seen.end());
  }
  RIDGELINE_CHECK(read_levels(top, result));
  return result;
}

/// Both calibrations in one. Errors of either may be met, so the wider spread stands.
void merge(Calibrations& into, Calibrations later) {
  for (CalibrationLevel& level : later.levels) {
    const auto same = std::find_if(into.levels.begin(), into.levels.end(),
                                   [&](const CalibrationLevel& known) { return known.scope == level.scope; });
    if (same == into.levels.end()) {
      into.levels.push_back(std::move(level));
    } else {
      *same = std::move(level);
    }
  }
  into.seen.insert(into.seen.end(), later.seen.begin(), later.seen.end());
  std::sort(into.seen.begin(), into.seen.end());
  into.seen.erase(std::unique(into.seen.begin(), into.seen.end()), into.seen.end());
  if (!later.source.empty()) into.source += into.source.empty() ? later.source : "; " + later.source;
  into.date = std::max(into.date, later.date);
  into.rows += later.rows;
  into.groups += later.groups;
  into.spread = std::max(into.spread, later.spread);
  into.first_token_spread = std::max(into.first_token_spread, later.first_token_spread);
  into.seen_spread = std::max(into.seen_spread, later.seen_spread);
  into.seen_first_token_spread = std::max(into.seen_first_token_spread, later.seen_first_token_spread);
}

Result<std::vector<std::string>> files_at(const std::string& path) {
  std::error_code failure;
  if (!std::filesystem::is_directory(path, failure)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  std::filesystem::directory_iterator entry(path, failure);
  for (; !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    if (entry->path().extension() == ".yaml") files.push_back(entry->path().string());
  }
  if (failure) return unavailable(fmt::format("{}: cannot be read: {}", path, failure.message()));
  std::sort(files.begin(), files.end());
  return files;
}

/// Between double quotes, as YAML and JSON both read it.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string scope_text(const CalibrationScope& scope) {
  std::vector<std::string> keys;
  if (!scope.generation.empty()) keys.push_back("generation: " + quoted(scope.generation));
  if (!scope.stack.empty()) keys.push_back("stack: " + quoted(scope.stack));
  if (!scope.version.empty()) keys.push_back("version: " + quoted(scope.version));
  return fmt::format("{{{}}}", fmt::join(keys, ", "));
}

void write_level(const CalibrationLevel& level, std::string& out) {
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "  - scope: {}\n    rows: {}\n    factors:{}\n", scope_text(level.scope), level.rows,
                 level.factors.empty() ? " {}" : "");
  for (const auto& factor : level.factors) {
    fmt::format_to(to, "      {}: {{log_factor: {}, error: {}}}\n", coefficients()[factor.coefficient].name,
                   factor.log_factor, factor.error);
  }
}

}  // namespace

Result<Calibrations> Calibrations::load(const std::string& path) {
  RIDGELINE_TRY(files, files_at(path));
  Calibrations all;
  for (const std::string& file : files) {
    RIDGELINE_TRY(one, read_file(file));
    merge(all, std::move(one));
  }
  return all;
}

std::string write_calibrations(const Calibrations& c) {
  std::string out = "# Written by `ridgeline calibrate`; docs/calibration.md explains every key.\n";
  const auto to = std::back_inserter(out);
  if (!c.source.empty()) fmt::format_to(to, "source: {}\n", quoted(c.source));
  if (!c.date.empty()) fmt::format_to(to, "date: {}\n", quoted(c.date));
  fmt::format_to(to, "rows: {}\ngroups: {}\n", c.rows, c.groups);
  fmt::format_to(to, "spread: {{seen: {}, unseen: {}}}\n", c.seen_spread, c.spread);
  fmt::format_to(to, "first_token_spread: {{seen: {}, unseen: {}}}\n", c.seen_first_token_spread,
                 c.first_token_spread);
  if (!c.seen.empty()) out += "seen:\n";
  for (const std::string& group : c.seen) fmt::format_to(to, "  - {}\n", quoted(group));
  out += c.levels.empty() ? "levels: []\n" : "levels:\n";
  for (const CalibrationLevel& level : c.levels) write_level(level, out);
  return out;
}

}  // namespace ridgeline
