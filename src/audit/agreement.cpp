#include "audit/agreement.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "stats/quantile.h"

namespace ridgeline::audit {
namespace {

constexpr double noticeable = 0.1;     // of a service time
constexpr double most_late = 0.05;     // of the median latency
constexpr std::size_t least_seen = 5;  // queries without a wait

bool beyond(const std::optional<double>& error, double goal) { return error && std::fabs(*error) > goal; }

bool is_off(const std::optional<Estimate>& value, const Estimate& measured, double goal) {
  if (!value) return false;
  const double low = measured.low.value_or(measured.value), high = measured.high.value_or(measured.value);
  return value->value < low * (1 - goal) || value->value > high * (1 + goal);
}

struct Off {
  bool predicted = false, simulated = false;
};

/// "predicted P99 -41 %": each column that is off; and which they are.
Off find_off(const AuditCell& cell, Agreement& agreement) {
  Off off;
  for (const AuditMetric& metric : cell.metrics) {
    const double goal = metric.name == "P50" ? agreement_p50 : metric.name == "P99" ? agreement_p99 : 0;
    if (goal == 0 || !metric.measured) continue;
    const auto check = [&](const std::optional<Estimate>& value, const std::optional<double>& error,
                           const char* name, bool& is) {
      if (beyond(error, goal)) agreement.within = false;
      if (!is_off(value, *metric.measured, goal)) return;
      is = true;
      agreement.off.push_back(fmt::format("{} {} {:+.0f} %", name, metric.name, 100 * *error));
    };
    check(metric.predicted, metric.predicted_error, "predicted", off.predicted);
    check(metric.simulated, metric.simulated_error, "simulated", off.simulated);
  }
  return off;
}

std::optional<Seconds> quantile(const std::vector<Seconds>& ascending, double p) {
  if (ascending.size() < least_seen) return std::nullopt;
  return ascending[stats::nearest_rank(ascending.size(), p)];
}

double apart(Seconds seen, Seconds assumed) { return seen / assumed - 1; }

/// The service itself, as far as some queries had nothing else.
void check_service(const Evidence& e, const std::vector<Seconds>& measured,
                   std::vector<std::string>& broken) {
  const auto here = quantile(measured, 0.5);
  if (!here) return;
  const double off = apart(*here, e.assumed), before = apart(e.alone, e.assumed);
  if (std::fabs(off) < noticeable) return;
  const std::string seen =
      fmt::format("a query that meets no other took {} in the median, and {} is predicted ({:+.0f} %)",
                  show(*here), show(e.assumed), 100 * off);
  const bool same = std::fabs(apart(*here, e.alone)) < noticeable;
  broken.push_back(
      same ? fmt::format(
                 "service: {}, as in SingleStream: what the probe's kernels reach is not what this model "
                 "reaches",
                 seen)
           : fmt::format(
                 "steady speed: {}; SingleStream had {} ({:+.0f} %): the machine was faster or slower then, "
                 "or answers an idle moment's query at another speed",
                 seen, show(e.alone), 100 * before));
}

void check_spread(const std::vector<Seconds>& measured, const std::vector<Seconds>& simulated,
                  std::vector<std::string>& broken) {
  const auto seen_50 = quantile(measured, 0.5), seen_90 = quantile(measured, 0.9);
  const auto had_50 = quantile(simulated, 0.5), had_90 = quantile(simulated, 0.9);
  if (!seen_50 || !seen_90 || !had_50 || !had_90) return;
  const double seen = *seen_90 / *seen_50, had = *had_90 / *had_50;
  if (seen < (1 + noticeable) * had) return;
  broken.push_back(
      fmt::format("interference: of queries that meet no other P90 over P50 is {:.2f}, and {:.2f} with the "
                  "interruptions that the probe saw: more of them came, or longer ones",
                  seen, had));
}

void check_issue(const AuditCell& cell, std::vector<std::string>& broken) {
  const auto& measured = *cell.measured;
  if (!measured.lateness_p99 || !measured.p50) return;
  const Seconds p50(measured.p50->value);
  if (*measured.lateness_p99 <= most_late * p50) return;
  broken.push_back(fmt::format("issue on time: P99 of the lateness is {}, {:.0f} % of the median latency",
                               show(*measured.lateness_p99), 100 * (*measured.lateness_p99 / p50)));
}

}  // namespace

std::vector<Seconds> unqueued(const Run& run) {
  std::vector<Seconds> latencies;
  Nanoseconds busy_until{0};
  for (const QueryRecord& q : run.queries) {
    if (q.scheduled >= busy_until) latencies.push_back(to_seconds(q.latency()));
    busy_until = std::max(busy_until, q.completed);
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

Agreement judge_agreement(const AuditCell& cell, const Evidence& evidence) {
  Agreement agreement;
  if (!cell.measured || !cell.measured->p50) return agreement;
  agreement.judged = true;
  const Off off = find_off(cell, agreement);
  if (agreement.off.empty()) return agreement;
  const auto measured = unqueued(evidence.measured), simulated = unqueued(evidence.simulated);
  check_service(evidence, measured, agreement.broken);
  check_spread(measured, simulated, agreement.broken);
  check_issue(cell, agreement.broken);
  if (off.predicted && !off.simulated) {
    agreement.broken.push_back(
        "Poisson arrivals in the long run: the closed form has their rate, and the simulation, which has "
        "this "
        "schedule's own arrivals, agrees");
  }
  if (agreement.broken.empty()) {
    agreement.broken.push_back(
        "none that is checked: services are as assumed and issue is on time, so it is the wait between "
        "queries");
  }
  return agreement;
}

}  // namespace ridgeline::audit
