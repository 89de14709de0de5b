#include <fmt/format.h>

#include <limits>

#include "base/csv.h"
#include "load/lengths.h"
#include "load/schedule.h"
#include "ridgeline/traffic.h"

namespace ridgeline {
namespace {

constexpr double latest = 1e9;  // seconds

Result<std::uint32_t> tokens(const CsvReader& csv, std::size_t column) {
  RIDGELINE_TRY(count, csv.count(column));
  if (count > 0 && count <= std::numeric_limits<std::uint32_t>::max())
    return static_cast<std::uint32_t>(count);
  return csv.error(fmt::format("a request of {} tokens; must be 1 or more", count));
}

Result<TokenLengths> lengths_of(const CsvReader& csv, std::size_t input, std::size_t output) {
  TokenLengths lengths;
  RIDGELINE_TRY(in, tokens(csv, input));
  RIDGELINE_TRY(out, tokens(csv, output));
  lengths.input = in;
  lengths.output = out;
  return lengths;
}

Result<Nanoseconds> arrival_of(const CsvReader& csv, std::size_t column, Nanoseconds previous) {
  RIDGELINE_TRY(seconds, csv.number(column));
  if (seconds < 0 || seconds > latest) {
    return csv.error(fmt::format("arrival is {:g}; must be 0 to 1e9 seconds", seconds));
  }
  const Nanoseconds at = to_nanoseconds(Seconds(seconds));
  if (at >= previous) return at;
  return csv.error(fmt::format("arrival is {:g}, before the {:g} of the row above; must ascend", seconds,
                               to_seconds(previous).value()));
}

}  // namespace

Result<Trace> read_trace(const std::string& path) {
  RIDGELINE_TRY(csv, CsvReader::open(path));
  RIDGELINE_TRY(arrival, csv.require("arrival"));
  const bool with_lengths = csv.column("input_tokens") || csv.column("output_tokens");
  std::size_t input = 0, output = 0;
  if (with_lengths) {
    RIDGELINE_TRY(in, csv.require("input_tokens"));
    RIDGELINE_TRY(out, csv.require("output_tokens"));
    input = in;
    output = out;
  }
  Trace trace;
  Nanoseconds previous{0};
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) break;
    RIDGELINE_TRY(at, arrival_of(csv, arrival, previous));
    trace.arrivals.push_back(previous = at);
    if (with_lengths) {
      RIDGELINE_TRY(lengths, lengths_of(csv, input, output));
      trace.lengths.push_back(lengths);
    }
    if (trace.arrivals.size() > load::most_scheduled) {
      return csv.error(fmt::format("more than {} requests", load::most_scheduled));
    }
  }
  if (trace.arrivals.empty()) return csv.error("no request; a row each must follow the header");
  return trace;
}

Result<std::vector<TokenLengths>> load::read_lengths(const std::string& path) {
  RIDGELINE_TRY(csv, CsvReader::open(path));
  RIDGELINE_TRY(input, csv.require("input_tokens"));
  RIDGELINE_TRY(output, csv.require("output_tokens"));
  std::vector<TokenLengths> all;
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) break;
    RIDGELINE_TRY(lengths, lengths_of(csv, input, output));
    all.push_back(lengths);
  }
  if (all.empty()) return csv.error("no request; a row each must follow the header");
  return all;
}

}  // namespace ridgeline
