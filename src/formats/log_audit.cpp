#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "formats/log_oddities.h"
#include "ridgeline/mlperf_log.h"
#include "stats/autocorrelation.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

constexpr Nanoseconds none{0};
constexpr double most_redrawn = 5e6;  // arrivals: a second and 40 MB

/// Seeds are published with each round's mlperf.conf, so whoever tunes for a round knows its arrivals.
struct Round {
  std::uint64_t qsl, sample_index, schedule;
  const char* name;
};
constexpr std::array<Round, 4> rounds = {{
    {3066443479025735752U, 10688027786191513374U, 14962580496156340209U, "Inference v4.1"},
    {1780908523862526354U, 14771362308971278857U, 18209322760996052031U, "Inference v5.1"},
    {2465351861681999779U, 14276810075590677512U, 3936089224930324775U, "Inference v6.0"},
    {2085463073848966840U, 2747215439041700203U, 16159082839903944936U, "Inference v6.1"},
}};

std::optional<std::string> round_of(const MlperfSettings& s) {
  for (const Round& round : rounds) {
    if (s.qsl_seed == round.qsl && s.sample_index_seed == round.sample_index &&
        s.schedule_seed == round.schedule)
      return round.name;
  }
  return std::nullopt;
}

std::vector<LimitUse> limits_of(const MlperfLog& log) {
  std::vector<LimitUse> limits;
  const auto add = [&](const char* name, Nanoseconds limit, const ReportedTimes& times) {
    if (limit <= none) return;
    LimitUse use;
    use.name = name;
    use.percentile = log.scenario.percentile;
    use.limit = limit;
    use.seen = times.at(use.percentile);
    use.p999 = times.at(0.999);
    use.max = times.max;
    limits.push_back(use);
  };
  if (is_open_loop(log.scenario.kind)) add("latency", log.scenario.target_latency, log.decisive());
  add("TTFT", log.scenario.ttft_limit, log.first_token);
  add("TPOT", log.scenario.tpot_limit, log.per_token);
  std::stable_sort(limits.begin(), limits.end(), [](const LimitUse& a, const LimitUse& b) {
    return a.used().value_or(-1) > b.used().value_or(-1);
  });
  return limits;
}

/// The time that LoadGen holds against the minimum duration, from what it prints.
void measure_length(LogAudit& audit) {
  const MlperfLog& log = audit.log;
  const auto by = [&](double seconds, const char* from) {
    if (!std::isfinite(seconds) || seconds < 0) return;
    audit.ran = Seconds(seconds);
    audit.ran_by = from;
  };
  const auto gaps = log.samples() && *log.samples() > 0
                        ? std::optional(static_cast<double>(*log.samples() - 1))
                        : std::nullopt;
  switch (log.scenario.kind) {
    case ScenarioKind::server:
    case ScenarioKind::interactive:
    case ScenarioKind::constant_stream:
      if (gaps && log.scheduled_rate && *log.scheduled_rate > 0)
        by(*gaps / *log.scheduled_rate, "the last arrival, by the scheduled rate");
      break;
    case ScenarioKind::single_stream:
      if (gaps && log.rate_with_overhead && *log.rate_with_overhead > 0)
        by(*gaps / *log.rate_with_overhead, "the last issue, by the rate with overhead");
      break;
    case ScenarioKind::multi_stream:
      if (log.queries && log.query_latency.mean)
        by(static_cast<double>(*log.queries) * to_seconds(*log.query_latency.mean).value(),
           "the sum of the latencies");
      break;
    case ScenarioKind::offline:
      if (log.latency.max) by(to_seconds(*log.latency.max).value(), "the greatest latency");
      break;
    case ScenarioKind::closed_loop:
      break;
  }
}

std::optional<Lateness> lateness_of(const Run& run) {
  if (!is_open_loop(run.scenario.kind) || run.queries.empty()) return std::nullopt;
  std::vector<Nanoseconds> late;
  for (const QueryRecord& q : run.queries) late.push_back(q.issued - q.scheduled);
  std::sort(late.begin(), late.end());
  const auto at = [&](double p) { return late[stats::nearest_rank(late.size(), p)]; };
  return Lateness{at(0.5), at(0.99), late.back()};
}

std::optional<double> effective_samples(const Run& run) {
  if (run.scenario.kind == ScenarioKind::offline || run.queries.size() < 2) return std::nullopt;
  std::vector<double> latencies;
  for (const QueryRecord& q : run.queries) latencies.push_back(to_seconds(q.latency()).value());
  std::vector<double> sorted = latencies;
  std::sort(sorted.begin(), sorted.end());
  return stats::effective_size(latencies,
                               sorted[stats::nearest_rank(sorted.size(), run.scenario.percentile)]);
}

bool same_arrivals(const Schedule& schedule, const MlperfLog& log) {
  const auto& arrivals = schedule.arrivals;
  if (arrivals.size() != log.queries) return false;
  if (log.run) {
    const auto& queries = log.run->queries;
    return std::equal(arrivals.begin(), arrivals.end(), queries.begin(), queries.end(),
                      [](Nanoseconds at, const QueryRecord& q) { return at == q.scheduled; });
  }
  if (arrivals.size() < 2 || !log.scheduled_rate) return false;
  const double rate = static_cast<double>(arrivals.size() - 1) / to_seconds(arrivals.back()).value();
  return std::abs(rate / *log.scheduled_rate - 1) < 1e-5;  // six digits
}

/// Draws the arrivals again from the seed: by the settings, then with whole passes over the samples, which
/// LoadGen before 5.0 does not log.
std::string check_schedule(const MlperfLog& log) {
  Scenario scenario = log.scenario;
  if (scenario.kind != ScenarioKind::server || !log.settings.schedule_seed || !log.queries) return "";
  const double expected =
      std::max({static_cast<double>(*log.queries), static_cast<double>(scenario.min_queries),
                scenario.target_qps * to_seconds(scenario.min_duration).value()});
  if (expected > most_redrawn) return "not redrawn: more than 5 million arrivals";
  const char* by = log.run ? "each arrival of the trace" : "as many arrivals at the rate that is logged";
  std::size_t drawn = 0;
  for (const std::uint64_t pass : {scenario.dataset_samples, log.settings.performance_samples.value_or(0)}) {
    scenario.dataset_samples = pass;
    const auto schedule = make_schedule(scenario);
    if (!schedule) return "";
    if (same_arrivals(*schedule, log)) {
      return fmt::format("the seed gives {}{}", by,
                         pass ? fmt::format(", in whole passes over {} samples", pass) : "");
    }
    if (drawn == 0) drawn = schedule->arrivals.size();
  }
  if (drawn == *log.queries) return "the seed gives as many arrivals, but not these";
  return fmt::format("the seed and the settings give {} arrivals, the log has {}", drawn, *log.queries);
}

Result<std::optional<MlperfConf>> configuration_beside(const std::string& dir) {
  const std::string path = dir + "/user.conf";
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::optional<MlperfConf>();
  RIDGELINE_TRY(conf, MlperfConf::read(path));
  return std::optional<MlperfConf>(std::move(conf));
}

}  // namespace

std::optional<double> LimitUse::used() const {
  if (!seen || limit <= none) return std::nullopt;
  return to_seconds(*seen) / to_seconds(limit);
}

Result<LogAudit> audit_mlperf_log(const std::string& dir) {
  RIDGELINE_TRY(log, read_mlperf_log(dir));
  RIDGELINE_TRY(conf, configuration_beside(dir));
  LogAudit audit;
  audit.log = std::move(log);
  audit.limits = limits_of(audit.log);
  measure_length(audit);
  const auto samples = audit.log.samples(), drawn_from = audit.log.settings.performance_samples;
  if (samples && drawn_from && *drawn_from > 0)
    audit.passes = static_cast<double>(*samples) / static_cast<double>(*drawn_from);
  if (audit.log.run) {
    audit.lateness = lateness_of(*audit.log.run);
    audit.effective_samples = effective_samples(*audit.log.run);
  }
  audit.round = round_of(audit.log.settings);
  audit.schedule = check_schedule(audit.log);
  audit.oddities = formats::oddities(audit, conf);
  return audit;
}

}  // namespace ridgeline
