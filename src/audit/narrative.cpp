#include "audit/narrative.h"

#include <fmt/format.h>

#include <cmath>

#include "ridgeline/explanation.h"

namespace ridgeline::audit {
namespace {

const AuditCell* find_cell(const AuditedWorkload& workload, ScenarioKind kind) {
  for (const auto& cell : workload.cells) {
    if (cell.scenario.kind == kind) return &cell;
  }
  return nullptr;
}

bool has_interval(const std::optional<Estimate>& estimate) {
  return estimate && estimate->low && estimate->high;
}

// The predicted column as a Summary, which is what the explainer reads: only the figures whose measurement
// has an interval, since a gap to a figure that two queries made is no finding.
Summary supported_prediction(const AuditCell& cell) {
  Summary summary;
  for (const auto& metric : cell.metrics) {
    if (!has_interval(metric.measured)) continue;
    if (metric.name == "P50") summary.p50 = metric.predicted;
    if (metric.name == "P90") summary.p90 = metric.predicted;
    if (metric.name == "P99") summary.p99 = metric.predicted;
    if (metric.name == "throughput") summary.throughput = metric.predicted;
  }
  return summary;
}

struct Gap {
  const AuditedWorkload* workload = nullptr;
  const AuditCell* cell = nullptr;
  double size = 0;
};

Gap largest_gap(const AuditReport& report) {
  Gap gap;
  for (const auto& workload : report.workloads) {
    for (const auto& cell : workload.cells) {
      if (!cell.measured) continue;
      for (const auto& metric : cell.metrics) {
        if (!metric.predicted_error || !has_interval(metric.measured)) continue;
        if (std::fabs(*metric.predicted_error) > gap.size) {
          gap = {&workload, &cell, std::fabs(*metric.predicted_error)};
        }
      }
    }
  }
  return gap;
}

void append(std::vector<std::string>& to, const std::vector<std::string>& sentences) {
  to.insert(to.end(), sentences.begin(), sentences.end());
}

}  // namespace

std::vector<std::string> narrate(const AuditReport& report) {
  std::vector<std::string> sentences;
  if (const Gap gap = largest_gap(report); gap.cell) {
    append(sentences, explain_gap(supported_prediction(*gap.cell), RunOrigin::predicted, *gap.cell->measured,
                                  gap.workload->model, gap.cell->scenario.kind));
  } else if (!report.workloads.empty()) {
    sentences.push_back(
        "No run was long enough to put an interval on a measured figure, so no gap is explained.");
  }
  for (const auto& workload : report.workloads) {
    const AuditCell* offline = find_cell(workload, ScenarioKind::offline);
    const AuditCell* server = find_cell(workload, ScenarioKind::server);
    if (!offline || !server || !offline->measured || !server->measured) continue;
    append(sentences,
           explain_scenarios(*offline->measured, *server->measured, server->scenario, workload.model));
  }
  return sentences;
}

}  // namespace ridgeline::audit
