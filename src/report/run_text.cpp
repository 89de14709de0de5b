#include <fmt/format.h>

#include "report/audit_table.h"
#include "report/format.h"
#include "report/noise_text.h"
#include "report/probe_table.h"
#include "report/run_sheet.h"
#include "report/run_windows.h"
#include "report/sheet.h"
#include "ridgeline/report.h"

namespace ridgeline::report {

namespace {

/// "20.0 ms, missed by 77 of 100000 queries (0.077 %)".
std::string deadline(const Scenario& scenario, const Summary& summary) {
  const std::string limit = show(to_seconds(scenario.latency_limit()));
  if (!summary.missed_deadlines) return limit;
  const double share = static_cast<double>(*summary.missed_deadlines) / static_cast<double>(summary.issued());
  return fmt::format("{}, missed by {} of {} queries ({:.3g} %)", limit, *summary.missed_deadlines,
                     summary.issued(), 100 * share);
}

/// "7.68 queries/s within latency 15.0 ms (98.7 % of those issued)".
std::string goodput(const Scenario& s, const Goodput& g) {
  std::string limits;
  const auto add = [&limits](std::string_view name, Nanoseconds limit) {
    if (limit == Nanoseconds(0)) return;
    limits += fmt::format("{}{} {}", limits.empty() ? "" : ", ", name, show(to_seconds(limit)));
  };
  add("latency", s.latency_limit());
  add("TTFT", s.ttft_limit);
  add("TPOT", s.tpot_limit);
  return fmt::format("{:.4g} queries/s within {} ({:.4g} % of those issued)", g.goodput.value(), limits,
                     100 * g.attainment());
}

std::uint64_t issued(const Run& run, const Summary& summary) {
  return run.scenario.kind == ScenarioKind::offline ? summary.samples + summary.lost() : summary.issued();
}

/// "P50 20.1 ms, P99 25.0 ms, max 31.2 ms".
std::string gaps(const Summary& s) {
  std::string result;
  if (s.gap_p50) result += fmt::format("P50 {}, ", show(*s.gap_p50));
  if (s.gap_p99) result += fmt::format("P99 {}, ", show(*s.gap_p99));
  return result + fmt::format("max {}", show(*s.gap_max));
}

std::string lateness(const Summary& s) {
  return (s.lateness_p50 ? fmt::format("P50 {}, ", show(*s.lateness_p50)) : "") +
         fmt::format("P99 {}", show(*s.lateness_p99));
}

}  // namespace

Sheet run_sheet(const Run& run, const Summary& summary) {
  Sheet sheet(fmt::format("{}, {}: {} on {}", to_string(run.scenario.kind), to_string(run.origin),
                          run.workload.empty() ? "workload" : run.workload, run.system),
              16);
  const auto line = [&](std::string_view label, std::string value) { sheet.line(label, std::move(value)); };
  line("queries",
       fmt::format("{} ({} samples) in {}", summary.queries, summary.samples, show(summary.duration)));
  if (summary.lost() > 0) {
    line("no answer", fmt::format("{}, of {} issued", describe_lost(run), issued(run, summary)));
  }
  if (is_open_loop(run.scenario.kind)) {
    line("offered", summary.scheduled_rate ? fmt::format("{:g} queries/s; {:.4g} came",
                                                         run.scenario.target_qps, *summary.scheduled_rate)
                                           : fmt::format("{:g} queries/s", run.scenario.target_qps));
  }
  line("throughput", samples_per_second(summary.throughput));
  line("mean", with_interval(summary.mean, "s"));
  line("P50", with_interval(summary.p50, "s"));
  line("P90", with_interval(summary.p90, "s"));
  line("P99", with_interval(summary.p99, "s"));
  const Scenario& scenario = run.scenario;
  if (const double p = scenario.percentile; p != 0.50 && p != 0.90 && p != 0.99)
    line(fmt::format("P{:g}", 100 * p), with_interval(summary.decisive, "s"));
  if (scenario.kind == ScenarioKind::constant_stream) line("deadline", deadline(scenario, summary));
  if (summary.ttft_p50) line("TTFT P50", with_interval(summary.ttft_p50, "s"));
  if (scenario.ttft_limit > Nanoseconds(0)) line("TTFT P99", with_interval(summary.ttft_p99, "s"));
  if (summary.tpot_p50) line("TPOT P50", with_interval(summary.tpot_p50, "s"));
  if (scenario.tpot_limit > Nanoseconds(0)) line("TPOT P99", with_interval(summary.tpot_p99, "s"));
  if (summary.gap_max) line("token gaps", gaps(summary));
  if (summary.goodput && scenario.kind != ScenarioKind::constant_stream)
    line("goodput", goodput(scenario, *summary.goodput));
  if (summary.early_stopping) {
    line("early stopping", fmt::format("P{:g} at most {} (99 % confidence)", 100 * run.scenario.percentile,
                                       show(*summary.early_stopping)));
  }
  if (summary.lateness_p99) line("issue lateness", lateness(summary));
  if (run.host_noise) {
    for (const auto& [label, value] : noise_lines(*run.host_noise, summary)) line(label, value);
  }
  line("verdict", summary.verdict.valid ? "VALID" : "INVALID");
  for (const auto& reason : summary.verdict.reasons) line("", "- " + reason);
  for (const auto& note : run.notes) line("note", note);
  sheet.note("Intervals are 95 %; – where the sample cannot support one.");
  return sheet;
}

std::string text(const Run& run, const Summary& summary) {
  return run_sheet(run, summary).text() + course_text(run);
}

std::string markdown(const Run& run, const Summary& summary) {
  std::string result = run_sheet(run, summary).markdown();
  if (const std::string course = course_text(run); !course.empty()) {
    result +=
        fmt::format("\n<details><summary>How it went</summary>\n\n```text{}```\n\n</details>\n", course);
  }
  return result;
}

std::string text(const HostProbe& probe) {
  std::string result =
      fmt::format("{}\nprobed {}\n\n{}\n", probe.machine, probe.date, probe_table(probe).text());
  for (const auto& line : probe_lines(probe)) result += line + "\n";
  return result;
}

std::string text(const AuditReport& report) {
  std::string result = fmt::format("Ridgeline {} audit of this machine, {}\n\n{}\n", report.version,
                                   report.date, text(report.probe));
  for (const auto& workload : report.workloads) {
    result += fmt::format("{}: {}\n\n", workload.model, workload.deployment);
    if (!workload.cells.empty()) result += audit_table(workload).text() + "\n";
    for (const auto& line : verdict_lines(workload)) result += "  " + line + "\n";
    for (const auto& line : agreement_lines(workload)) result += "  " + line + "\n";
    if (workload.failure) result += fmt::format("  FAILED: {}\n", *workload.failure);
    result += "\n";
  }
  for (const auto& line : method_lines(report)) result += line + "\n";
  if (!report.explanation.empty()) result += "\nWhy\n";
  for (const auto& sentence : report.explanation) result += "• " + sentence + "\n";
  if (report.interrupted) result += "\nInterrupted: the report holds what was measured until then.\n";
  return result + fmt::format("\n{:.0f} s in all, seed {}\n", report.duration.value(), report.seed);
}

std::string markdown(const AuditReport& report) {
  std::string result = fmt::format(
      "# Audit of this machine\n\nRidgeline {}, {}, seed {}\n\n{}\n\n## Probe\n\n{}\n", report.version,
      report.date, report.seed, report.machine, probe_table(report.probe).markdown());
  for (const auto& line : probe_lines(report.probe)) result += "- " + line + "\n";
  for (const auto& workload : report.workloads) {
    result += fmt::format("\n## {}\n\n{}\n\n", workload.model, workload.deployment);
    if (!workload.cells.empty()) result += audit_table(workload).markdown() + "\n";
    for (const auto& line : verdict_lines(workload)) result += "- " + line + "\n";
    for (const auto& line : agreement_lines(workload))
      result += line.starts_with(' ') ? "  - " + line.substr(2) + "\n" : "- " + line + "\n";
    if (workload.failure) result += fmt::format("- **FAILED**: {}\n", *workload.failure);
  }
  result += "\n## How to read the columns\n\n";
  for (const auto& line : method_lines(report)) result += "- " + line + "\n";
  if (!report.explanation.empty()) result += "\n## Why\n\n";
  for (const auto& sentence : report.explanation) result += "- " + sentence + "\n";
  if (report.interrupted) result += "\nInterrupted: the report holds what was measured until then.\n";
  return result + fmt::format("\n{:.0f} s in all.\n", report.duration.value());
}

}  // namespace ridgeline::report
