#include "audit/cell.h"

namespace ridgeline::audit {
namespace {

constexpr std::array<Belief, 3> beliefs = {Belief::slow, Belief::central, Belief::fast};

// The central value with the slow and the fast one around it; an end that has no answer leaves the interval
// open.
template <class Pick>
std::optional<Estimate> bracket(const std::array<std::optional<ClosedForm>, 3>& forms, Pick pick) {
  const auto at = [&](Belief belief) -> std::optional<double> {
    const auto& form = forms[static_cast<std::size_t>(belief)];
    if (!form) return std::nullopt;
    const auto value = pick(*form);
    return value ? std::optional<double>(value->value()) : std::nullopt;
  };
  const auto central = at(Belief::central);
  if (!central) return std::nullopt;
  Estimate estimate{*central, at(Belief::fast), at(Belief::slow)};
  if (estimate.low && estimate.high && *estimate.low > *estimate.high) std::swap(estimate.low, estimate.high);
  return estimate;
}

std::optional<double> relative_error(const std::optional<Estimate>& value,
                                     const std::optional<Estimate>& measured) {
  if (!value || !measured || measured->value == 0) return std::nullopt;
  return (value->value - measured->value) / measured->value;
}

std::optional<Estimate> field(const std::optional<Summary>& summary,
                              std::optional<Estimate> Summary::* member) {
  return summary ? (*summary).*member : std::nullopt;
}

}  // namespace

Result<BelievedTables> believed_tables(const Model& model, const HostProbe& probe, unsigned threads,
                                       const RequestShape& shape, std::uint32_t max_batch) {
  BelievedTables tables;
  for (const Belief belief : beliefs) {
    RIDGELINE_TRY(host, host_model(probe, threads, belief));
    RIDGELINE_TRY(table, make_service_table(model, host.hardware, PrecisionPlan::uniform(Precision::fp32),
                                            shape, max_batch, host.calibration));
    tables[static_cast<std::size_t>(belief)] = std::move(table);
  }
  return tables;
}

Prediction predict_cell(const Scenario& scenario, const BelievedTables& tables,
                        const BatchingPolicy& policy) {
  std::array<std::optional<ClosedForm>, 3> forms;
  Prediction prediction;
  for (const Belief belief : beliefs) {
    const auto i = static_cast<std::size_t>(belief);
    const auto form = solve(scenario, tables[i], policy, 1);
    if (form) forms[i] = *form;
    if (belief == Belief::central) prediction.method = form ? form->method : form.error().message;
  }
  prediction.p50 = bracket(forms, [](const ClosedForm& form) { return form.p50; });
  prediction.p90 = bracket(forms, [](const ClosedForm& form) { return form.p90; });
  prediction.p99 = bracket(forms, [](const ClosedForm& form) { return form.p99; });
  prediction.throughput = bracket(forms, [](const ClosedForm& form) { return form.throughput; });
  return prediction;
}

Interference host_interference(const Interruptions& seen) {
  Interference interference;
  if (seen.count == 0 || seen.gaps.empty() || seen.watched.value() <= 0) return interference;
  interference.pause_rate = Hertz(static_cast<double>(seen.count) / seen.watched.value());
  interference.pause_lengths = seen.gaps;
  return interference;
}

std::vector<AuditMetric> line_up(const Prediction& predicted, const std::optional<Summary>& simulated,
                                 const std::optional<Summary>& measured) {
  struct Row {
    const char* name;
    const char* unit;
    std::optional<Estimate> Prediction::* predicted;
    std::optional<Estimate> Summary::* seen;
  };
  static constexpr Row rows[] = {
      {"P50", "s", &Prediction::p50, &Summary::p50},
      {"P90", "s", &Prediction::p90, &Summary::p90},
      {"P99", "s", &Prediction::p99, &Summary::p99},
      {"throughput", "samples/s", &Prediction::throughput, &Summary::throughput},
  };
  std::vector<AuditMetric> metrics;
  for (const Row& row : rows) {
    AuditMetric metric;
    metric.name = row.name;
    metric.unit = row.unit;
    metric.predicted = predicted.*row.predicted;
    metric.simulated = field(simulated, row.seen);
    metric.measured = field(measured, row.seen);
    metric.predicted_error = relative_error(metric.predicted, metric.measured);
    metric.simulated_error = relative_error(metric.simulated, metric.measured);
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

}  // namespace ridgeline::audit
