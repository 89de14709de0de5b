#include "report/json_parts.h"
#include "report/run_record.h"
#include "report/run_windows.h"

namespace ridgeline::report {
namespace {

Json to_json(const MeasuredRate& r) {
  return {{"value", number(r.value)},
          {"low", number(r.low)},
          {"high", number(r.high)},
          {"repetitions", r.repetitions},
          {"noisy", r.noisy}};
}

Json rate_or_null(const std::optional<MeasuredRate>& r) { return r ? to_json(*r) : Json(); }

Json to_json(const ThreadedRates& rates) {
  Json peak = Json::object(), levels = Json::array();
  for (const auto& entry : rates.peak) peak[std::string(to_string(entry.first))] = to_json(entry.second);
  for (const auto& level : rates.bandwidth) {
    levels.push_back({{"level", level.level},
                      {"working_set_bytes_per_thread", number(level.working_set)},
                      {"read_bytes_per_second", to_json(level.read)},
                      {"write_bytes_per_second", to_json(level.write)},
                      {"triad_bytes_per_second", to_json(level.triad)}});
  }
  Json products = Json::array();
  for (const auto& product : rates.products) {
    products.push_back({{"rows", number(product.rows)},
                        {"weights_bytes", number(product.weights)},
                        {"flops_per_second", to_json(product.rate)}});
  }
  return {{"threads", rates.threads},
          {"products", products},
          {"peak_flops_per_second", peak},
          {"kernels_flops_per_second",
           {{"gemm", rate_or_null(rates.gemm)},
            {"conv", rate_or_null(rates.conv)},
            {"attention", rate_or_null(rates.attention)}}},
          {"bandwidth", levels}};
}

Json to_json(const AuditCell& cell) {
  Json metrics = Json::array();
  for (const auto& metric : cell.metrics) {
    metrics.push_back({{"name", metric.name},
                       {"unit", metric.unit},
                       {"predicted", report::to_json(metric.predicted)},
                       {"simulated", report::to_json(metric.simulated)},
                       {"measured", report::to_json(metric.measured)},
                       {"predicted_error", number(metric.predicted_error)},
                       {"simulated_error", number(metric.simulated_error)}});
  }
  Json agreement;
  if (cell.agreement.judged)
    agreement = {
        {"within", cell.agreement.within}, {"off", cell.agreement.off}, {"broken", cell.agreement.broken}};
  return {{"scenario", report::to_json(cell.scenario)},
          {"load", number(cell.load)},
          {"agreement", agreement},
          {"metrics", metrics},
          {"predicted_method", cell.predicted_method},
          {"simulated", report::to_json(cell.simulated)},
          {"measured", report::to_json(cell.measured)}};
}

}  // namespace

Json to_json(const HostProbe& p) {
  Json rates = Json::array();
  for (const auto& each : p.rates) rates.push_back(to_json(each));
  const auto& seen = p.interruptions;
  return {{"machine", p.machine},
          {"date", p.date},
          {"rates", rates},
          {"timer_resolution_seconds", number(p.timer_resolution)},
          {"timer_cost_seconds", number(p.timer_cost)},
          {"sleep_lateness_seconds",
           {{"p50", number(p.sleep_lateness_p50)}, {"p99", number(p.sleep_lateness_p99)}}},
          {"operator_launch_seconds", number(p.operator_launch)},
          {"interruptions",
           {{"watched_seconds", number(seen.watched)},
            {"threshold_seconds", number(seen.threshold)},
            {"count", seen.count},
            {"p50_seconds", number(seen.p50)},
            {"p99_seconds", number(seen.p99)},
            {"max_seconds", number(seen.max)}}},
          {"warnings", p.warnings}};
}

std::string json(const HostProbe& p) { return document("ridgeline.probe/1", to_json(p)); }

namespace {

/// What is known of a run as a whole.
Json run_figures(const Run& run, const Summary& summary) {
  Json failures = Json::object();
  for (const RunFailure& failure : run.failures) failures[failure.kind] = failure.count;
  return {{"origin", to_string(run.origin)},
          {"system", run.system},
          {"workload", run.workload},
          {"machine", run.machine},
          {"scenario", report::to_json(run.scenario)},
          {"interrupted", run.interrupted},
          {"notes", run.notes},
          {"summary", report::to_json(summary)},
          {"failures", failures},
          {"host_noise", host_noise_json(run)},
          {"kept", run.digest ? "histograms" : "queries"},
          {"course", course_json(run)}};
}

}  // namespace

Json to_json(const Run& run, const Summary& summary) {
  Json queries = Json::array(), samples = Json::array();
  for (const auto& q : run.queries) {
    Json row = {q.scheduled.count(), q.issued.count(), q.completed.count()};
    row.push_back(q.first_token ? Json(q.first_token->count()) : Json());
    row.push_back(q.samples);
    row.push_back(q.tokens);
    queries.push_back(std::move(row));
  }
  for (const auto& time : run.sample_completions) samples.push_back(time.count());
  Json body = run_figures(run, summary);
  body["query_columns"] = {"scheduled_ns",   "issued_ns", "completed_ns",
                           "first_token_ns", "samples",   "tokens"};
  body["queries"] = std::move(queries);
  body["sample_completions_ns"] = std::move(samples);
  body["record"] = record_json(run);
  return body;
}

std::string json_without_queries(const Run& run, const Summary& summary) {
  return document("ridgeline.run-figures/1", run_figures(run, summary));
}

std::string json(const Run& run, const Summary& summary) {
  return document("ridgeline.run/1", to_json(run, summary));
}

std::string json(const AuditReport& r) {
  Json workloads = Json::array();
  for (const auto& workload : r.workloads) {
    Json cells = Json::array();
    for (const auto& cell : workload.cells) cells.push_back(to_json(cell));
    workloads.push_back({{"model", workload.model},
                         {"deployment", workload.deployment},
                         {"failure", workload.failure ? Json(*workload.failure) : Json()},
                         {"scenarios", cells}});
  }
  return document("ridgeline.audit/1", {{"date", r.date},
                                        {"machine", r.machine},
                                        {"seed", r.seed},
                                        {"full", r.full},
                                        {"interrupted", r.interrupted},
                                        {"duration_seconds", number(r.duration)},
                                        {"probe", to_json(r.probe)},
                                        {"hardware", to_json(r.hardware)},
                                        {"calibration", to_json(r.calibration)},
                                        {"workloads", workloads},
                                        {"explanation", r.explanation}});
}

}  // namespace ridgeline::report
