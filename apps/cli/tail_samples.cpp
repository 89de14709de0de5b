#include "tail_samples.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/csv.h"
#include "base/file.h"

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

struct Column {
  std::size_t index = 0;
  std::string name;
  double unit = 1;
};

Result<Column> choose_column(const CsvReader& csv, const std::string& metric) {
  if (!metric.empty()) {
    RIDGELINE_TRY(index, csv.require(metric));
    if (const auto unit = unit_of(metric)) return Column{index, metric, *unit};
    return csv.error(
        fmt::format("column '{}' does not say its unit; end its name in _s, _ms, _us or _ns", metric));
  }
  const auto& names = csv.header().fields;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const auto unit = unit_of(names[i])) return Column{i, names[i], *unit};
  }
  return csv.error("no column name ends in a unit, as latency_ms does (_s, _ms, _us, _ns)");
}

Result<Samples> read_csv_samples(const std::string& path, std::string text, const std::string& metric) {
  RIDGELINE_TRY(csv, CsvReader::of(std::move(text), path));
  RIDGELINE_TRY(column, choose_column(csv, metric));
  Samples samples;
  samples.origin = fmt::format("column {} of {}", column.name, path);
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) return samples;
    RIDGELINE_TRY(value, csv.number(column.index));
    if (value < 0)
      return csv.error(fmt::format("{} is '{}'; must be at least 0", column.name, csv.cell(column.index)));
    samples.latencies.push_back(Seconds(value * column.unit));
  }
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

Result<Samples> read_run(const std::string& path, const std::string& text, const std::string& asked) {
  const std::string metric = asked.empty() ? "latency" : asked;
  if (metric != "latency" && metric != "ttft" && metric != "tpot")
    return bad_input(fmt::format("--metric: a run has latency, ttft and tpot, not '{}'", metric));
  const Json run = Json::parse(text, nullptr, false);
  if (run.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", path));
  if (!run.is_object() || !run.contains("schema") || run["schema"] != "ridgeline.run/1" ||
      !run.contains("queries") || !run["queries"].is_array())
    return bad_input(
        fmt::format("{}: not a run; its schema must be ridgeline.run/1, as --json prints it", path));
  if (run.value("kept", "queries") != "queries")
    return bad_input(fmt::format("{}: the run kept no queries; make it with a greater --keep-queries", path));
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
  RIDGELINE_TRY(text, read_file(path));
  return json ? read_run(path, text, metric) : read_csv_samples(path, std::move(text), metric);
}

}  // namespace ridgeline::cli
