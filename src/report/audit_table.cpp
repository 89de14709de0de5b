#include "report/audit_table.h"

#include <fmt/format.h>

#include "report/format.h"

namespace ridgeline::report {
namespace {

std::string scenario_name(const AuditCell& cell) {
  const std::string name(to_string(cell.scenario.kind));
  if (cell.load)
    return fmt::format("{} {:.0f} %, {:.3g}/s", name, 100 * *cell.load, cell.scenario.target_qps);
  return name;
}

std::string figure(const std::optional<Estimate>& estimate, const std::string& unit) {
  return unit == "samples/s" ? samples_per_second(estimate) : with_interval(estimate, unit);
}

std::string verdict(const Summary& summary) {
  return summary.verdict.valid ? "VALID"
                               : fmt::format("INVALID: {}", fmt::join(summary.verdict.reasons, "; "));
}

}  // namespace

Table audit_table(const AuditedWorkload& workload) {
  Table table({{"scenario"},
               {"metric"},
               {"predicted", Align::right},
               {"simulated", Align::right},
               {"measured", Align::right},
               {"pred. error", Align::right},
               {"sim. error", Align::right}});
  bool first = true;
  for (const auto& cell : workload.cells) {
    if (!first) table.rule();
    first = false;
    std::string name = scenario_name(cell);
    for (const auto& metric : cell.metrics) {
      table.add({name, metric.name, figure(metric.predicted, metric.unit),
                 figure(metric.simulated, metric.unit), figure(metric.measured, metric.unit),
                 signed_percent(metric.predicted_error), signed_percent(metric.simulated_error)});
      name.clear();
    }
  }
  return table;
}

std::vector<std::string> verdict_lines(const AuditedWorkload& workload) {
  std::vector<std::string> lines;
  for (const auto& cell : workload.cells) {
    const std::string name = scenario_name(cell);
    if (cell.measured) {
      lines.push_back(fmt::format("{}, measured ({} queries): {}", name, cell.measured->queries,
                                  verdict(*cell.measured)));
    }
    // The simulation sees the same schedule: its verdict is worth a line only where it differs.
    if (cell.simulated && (!cell.measured || cell.simulated->verdict.valid != cell.measured->verdict.valid)) {
      lines.push_back(fmt::format("{}, simulated ({} queries): {}", name, cell.simulated->queries,
                                  verdict(*cell.simulated)));
    }
  }
  return lines;
}

std::vector<std::string> agreement_lines(const AuditedWorkload& workload) {
  std::vector<std::string> lines;
  for (const auto& cell : workload.cells) {
    const Agreement& a = cell.agreement;
    if (!a.judged) continue;
    const std::string goals = fmt::format("{:.0f} % (P50) and {:.0f} % (P99) of measured",
                                          100 * agreement_p50, 100 * agreement_p99);
    if (a.off.empty()) {
      lines.push_back(fmt::format("{}: prediction and simulation {} {}", scenario_name(cell),
                                  a.within ? "are within" : "are not shown to be outside", goals));
      continue;
    }
    lines.push_back(fmt::format("{}: not within {}: {}. What did not hold:", scenario_name(cell), goals,
                                fmt::join(a.off, ", ")));
    for (const auto& broken : a.broken) lines.push_back("  " + broken);
  }
  return lines;
}

std::vector<std::string> method_lines(const AuditReport& report) {
  std::vector<std::string> lines;
  const auto efficiency = [&](OpClass kind) {
    return percent(report.calibration.compute_efficiency[static_cast<std::size_t>(kind)]);
  };
  lines.push_back(fmt::format(
      "predicted: closed forms on the engine's batch times; this machine's probed peak and "
      "bandwidth, of the peak {} in "
      "GEMM (half of it at {:.0f} rows), {} in convolution, {} in attention (probed on a few shapes each), "
      "{} an operator. Its "
      "interval is the probe's.",
      efficiency(OpClass::gemm), report.calibration.gemm_half_rows, efficiency(OpClass::conv),
      efficiency(OpClass::attention), show(report.calibration.launch)));
  lines.push_back(
      "simulated: the same batch times and the same arrivals, with the interruptions that the probe saw. Its "
      "interval is "
      "of the sample.");
  lines.push_back(
      fmt::format("measured: oneDNN, in process, {}. Intervals are 95 %, exact order statistics; – where the "
                  "sample supports none.",
                  report.full ? "MLPerf durations" : "a short schedule: its VALID is not MLPerf's"));
  return lines;
}

}  // namespace ridgeline::report
