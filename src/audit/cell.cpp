#include "audit/cell.h"

#include <fmt/format.h>

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

// The rate at which the queries of this schedule come, by LoadGen's count: the first one only starts the
// clock.
std::optional<double> own_rate(const Schedule& schedule) {
  if (schedule.arrivals.size() < 2) return std::nullopt;
  return static_cast<double>(schedule.arrivals.size() - 1) / to_seconds(schedule.arrivals.back()).value();
}

// Batches of one query each: nothing waits, so the table itself says when tokens come.
void predict_tokens(Prediction& prediction, const Schedule& schedule, const BelievedTables& tables,
                    const BatchingPolicy& policy) {
  const std::size_t index = schedule.samples - 1;
  const bool closed_loop = schedule.scenario.kind == ScenarioKind::single_stream ||
                           schedule.scenario.kind == ScenarioKind::multi_stream;
  if (!closed_loop || schedule.samples > policy.max_batch || tables[0].first_token.size() <= index) return;
  const auto at = [&](Belief belief) -> const ServiceTable& {
    return tables[static_cast<std::size_t>(belief)];
  };
  const auto first = [&](const ServiceTable& table) { return to_seconds(table.first_token[index]).value(); };
  const auto each = [&](const ServiceTable& table) {
    return to_seconds(table.total[index] - table.first_token[index]).value() / (table.tokens_per_sample - 1);
  };
  const auto bracketed = [&](auto value) {
    return Estimate{value(at(Belief::central)), value(at(Belief::fast)), value(at(Belief::slow))};
  };
  prediction.ttft = bracketed(first);
  if (tables[0].tokens_per_sample > 1) prediction.tpot = bracketed(each);
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

Prediction predict_cell(const Schedule& schedule, const BelievedTables& tables,
                        const BatchingPolicy& policy) {
  Scenario scenario = schedule.scenario;
  const auto rate = own_rate(schedule);
  if (rate) scenario.target_qps = *rate;
  std::array<std::optional<ClosedForm>, 3> forms;
  Prediction prediction;
  for (const Belief belief : beliefs) {
    const auto i = static_cast<std::size_t>(belief);
    const auto form = solve(scenario, tables[i], policy, 1);
    if (form) forms[i] = *form;
    if (belief != Belief::central) continue;
    prediction.method = form ? form->method : form.error().message;
    if (form && rate) prediction.method += fmt::format(" at the schedule's own {:.3g}/s", *rate);
  }
  prediction.p50 = bracket(forms, [](const ClosedForm& form) { return form.p50; });
  prediction.p90 = bracket(forms, [](const ClosedForm& form) { return form.p90; });
  prediction.p99 = bracket(forms, [](const ClosedForm& form) { return form.p99; });
  prediction.throughput = bracket(forms, [](const ClosedForm& form) { return form.throughput; });
  predict_tokens(prediction, schedule, tables, policy);
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
    bool generation = false;  // models that do not generate have no such row
  };
  static constexpr Row rows[] = {
      {"P50", "s", &Prediction::p50, &Summary::p50},
      {"P90", "s", &Prediction::p90, &Summary::p90},
      {"P99", "s", &Prediction::p99, &Summary::p99},
      {"throughput", "samples/s", &Prediction::throughput, &Summary::throughput},
      {"TTFT P50", "s", &Prediction::ttft, &Summary::ttft_p50, true},
      {"TPOT P50", "s", &Prediction::tpot, &Summary::tpot_p50, true},
  };
  std::vector<AuditMetric> metrics;
  for (const Row& row : rows) {
    AuditMetric metric;
    metric.name = row.name;
    metric.unit = row.unit;
    metric.predicted = predicted.*row.predicted;
    metric.simulated = field(simulated, row.seen);
    metric.measured = field(measured, row.seen);
    if (row.generation && !metric.simulated && !metric.measured) continue;
    metric.predicted_error = relative_error(metric.predicted, metric.measured);
    metric.simulated_error = relative_error(metric.simulated, metric.measured);
    metrics.push_back(std::move(metric));
  }
  return metrics;
}

}  // namespace ridgeline::audit
