#include "formats/log_oddities.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace ridgeline::formats {
namespace {

using Sentences = std::vector<std::string>;

constexpr double late_share = 0.01;    // of the limit, as verdicts of Runs have it
constexpr double falls_behind = 0.98;  // completed over scheduled: 2 % is "materially different" to auditors
constexpr double off_target = 0.005;   // scheduled against asked: nine in ten published runs are closer
constexpr std::uint64_t least_offline = 24'576;

std::string time(Nanoseconds t) { return show(to_seconds(t)); }

void early_stopping(const MlperfLog& log, Sentences& odd) {
  if (log.early_stopping_ttft && log.early_stopping_ttft->empty()) {
    odd.push_back("early stopping says nothing of TTFT: LoadGen asks TPOT first and stops when that fails");
  }
  if (log.early_stopping_tpot && log.early_stopping_tpot->empty())
    odd.push_back("early stopping says nothing of TPOT");
  const auto decisive = log.latency.at(log.scenario.percentile);
  if (log.scenario.kind == ScenarioKind::single_stream && !log.first_token.empty() &&
      log.early_stopping_single && decisive && *log.early_stopping_single < *decisive) {
    odd.push_back(
        fmt::format("early_stopping_latency_ss is {}, an estimate of TTFT; P{:g} of the latency is {}, "
                    "which is the result",
                    time(*log.early_stopping_single), 100 * log.scenario.percentile, time(*decisive)));
  }
}

void counts(const MlperfLog& log, Sentences& odd) {
  if (log.over_latency && *log.over_latency > 0 && log.scenario.target_latency == Nanoseconds(0)) {
    odd.push_back(
        fmt::format("result_overlatency_query_count is {} of {} because it counts against a limit of 0; "
                    "it says nothing of this run",
                    *log.over_latency, log.queries.value_or(0)));
  }
  for (const std::string& error : log.errors) {
    if (error.find("Ran out of generated queries") != std::string::npos) {
      odd.push_back(
          log.settings.expected_latency
              ? fmt::format("the client ran out of prepared queries: the hint of {} a query was too long",
                            time(*log.settings.expected_latency))
              : "the client ran out of prepared queries: the rate that was asked for was too low");
    }
  }
  if (!log.errors.empty() && log.valid.value_or(false))
    odd.push_back(fmt::format("the run is VALID beside {} error{}", log.errors.size(),
                              log.errors.size() > 1 ? "s" : ""));
  const auto samples = log.samples();
  if (log.scenario.kind == ScenarioKind::offline && samples && *samples < least_offline &&
      log.settings.dataset_samples.value_or(0) > *samples) {
    odd.push_back(
        fmt::format("{} samples: Offline asks for {} or the whole data set", *samples, least_offline));
  }
}

void rates(const MlperfLog& log, Sentences& odd) {
  const auto& scheduled = log.scheduled_rate;
  const double target = log.scenario.target_qps;
  if (scheduled && target > 0 && std::abs(*scheduled / target - 1) > off_target) {
    odd.push_back(
        fmt::format("scheduled {:.6g} samples/s, {:+.1f} % from the target of {:g}: one Poisson stream of "
                    "few queries",
                    *scheduled, 100 * (*scheduled / target - 1), target));
  }
  if (scheduled && log.completed_rate && *log.completed_rate < falls_behind * *scheduled) {
    odd.push_back(
        fmt::format("completed {:.6g} of {:.6g} samples/s scheduled, {:.1f} % less: the system fell behind, "
                    "and the queue was emptied after the last arrival",
                    *log.completed_rate, *scheduled, 100 * (1 - *log.completed_rate / *scheduled)));
  }
}

void tokens(const MlperfLog& log, Sentences& odd) {
  if (log.settings.inferred_tokens)
    odd.push_back("tokens are inferred: samples times a constant, not tokens that came out");
  if (log.token_rate_per_nanosecond)
    odd.push_back(
        "result_token_throughput divides by the sum of all latencies, in nanoseconds: it is no throughput");
  if (log.old_token_label)
    odd.push_back(
        "\"Time to Output Token\" is the time per output token: LoadGen renamed the label in 2025-10");
}

void limits(const LogAudit& audit, Sentences& odd) {
  for (const LimitUse& limit : audit.limits) {
    if (limit.p999 && *limit.p999 > limit.limit && limit.percentile < 0.999)
      odd.push_back(fmt::format("P99.9 of the {} is {}, {:.3g} times the limit", limit.name,
                                time(*limit.p999), to_seconds(*limit.p999) / to_seconds(limit.limit)));
    if (limit.max && *limit.max > limit.limit && audit.log.valid.value_or(false))
      odd.push_back(
          fmt::format("the greatest {} is {}, {:.3g} times the limit, in a VALID run: the rules bound a "
                      "percentile only",
                      limit.name, time(*limit.max), to_seconds(*limit.max) / to_seconds(limit.limit)));
  }
  if (!audit.lateness || audit.limits.empty()) return;
  const LimitUse& first = audit.limits.front();
  const double share = to_seconds(audit.lateness->p99) / to_seconds(first.limit);
  if (share > late_share)
    odd.push_back(
        fmt::format("P99 of the issue's lateness is {:.1f} % of the {} limit: the client's delay is charged "
                    "to the system",
                    100 * share, first.name));
}

void settings(const MlperfLog& log, const std::optional<std::string>& round, Sentences& odd) {
  if (log.settings.mode != "PerformanceOnly" && !log.settings.mode.empty())
    odd.push_back(fmt::format("the mode is {}, not PerformanceOnly", log.settings.mode));
  for (const ChangedSetting& s : log.settings.changed)
    odd.push_back(fmt::format("{} was asked to be {} and was {}", s.key, s.requested, s.effective));
  if (log.settings.issue_same.value_or(false)) odd.push_back("every query asked for the same sample");
  if (log.settings.issue_unique.value_or(false))
    odd.push_back("no sample was asked for twice: no performance run");
  const bool seeded = log.settings.schedule_seed.has_value();
  if (seeded && !round)
    odd.push_back("the seeds are of no round that is known here: check them against the round's mlperf.conf");
  if (!seeded) odd.push_back("the log names no seeds");
  const Nanoseconds least = std::chrono::seconds(600);
  if (log.scenario.min_duration < least)
    odd.push_back(
        fmt::format("the minimum duration is {}; MLPerf asks for 600 s", time(log.scenario.min_duration)));
  if (!log.loadgen_changes.empty()) odd.push_back("LoadGen was built from files that git calls changed");
  if (log.loadgen_version.find("Ridgeline") != std::string::npos)
    odd.push_back("Ridgeline wrote this log, not LoadGen");
}

/// user.conf beside the log; the run's own settings are what counts.
void configuration(const MlperfLog& log, const MlperfConf& conf, Sentences& odd) {
  const std::string scenario(to_string(log.scenario.kind));
  const auto rate = conf.find("*", scenario, "target_qps");
  if (rate && *rate > 0 && std::abs(log.scenario.target_qps / *rate - 1) > 1e-6)
    odd.push_back(
        fmt::format("target_qps is {:g} in user.conf and {:g} in the run", *rate, log.scenario.target_qps));
  const auto samples = conf.find("*", scenario, "performance_sample_count_override");
  if (samples && log.settings.performance_samples &&
      *samples != static_cast<double>(*log.settings.performance_samples))
    odd.push_back(fmt::format("performance_sample_count_override is {:g} in user.conf; the run drew from {}",
                              *samples, *log.settings.performance_samples));
  const auto duration = conf.find("*", scenario, "min_duration");
  const double ran = to_seconds(log.scenario.min_duration).value() * 1e3;
  if (duration && std::abs(*duration - ran) > 0.5)
    odd.push_back(fmt::format("min_duration is {:g} ms in user.conf and {:g} ms in the run", *duration, ran));
  for (const std::string& key : conf.unknown())
    odd.push_back(fmt::format("{} is no key that LoadGen reads", key));
}

}  // namespace

std::vector<std::string> oddities(const LogAudit& audit, const std::optional<MlperfConf>& conf) {
  const MlperfLog& log = audit.log;
  Sentences odd;
  early_stopping(log, odd);
  counts(log, odd);
  rates(log, odd);
  tokens(log, odd);
  limits(audit, odd);
  settings(log, audit.round, odd);
  if (conf) configuration(log, *conf, odd);
  if (audit.effective_samples && log.queries &&
      *audit.effective_samples < 0.5 * static_cast<double>(*log.queries)) {
    odd.push_back(
        fmt::format("neighbouring latencies depend on each other: {} are worth {:.0f} independent ones, and "
                    "early stopping counts them all",
                    *log.queries, *audit.effective_samples));
  }
  return odd;
}

}  // namespace ridgeline::formats
