#include "load/verify_loadgen.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <tuple>

#include "base/file.h"
#include "load/arrival_process.h"
#include "load/schedule.h"
#include "stats/early_stopping.h"

namespace ridgeline {
namespace load {
namespace {

constexpr double printed_digits = 1e-8;  // the rate stands in the file with nine of them

/// How a schedule ends; it may be too long to keep.
struct ScheduleEnd {
  std::uint64_t queries = 0;
  Nanoseconds last{0};
  double rate() const { return static_cast<double>(queries - 1) / to_seconds(last).value(); }
};

ScheduleEnd end_of(const Scenario& scenario) {
  ScheduleEnd end;
  for_each_arrival(scenario, [&end](Nanoseconds at) {
    ++end.queries;
    end.last = at;
  });
  return end;
}

/// Many submissions have the same settings, and some of them millions of queries.
class EndsBySettings {
 public:
  const ScheduleEnd& of(const Scenario& s) {
    const auto key =
        std::make_tuple(s.target_qps, s.seed, s.min_duration.count(), s.min_queries, s.dataset_samples);
    auto found = known_.find(key);
    if (found == known_.end()) found = known_.insert({key, end_of(s)}).first;
    return found->second;
  }

 private:
  std::map<std::tuple<double, std::uint64_t, std::int64_t, std::uint64_t, std::uint64_t>, ScheduleEnd> known_;
};

struct ScheduleColumns {
  std::size_t qps, seed, duration, least, dataset, equal_issue, count, last, rate;
};

Result<ScheduleColumns> schedule_columns(const CsvReader& csv) {
  RIDGELINE_TRY(qps, csv.require("target_qps"));
  RIDGELINE_TRY(seed, csv.require("schedule_rng_seed"));
  RIDGELINE_TRY(duration, csv.require("min_duration_ms"));
  RIDGELINE_TRY(least, csv.require("min_query_count"));
  RIDGELINE_TRY(dataset, csv.require("performance_sample_count"));
  RIDGELINE_TRY(equal_issue, csv.require("equal_issue"));
  RIDGELINE_TRY(count, csv.require("reproduced_query_count"));
  RIDGELINE_TRY(last, csv.require("reproduced_last_scheduled_ns"));
  RIDGELINE_TRY(rate, csv.require("reproduced_scheduled_samples_per_s"));
  return ScheduleColumns{qps, seed, duration, least, dataset, equal_issue, count, last, rate};
}

Result<Scenario> settings_of(const CsvReader& csv, const ScheduleColumns& columns) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  RIDGELINE_TRY(qps, csv.number(columns.qps));
  RIDGELINE_TRY(seed, csv.count(columns.seed));
  RIDGELINE_TRY(duration, csv.count(columns.duration));
  RIDGELINE_TRY(least, csv.count(columns.least));
  RIDGELINE_TRY(dataset, csv.count(columns.dataset));
  RIDGELINE_TRY(equal_issue, csv.count(columns.equal_issue));
  constexpr std::uint64_t longest = 1'000'000'000'000;  // 1e9 s
  if (duration > longest)
    return csv.error(fmt::format("min_duration_ms is {}; must be at most 1e12", duration));
  s.target_qps = qps;
  s.seed = seed;
  s.min_duration = std::chrono::milliseconds(static_cast<std::int64_t>(duration));
  s.min_queries = least;
  s.dataset_samples = equal_issue > 0 ? dataset : 0;
  if (const Status valid = validate(s); !valid) return csv.error(valid.error().message);
  return s;
}

}  // namespace

Status verify_schedules(CsvReader& csv, LoadGenCheck& check) {
  check.format = "schedules";
  RIDGELINE_TRY(columns, schedule_columns(csv));
  EndsBySettings ends;
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) return Status::success();
    RIDGELINE_TRY(scenario, settings_of(csv, columns));
    RIDGELINE_TRY(count, csv.count(columns.count));
    RIDGELINE_TRY(last, csv.count(columns.last));
    RIDGELINE_TRY(rate, csv.number(columns.rate));
    const ScheduleEnd& end = ends.of(scenario);
    ++check.rows;
    const auto differs = [&csv](std::string_view what, const std::string& theirs, const std::string& ours) {
      return csv.error(fmt::format("{} is {} in the file and {} here", what, theirs, ours)).message;
    };
    if (end.queries != count) {
      check.difference =
          differs("reproduced_query_count", fmt::to_string(count), fmt::to_string(end.queries));
    } else if (static_cast<std::uint64_t>(end.last.count()) != last) {
      check.difference =
          differs("reproduced_last_scheduled_ns", fmt::to_string(last), fmt::to_string(end.last.count()));
    } else if (!(std::abs(end.rate() - rate) <= printed_digits * end.rate())) {
      check.difference = differs("reproduced_scheduled_samples_per_s", fmt::format("{:.9g}", rate),
                                 fmt::format("{:.9g}", end.rate()));
    }
    if (check.difference) return Status::success();
  }
}

Status verify_early_stopping(CsvReader& csv, LoadGenCheck& check) {
  check.format = "early stopping";
  RIDGELINE_TRY(percentile_column, csv.require("percentile"));
  RIDGELINE_TRY(queries_column, csv.require("queries"));
  RIDGELINE_TRY(discard_column, csv.require("would_discard"));
  const auto least_column = csv.column("min_queries_printed");
  for (;;) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) return Status::success();
    RIDGELINE_TRY(percentile, csv.number(percentile_column));
    RIDGELINE_TRY(queries, csv.count(queries_column));
    RIDGELINE_TRY(discard, csv.count(discard_column));
    if (!(percentile > 0 && percentile < 100)) {
      return csv.error(fmt::format("percentile is {:g}; must be between 0 and 100", percentile));
    }
    const double p = percentile / 100;
    ++check.rows;
    if (least_column) {
      RIDGELINE_TRY(printed, csv.count(*least_column));
      if (const std::uint64_t least = stats::least_for_estimate(p); least != printed) {
        check.difference =
            csv.error(fmt::format("min_queries_printed is {} in the file and {} here", printed, least))
                .message;
        return Status::success();
      }
    }
    const auto over = stats::largest_over(queries, p);
    if (over && *over - 1 == discard) continue;
    const std::string ours = over ? fmt::to_string(*over - 1) : "no estimate";
    check.difference =
        csv.error(fmt::format("would_discard is {} in the file and {} here", discard, ours)).message;
    return Status::success();
  }
}

Status verify_csv(CsvReader& csv, const std::string& path, LoadGenCheck& check) {
  if (csv.column("would_discard")) return verify_early_stopping(csv, check);
  if (csv.column("schedule_rng_seed")) return verify_schedules(csv, check);
  return bad_input(
      fmt::format("{}:1: neither a CSV file with the column schedule_rng_seed or would_discard nor a JSON "
                  "file of rounds",
                  path));
}

}  // namespace load

Result<LoadGenCheck> verify_loadgen(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  LoadGenCheck check;
  if (text.compare(0, 1, "{") == 0) {
    RIDGELINE_CHECK(load::verify_random_numbers(text, path, check));
  } else {
    RIDGELINE_TRY(csv, CsvReader::of(std::move(text), path));
    RIDGELINE_CHECK(load::verify_csv(csv, path, check));
  }
  if (check.rows == 0) return bad_input(fmt::format("{}: no rows to check", path));
  return check;
}

}  // namespace ridgeline
