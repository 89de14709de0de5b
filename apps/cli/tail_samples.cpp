#include "tail_samples.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

namespace ridgeline::cli {
namespace {

using Json = nlohmann::json;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Seconds in the unit that a column's name ends in.
std::optional<double> unit_of(const std::string& column) {
  static constexpr std::pair<const char*, double> units[] = {
      {"_ns", 1e-9}, {"_us", 1e-6}, {"_ms", 1e-3}, {"_s", 1}};
  for (const auto& unit : units) {
    if (ends_with(column, unit.first)) return unit.second;
  }
  return std::nullopt;
}

std::string trimmed(const std::string& text) {
  const char* blanks = " \t\r\"";
  const auto begin = text.find_first_not_of(blanks);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::stringstream rest(line);
  for (std::string cell; std::getline(rest, cell, ',');) cells.push_back(trimmed(cell));
  return cells;
}

struct Column {
  std::size_t index = 0;
  std::string name;
  double unit = 1;
};

Result<Column> choose_column(const std::string& path, const std::string& header, const std::string& metric) {
  const auto names = cells_of(header);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto unit = unit_of(names[i]);
    if (metric.empty() ? unit.has_value() : names[i] == metric) {
      if (!unit)
        return bad_input(fmt::format(
            "{}: column '{}' does not say its unit; end its name in _s, _ms, _us or _ns", path, metric));
      Column column;
      column.index = i;
      column.name = names[i];
      column.unit = *unit;
      return column;
    }
  }
  if (!metric.empty()) return bad_input(fmt::format("{}: no column '{}' in line 1", path, metric));
  return bad_input(
      fmt::format("{}: no column of line 1 ends in a unit, as latency_ms does (_s, _ms, _us, _ns)", path));
}

std::optional<double> number_in(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

Result<Samples> read_csv(const std::string& path, std::istream& file, const std::string& metric) {
  std::string line;
  std::getline(file, line);
  RIDGELINE_TRY(column, choose_column(path, line, metric));
  Samples samples;
  samples.origin = fmt::format("column {} of {}", column.name, path);
  for (std::size_t number = 2; std::getline(file, line); ++number) {
    if (trimmed(line).empty()) continue;
    const auto cells = cells_of(line);
    const std::string cell = column.index < cells.size() ? cells[column.index] : "";
    const auto value = number_in(cell);
    if (!value || *value < 0)
      return bad_input(fmt::format("{}:{}: {} is '{}', and must be a number of at least 0", path, number,
                                   column.name, cell));
    samples.latencies.push_back(Seconds(*value * column.unit));
  }
  return samples;
}

/// A row of a run's queries: scheduled, issued, completed, first token (ns), samples, tokens.
struct Row {
  double scheduled = 0, completed = 0;
  std::optional<double> first_token;
  double samples = 0, tokens = 0;
};

std::optional<Row> row_of(const Json& json) {
  if (!json.is_array() || json.size() < 6) return std::nullopt;
  for (const std::size_t i : {0U, 1U, 2U, 4U, 5U}) {
    if (!json[i].is_number()) return std::nullopt;
  }
  Row row;
  row.scheduled = json[0].get<double>();
  row.completed = json[2].get<double>();
  if (json[3].is_number()) row.first_token = json[3].get<double>();
  row.samples = json[4].get<double>();
  row.tokens = json[5].get<double>();
  return row;
}

std::optional<double> nanoseconds_of(const Row& row, const std::string& metric) {
  if (metric == "latency") return row.completed - row.scheduled;
  if (!row.first_token) return std::nullopt;
  if (metric == "ttft") return *row.first_token - row.scheduled;
  const double after_first = row.samples > 0 ? row.tokens / row.samples - 1 : 0;
  if (after_first <= 0) return std::nullopt;
  return (row.completed - *row.first_token) / after_first;
}

Result<Samples> read_run(const std::string& path, std::istream& file, const std::string& asked) {
  const std::string metric = asked.empty() ? "latency" : asked;
  if (metric != "latency" && metric != "ttft" && metric != "tpot")
    return bad_input(fmt::format("--metric: a run has latency, ttft and tpot, not '{}'", metric));
  const Json run = Json::parse(file, nullptr, false);
  if (run.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", path));
  if (!run.is_object() || !run.contains("schema") || run["schema"] != "ridgeline.run/1" ||
      !run.contains("queries") || !run["queries"].is_array())
    return bad_input(
        fmt::format("{}: not a run; its schema must be ridgeline.run/1, as --json prints it", path));
  Samples samples;
  samples.origin = fmt::format("{} of the run in {}", metric, path);
  for (const Json& query : run["queries"]) {
    const auto row = row_of(query);
    const std::size_t number = samples.latencies.size() + 1;
    if (!row)
      return bad_input(fmt::format("{}: query {} does not have the six figures of a run", path, number));
    const auto time = nanoseconds_of(*row, metric);
    if (!time)
      return bad_input(fmt::format("{}: query {} has no {}; no tokens were recorded", path, number, metric));
    samples.latencies.push_back(Seconds(*time * 1e-9));
  }
  return samples;
}

}  // namespace

Result<Samples> read_samples(const std::string& path, const std::string& metric) {
  const bool json = ends_with(path, ".json");
  if (!json && !ends_with(path, ".csv"))
    return bad_input(fmt::format("--samples: '{}' is neither a .csv nor a .json file", path));
  std::ifstream file(path);
  if (!file) return unavailable(fmt::format("{}: cannot be read", path));
  return json ? read_run(path, file, metric) : read_csv(path, file, metric);
}

}  // namespace ridgeline::cli
