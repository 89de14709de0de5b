#include "audit/narrative.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"
#include "ridgeline/explanation.h"

namespace ridgeline::audit {
namespace {

/// Of Server runs the last, which has the greatest load.
const AuditCell* find_cell(const AuditedWorkload& workload, ScenarioKind kind) {
  const AuditCell* found = nullptr;
  for (const auto& cell : workload.cells) {
    if (cell.scenario.kind == kind) found = &cell;
  }
  return found;
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

const AuditMetric* find_metric(const AuditCell& cell, std::string_view name) {
  for (const auto& metric : cell.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

std::string off_by(const AuditMetric& metric) {
  return fmt::format("{} predicted, {} measured ({:+.0f} %)", show(Seconds(metric.predicted->value)),
                     show(Seconds(metric.measured->value)), 100 * *metric.predicted_error);
}

// A generating model's gap by phase: prefill is bound by products, decode by the memory's bandwidth.
std::optional<std::string> phase_sentence(const AuditCell& cell) {
  const auto* ttft = find_metric(cell, "TTFT P50");
  const auto* tpot = find_metric(cell, "TPOT P50");
  if (!ttft || !tpot || !ttft->predicted_error || !tpot->predicted_error) return std::nullopt;
  const bool decode = std::fabs(*tpot->predicted_error) > std::fabs(*ttft->predicted_error);
  return fmt::format("By phase, {} is further off: the first token {}, each further token {}.",
                     decode ? "decode" : "prefill", off_by(*ttft), off_by(*tpot));
}

// One seed is one draw of the arrivals; a short schedule can lie far from the rate that was asked for.
std::optional<std::string> draw_sentence(const AuditedWorkload& workload, const AuditCell& server) {
  const auto* rate = find_metric(server, "throughput");
  if (!rate || !rate->predicted) return std::nullopt;
  const double share = rate->predicted->value / server.scenario.target_qps;
  if (std::fabs(share - 1) < 0.1) return std::nullopt;
  return fmt::format(
      "{}: the Server schedule of this seed brings {:.3g} queries/s, {:.0f} % of the {:.3g} asked for: one "
      "seed is one draw "
      "of a Poisson process, and a longer run lies nearer.",
      workload.model, rate->predicted->value, 100 * share, server.scenario.target_qps);
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
    if (auto sentence = phase_sentence(*gap.cell)) sentences.push_back(*std::move(sentence));
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
    if (auto sentence = draw_sentence(workload, *server)) sentences.push_back(*std::move(sentence));
  }
  return sentences;
}

}  // namespace ridgeline::audit
