#include <fmt/format.h>

#include "report/format.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::string time(const std::optional<Nanoseconds>& t) { return t ? show(to_seconds(*t)) : absent; }

/// "146 ms (73 %)"
std::string against(const std::optional<Nanoseconds>& t, Nanoseconds limit) {
  if (!t) return absent;
  return fmt::format("{} ({})", time(t), percent(to_seconds(*t) / to_seconds(limit)));
}

std::string limit_text(const LimitUse& use) {
  std::string text =
      fmt::format("{}: P{:g} {}", use.name, 100 * use.percentile, against(use.seen, use.limit));
  if (use.percentile < 0.999) text += fmt::format(", P99.9 {}", against(use.p999, use.limit));
  return text + fmt::format(", max {} of {}", against(use.max, use.limit), time(use.limit));
}

std::string answer(const char* of, const std::optional<bool>& yes) {
  return fmt::format("{} {}", of, yes ? (*yes ? "met" : "NOT met") : "not said");
}

std::string verdict_text(const MlperfLog& log) {
  if (!log.valid) return "none: an accuracy run";
  std::string text =
      fmt::format("{}: {}, {}, {}", *log.valid ? "VALID" : "INVALID", answer("duration", log.duration_met),
                  answer("queries", log.queries_met), answer("early stopping", log.early_stopping_met));
  if (log.constraints_met) text += ", " + answer("limits", log.constraints_met);
  return text;
}

std::string count_text(const LogAudit& audit) {
  const MlperfLog& log = audit.log;
  std::string text = log.queries ? fmt::format("{}", *log.queries) : absent;
  if (const auto samples = log.samples(); samples && samples != log.queries)
    text += fmt::format(" of {} samples in all", *samples);
  if (audit.passes)
    text += fmt::format("; {:.4g} passes over the {} samples that it draws from", *audit.passes,
                        *log.settings.performance_samples);
  return text;
}

std::string length_text(const LogAudit& audit) {
  const std::string least = show(to_seconds(audit.log.scenario.min_duration));
  if (!audit.ran) return fmt::format("{}; at least {} asked", absent, least);
  return fmt::format("{} ({}); at least {} asked", show(*audit.ran), audit.ran_by, least);
}

/// Absent where the other is, or is nothing.
std::optional<double> off(const std::optional<double>& rate, const std::optional<double>& from) {
  if (!rate || !from || *from <= 0) return std::nullopt;
  return *rate / *from - 1;
}

std::string rate_text(const MlperfLog& log) {
  if (log.offline_rate) return fmt::format("{:.6g} samples/s", *log.offline_rate);
  if (log.rate_with_overhead) {
    std::string text = fmt::format("{:.6g} samples/s", *log.rate_with_overhead);
    if (log.rate_without_overhead)
      text += fmt::format("; {:.6g} without the client's overhead", *log.rate_without_overhead);
    return text;
  }
  if (!log.scheduled_rate && !log.completed_rate) return "";
  const double target = log.scenario.target_qps;
  std::string text = fmt::format("target {:g}", target);
  if (log.scheduled_rate)
    text += fmt::format(", scheduled {:.6g} ({})", *log.scheduled_rate,
                        signed_percent(off(log.scheduled_rate, target)));
  if (log.completed_rate)
    text += fmt::format(", completed {:.6g} ({} of scheduled)", *log.completed_rate,
                        signed_percent(off(log.completed_rate, log.scheduled_rate)));
  return text + " samples/s";
}

std::string token_text(const MlperfLog& log) {
  if (log.tokens_per_second) return fmt::format("{:.6g} tokens/s, counted", *log.tokens_per_second);
  if (log.inferred_tokens_per_second)
    return fmt::format("{:.6g} tokens/s, inferred from samples", *log.inferred_tokens_per_second);
  return "";
}

std::string times_text(const ReportedTimes& times) {
  std::string text;
  for (const double p : {0.5, 0.9, 0.99, 0.999})
    text += fmt::format("P{:g} {}, ", 100 * p, time(times.at(p)));
  return text + "max " + time(times.max);
}

std::string lateness_text(const LogAudit& audit) {
  if (is_open_loop(audit.log.scenario.kind) && !audit.lateness) return "unknown: no trace";
  if (!audit.lateness) return "";
  const Lateness& late = *audit.lateness;
  std::string text =
      fmt::format("P50 {}, P99 {}, max {} (trace)", time(late.p50), time(late.p99), time(late.max));
  if (!audit.limits.empty())
    text += fmt::format("; P99 is {} of the {} limit",
                        percent(to_seconds(late.p99) / to_seconds(audit.limits.front().limit)),
                        audit.limits.front().name);
  return text;
}

std::string seed_text(const LogAudit& audit) {
  const auto& seed = audit.log.settings.schedule_seed;
  if (!seed) return absent;
  std::string text = fmt::format("{}, {}", *seed, audit.round ? "of " + *audit.round : "of no known round");
  if (!audit.schedule.empty()) text += "; " + audit.schedule;
  return text;
}

std::string power_text(const MlperfLog& log) {
  if (!log.power) return "not measured: no spl.txt";
  const WallPower& p = *log.power;
  if (!p.energy) return fmt::format("no reading in the window of {}", show(p.window));
  std::string text =
      fmt::format("{} at the wall ({} to {}, {} readings), {} in {}", show(p.average), show(p.least),
                  show(p.greatest), p.readings, show(*p.energy), show(p.window));
  if (p.per_sample) text += fmt::format(", {} a sample", show(*p.per_sample));
  return text;
}

}  // namespace

std::string text(const LogAudit& audit) {
  const MlperfLog& log = audit.log;
  std::string result = fmt::format("{} log of {}, version {}, {}\n", to_string(log.scenario.kind),
                                   log.sut.empty() ? "an unnamed system" : log.sut,
                                   log.loadgen_version.empty() ? "unknown" : log.loadgen_version,
                                   log.date.empty() ? "no date" : log.date);
  const auto line = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) result += fmt::format("  {:<14}{}\n", label, value);
  };
  const auto list = [&](std::string_view label, const std::vector<std::string>& lines) {
    for (const auto& each : lines) {
      line(label, "- " + each);
      label = "";
    }
  };
  line("verdict", verdict_text(log));
  list("LoadGen says", log.recommendations);
  line("binds", audit.limits.empty() ? "no limit" : audit.limits.front().name);
  for (const LimitUse& use : audit.limits) line("limit", limit_text(use));
  line("rate", rate_text(log));
  line("tokens", token_text(log));
  line("latency", times_text(log.decisive()));
  if (!log.first_token.empty()) line("TTFT", times_text(log.first_token));
  if (!log.per_token.empty()) line("TPOT", times_text(log.per_token));
  line("queries", count_text(audit));
  line("ran", length_text(audit));
  line("lateness", lateness_text(audit));
  if (audit.effective_samples)
    line("independent", fmt::format("the latencies are worth {:.0f} independent ones at P{:g} (trace)",
                                    *audit.effective_samples, 100 * log.scenario.percentile));
  line("seed", seed_text(audit));
  line("power", power_text(log));
  list("oddities", audit.oddities);
  list("errors", log.errors);
  list("warnings", log.warnings);
  list("differs", log.disagreements);
  list("unread", log.damage);
  return result + "Figures are those that the log reports, but for those marked as the trace's.\n";
}

}  // namespace ridgeline::report
