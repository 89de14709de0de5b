#include "ridgeline/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>

#include "audit/agreement.h"
#include "audit/bench.h"
#include "audit/cell.h"
#include "audit/cores.h"
#include "audit/narrative.h"
#include "base/version.h"

namespace ridgeline {
namespace {

using Clock = std::chrono::steady_clock;
using audit::CorePlan;

/// One cell of a workload; `load` is Server's.
struct Step {
  ScenarioKind kind;
  double load = 0;
};
/// In an order in which each sets the next one's rate.
std::vector<Step> steps_of(const AuditOptions& options) {
  std::vector<Step> steps{{ScenarioKind::single_stream}, {ScenarioKind::multi_stream}};
  for (const double load : options.server_loads) steps.push_back({ScenarioKind::server, load});
  steps.push_back({ScenarioKind::offline});
  return steps;
}

Seconds since(Clock::time_point start) {
  return to_seconds(std::chrono::duration_cast<Nanoseconds>(Clock::now() - start));
}

bool stopped(const AuditOptions& options) { return options.stop && options.stop->load(); }

// Shares out the budget as it is spent: a cell that overran takes from those still to come, down to a floor.
class Budget {
 public:
  Budget(Seconds total, std::size_t cells) : total_(total), cells_(cells) {}
  Seconds next() {
    const double left = total_.value() - since(start_).value();
    const double share = left / static_cast<double>(std::max<std::size_t>(cells_, 1));
    if (cells_ > 0) --cells_;
    return Seconds(std::max(share, 0.5));
  }
  void skip(std::size_t cells) { cells_ -= std::min(cells, cells_); }
  Seconds spent() const { return since(start_); }

 private:
  Seconds total_;
  std::size_t cells_;
  Clock::time_point start_ = Clock::now();
};

// What the earlier scenarios of a workload taught the later ones: rates to offer and sizes to ask for.
struct Learned {
  std::optional<Seconds> single;  // P50 of SingleStream
  std::optional<double> batched;  // samples per second of MultiStream
};

class WorkloadAudit {
 public:
  WorkloadAudit(const AuditOptions& options, const CorePlan& cores, const HostProbe& probe, Budget& budget,
                AuditedWorkload& result)
      : options_(options), cores_(cores), probe_(probe), budget_(budget), result_(result) {}

  Status run(const Catalog& catalog, const AuditWorkload& asked) {
    RIDGELINE_TRY(model, catalog.model(asked.model));
    asked_ = asked;
    result_.model = model->id;
    result_.deployment =
        fmt::format("batch {} (MultiStream and Offline {}), fp32, {} thread{}", asked.server_batch,
                    asked.offline_batch, cores_.threads, cores_.threads == 1 ? "" : "s");
    const std::uint32_t max_batch = std::max({1U, asked.offline_batch, asked.server_batch});
    RIDGELINE_TRY(tables, audit::believed_tables(*model, probe_, cores_.threads, asked.shape, max_batch));
    tables_ = std::move(tables);

    say("preparing");
    WorkloadOptions workload_options;
    workload_options.max_batch = max_batch;
    workload_options.threads = cores_.threads;
    workload_options.prompt_tokens = asked.shape.prompt_tokens;
    workload_options.output_tokens = asked.shape.output_tokens;
    workload_options.seed = options_.seed;
    RIDGELINE_TRY(workload, make_workload(*model, workload_options));
    for (const Step& step : steps_of(options_)) {
      if (stopped(options_)) break;
      RIDGELINE_CHECK(run_cell(step, *workload));
    }
    return Status::success();
  }

 private:
  void say(std::string_view what) const {
    if (options_.progress) options_.progress(fmt::format("{}: {}", result_.model, what));
  }

  BatchingPolicy policy(ScenarioKind kind) const {
    if (kind == ScenarioKind::single_stream) return {1, Nanoseconds{0}};
    return {kind == ScenarioKind::server ? asked_.server_batch : asked_.offline_batch, Nanoseconds{0}};
  }

  Result<Scenario> scenario(const Step& step, Seconds length) const {
    const ScenarioKind kind = step.kind;
    Scenario scenario = Scenario::mlperf(kind);
    scenario.seed = options_.seed;
    if (!options_.full) {
      scenario.min_duration = to_nanoseconds(length);
      scenario.min_queries = 1;
    }
    if (kind == ScenarioKind::server) {
      if (!learned_.single) return unavailable("no single-stream latency to set the Server rate by");
      scenario.target_qps = step.load / learned_.single->value();
      scenario.target_latency = to_nanoseconds(*learned_.single * options_.server_limit);
    }
    if (kind == ScenarioKind::offline) {
      if (!learned_.batched) return unavailable("no MultiStream rate to size the Offline query by");
      // LoadGen asks for 10 % more than the duration needs; without that the run would end early half the
      // time.
      scenario.target_qps = *learned_.batched;
    }
    return scenario;
  }

  Status run_cell(const Step& step, Workload& workload) {
    const ScenarioKind kind = step.kind;
    const auto batching = policy(kind);
    const Seconds length = budget_.next();
    RIDGELINE_TRY(settings, scenario(step, length));
    RIDGELINE_TRY(schedule, make_schedule(settings));
    if (!options_.full) {
      say(fmt::format("{}, about {:.0f} s", name_of(step), length.value()));
    } else {
      say(fmt::format("{}, MLPerf duration", name_of(step)));
    }

    AuditCell cell;
    cell.scenario = settings;
    const auto prediction = audit::predict_cell(schedule, tables_, batching);
    cell.predicted_method = prediction.method;
    RIDGELINE_TRY(simulated, simulate(schedule, simulated_system(batching)));
    cell.simulated = summarize(simulated);

    DriveOptions driving;
    driving.stop = options_.stop;
    RIDGELINE_TRY(measured, audit::measure(workload, result_.model, schedule, batching, cores_, driving));
    cell.measured = summarize(measured);
    learn(kind, *cell.measured);
    cell.metrics = audit::line_up(prediction, cell.simulated, cell.measured);
    if (kind == ScenarioKind::server) {
      cell.load = step.load;
      const Seconds assumed = to_seconds(central().total.front());
      cell.agreement = audit::judge_agreement(cell, {simulated, measured, assumed, *learned_.single});
    }
    result_.cells.push_back(std::move(cell));
    return Status::success();
  }

  SimulatedSystem simulated_system(const BatchingPolicy& batching) const {
    SimulatedSystem system;
    system.name = result_.model;
    system.service = central();
    system.batching = batching;
    system.interference = audit::host_interference(probe_.interruptions);
    system.seed = options_.seed;
    return system;
  }

  const ServiceTable& central() const { return tables_[static_cast<std::size_t>(audit::Belief::central)]; }

  static std::string name_of(const Step& step) {
    const std::string name(to_string(step.kind));
    return step.load > 0 ? fmt::format("{} at {:g} % load", name, 100 * step.load) : name;
  }

  void learn(ScenarioKind kind, const Summary& measured) {
    if (kind == ScenarioKind::single_stream && measured.p50) learned_.single = Seconds(measured.p50->value);
    if (kind == ScenarioKind::multi_stream && measured.throughput)
      learned_.batched = measured.throughput->value;
  }

  const AuditOptions& options_;
  const CorePlan& cores_;
  const HostProbe& probe_;
  Budget& budget_;
  AuditedWorkload& result_;
  AuditWorkload asked_;
  audit::BelievedTables tables_;
  Learned learned_;
};

Status validate(const AuditOptions& options, const std::vector<AuditWorkload>& workloads,
                const Catalog& catalog) {
  const auto in_open_unit = [](double x) { return x > 0 && x < 1; };
  for (const double load : options.server_loads) {
    if (!in_open_unit(load))
      return bad_input(fmt::format("a server load is {}; it must lie between 0 and 1", load));
  }
  if (!(options.server_limit > 0) || !std::isfinite(options.server_limit)) {
    return bad_input(fmt::format("the server limit is {}; it must be positive", options.server_limit));
  }
  if (!(options.budget.value() >= 1) || !std::isfinite(options.budget.value())) {
    return bad_input(fmt::format("the budget is {} s; give at least 1 s", options.budget.value()));
  }
  for (const auto& workload : workloads) {
    // Before a probe of twenty seconds, not after.
    if (const auto model = catalog.model(workload.model); !model) return model.error();
    if (workload.offline_batch == 0 || workload.server_batch == 0) {
      return bad_input(fmt::format("{}: a batch of 0 does nothing; give at least 1", workload.model));
    }
  }
  return Status::success();
}

// A library that throws must not take the other workloads with it.
Status run_guarded(WorkloadAudit& audit, const Catalog& catalog, const AuditWorkload& asked) {
  try {
    return audit.run(catalog, asked);
  } catch (const std::exception& failure) {
    return unavailable(fmt::format("{}", failure.what()));
  }
}

}  // namespace

std::vector<AuditWorkload> default_audit_workloads() {
  std::vector<AuditWorkload> workloads(3);
  workloads[0].model = "resnet-50";
  workloads[1].model = "bert-base";
  workloads[1].shape.prompt_tokens = 128;
  workloads[2].model = "llama-110m";
  workloads[2].shape = {32, 8};
  return workloads;
}

Result<AuditReport> audit_here(const Catalog& catalog, const AuditOptions& options) {
  const auto workloads = options.workloads.empty() ? default_audit_workloads() : options.workloads;
  RIDGELINE_CHECK(validate(options, workloads, catalog));
  const std::size_t cells_each = steps_of(options).size();
  Budget budget(options.budget, workloads.size() * cells_each);
  const CorePlan cores = audit::plan_cores(options.threads);

  AuditReport report;
  report.version = version;
  report.seed = options.seed;
  report.full = options.full;
  ProbeOptions probing;
  probing.threads = {1};
  if (cores.threads > 1) probing.threads.push_back(cores.threads);
  if (cores.available > cores.threads) probing.threads.push_back(cores.available);
  probing.patience = Seconds(std::min(20.0, options.budget.value() / 9));
  probing.progress = options.progress;
  RIDGELINE_TRY(probe, probe_host(probing));
  report.probe = std::move(probe);
  report.machine = report.probe.machine;
  report.date = report.probe.date;
  RIDGELINE_TRY(host, audit::host_model(report.probe, cores.threads, audit::Belief::central));
  report.hardware = std::move(host.hardware);
  report.calibration = std::move(host.calibration);

  for (const auto& asked : workloads) {
    if (stopped(options)) break;
    auto& result = report.workloads.emplace_back();
    result.model = asked.model;
    WorkloadAudit workload_audit(options, cores, report.probe, budget, result);
    if (const auto status = run_guarded(workload_audit, catalog, asked); !status) {
      result.failure = status.error().message;
      if (options.progress) options.progress(fmt::format("{}: failed: {}", result.model, *result.failure));
      budget.skip(cells_each - std::min(cells_each, result.cells.size()));
    }
  }
  report.interrupted = stopped(options);
  report.explanation = audit::narrate(report);
  report.duration = budget.spent();
  return report;
}

}  // namespace ridgeline
