// Plain CSV: arrival, completed and what else is known of each request, in seconds.

#include <fmt/format.h>

#include "base/csv.h"
#include "formats/import.h"
#include "formats/requests.h"

namespace ridgeline::formats {
namespace {

struct Columns {
  std::size_t arrival = 0, completed = 0;
  std::optional<std::size_t> issued, first_token, input, output;
};

Result<Nanoseconds> time_at(const CsvReader& csv, std::size_t column, const char* name) {
  RIDGELINE_TRY(seconds, csv.number(column));
  if (const auto time = clock_time(seconds)) return *time;
  return csv.error(fmt::format("{} is {:g} s; must be within 4e9 s of 0", name, seconds));
}

/// Empty where it is not known.
Result<std::optional<Nanoseconds>> maybe_time(const CsvReader& csv, std::optional<std::size_t> column,
                                              const char* name) {
  if (!column || csv.cell(*column).empty()) return std::optional<Nanoseconds>();
  RIDGELINE_TRY(time, time_at(csv, *column, name));
  return std::optional<Nanoseconds>(time);
}

Result<std::uint32_t> maybe_tokens(const CsvReader& csv, std::optional<std::size_t> column) {
  if (!column || csv.cell(*column).empty()) return 0U;
  RIDGELINE_TRY(count, csv.count(*column));
  if (count > 0xffffffffU) return csv.error(fmt::format("{} tokens; must be below 2^32", count));
  return static_cast<std::uint32_t>(count);
}

Result<Request> request_of(const CsvReader& csv, const Columns& columns) {
  RIDGELINE_TRY(arrival, time_at(csv, columns.arrival, "arrival"));
  RIDGELINE_TRY(completed, time_at(csv, columns.completed, "completed"));
  RIDGELINE_TRY(issued, maybe_time(csv, columns.issued, "issued"));
  RIDGELINE_TRY(first, maybe_time(csv, columns.first_token, "first_token"));
  RIDGELINE_TRY(input, maybe_tokens(csv, columns.input));
  RIDGELINE_TRY(output, maybe_tokens(csv, columns.output));
  if (completed < arrival) return csv.error("completed is before arrival");
  if (issued && (*issued < arrival || *issued > completed))
    return csv.error("issued is not between arrival and completed");
  if (first && (*first < arrival || *first > completed))
    return csv.error("first_token is not between arrival and completed");
  Request r;
  r.scheduled = arrival;
  r.issued = issued.value_or(arrival);
  r.completed = completed;
  r.first_token = first;
  r.tokens = {input, output};
  return r;
}

}  // namespace

Result<ImportedRun> import_csv(const std::string& path) {
  RIDGELINE_TRY(csv, CsvReader::open(path));
  Columns columns;
  RIDGELINE_TRY(arrival, csv.require("arrival"));
  RIDGELINE_TRY(completed, csv.require("completed"));
  columns.arrival = arrival;
  columns.completed = completed;
  columns.issued = csv.column("issued");
  columns.first_token = csv.column("first_token");
  columns.input = csv.column("input_tokens");
  columns.output = csv.column("output_tokens");
  ImportedRun imported;
  imported.format = ResultFormat::csv;
  std::vector<Request> requests;
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) break;
    if (csv.cell(columns.completed).empty()) {  // asked and never answered
      ++imported.run.refused;
      continue;
    }
    RIDGELINE_TRY(request, request_of(csv, columns));
    requests.push_back(request);
  }
  imported.run.scenario = unjudged_users(requests.size());
  imported.run.notes.push_back(
      "the file does not say how the load was made: it is shown as users who ask once");
  return finish(std::move(imported), std::move(requests), path, "row");
}

}  // namespace ridgeline::formats
