// Predicted against measured times of whole batches.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <thread>

#include "audit/cores.h"
#include "audit/host_model.h"
#include "base/version.h"
#include "live/host/cpus.h"
#include "live/probe/measure.h"
#include "ridgeline/audit.h"

namespace ridgeline {
namespace {

using audit::CorePlan;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/// What a batch took: by work_clock(), and how much longer by the wall clock.
struct BatchTime {
  Seconds total{}, first_token{};
  double on_core = 1;
};

BatchTime run_once(Workload& workload, std::uint32_t batch, unsigned threads) {
  constexpr unsigned wall = 2;  // any team's clock is the wall's
  const Seconds start = live::work_clock(threads), wall_start = live::work_clock(wall);
  BatchTime time;
  workload.run(batch, [&] { time.first_token = live::work_clock(threads) - start; });
  time.total = live::work_clock(threads) - start;
  time.on_core = time.total / (live::work_clock(wall) - wall_start);
  return time;
}

/// The median run of about a second of them.
BatchTime run_some(Workload& workload, std::uint32_t batch, unsigned threads) {
  constexpr double enough = 1;
  constexpr std::size_t most = 5;
  std::vector<BatchTime> runs;
  double spent = 0;
  do {
    runs.push_back(run_once(workload, batch, threads));
    spent += runs.back().total.value();
  } while (spent < enough && runs.size() < most);
  const auto middle = runs.begin() + static_cast<std::ptrdiff_t>(runs.size() / 2);
  std::nth_element(runs.begin(), middle, runs.end(),
                   [](const BatchTime& a, const BatchTime& b) { return a.total < b.total; });
  return *middle;
}

/// One figure over the rounds.
struct Series {
  std::vector<double> predicted, measured, errors;
  void add(Seconds prediction, Seconds measurement) {
    predicted.push_back(prediction.value());
    measured.push_back(measurement.value());
    errors.push_back(prediction / measurement - 1);
  }
  BatchFigure figure() const {
    return {Seconds(median(predicted)), Seconds(median(measured)), median(errors)};
  }
};

class AuditedBatch {
 public:
  AuditedBatch(std::uint32_t batch, std::uint32_t tokens) : batch_(batch), tokens_(tokens) {}
  std::uint32_t batch() const { return batch_; }
  void add(const RequestTime& predicted, const BatchTime& measured) {
    total_.add(predicted.total, measured.total);
    on_core_.push_back(measured.on_core);
    if (tokens_ > 0) first_.add(predicted.first_token, measured.first_token);
    if (tokens_ < 2) return;
    const double steps = tokens_ - 1.0;
    step_.add((predicted.total - predicted.first_token) / steps,
              (measured.total - measured.first_token) / steps);
  }
  BatchCell cell() const {
    BatchCell cell;
    cell.batch = batch_;
    cell.total = total_.figure();
    if (tokens_ > 0) cell.first_token = first_.figure();
    if (tokens_ > 1) cell.per_token = step_.figure();
    cell.on_core = median(on_core_);
    return cell;
  }

 private:
  std::uint32_t batch_, tokens_;
  Series total_, first_, step_;
  std::vector<double> on_core_;
};

/// A workload with all its batches, kept over the rounds.
struct Subject {
  const Model* model = nullptr;
  RequestShape shape;
  std::unique_ptr<Workload> workload;
  std::vector<AuditedBatch> batches;
};

Status check(const BatchAuditOptions& options) {
  const auto& batches = options.batches;
  if (options.rounds == 0) return bad_input("0 rounds measure nothing; give at least 1");
  if (batches.empty() || std::count(batches.begin(), batches.end(), 0U) > 0) {
    return bad_input("batches of at least 1 sample are needed");
  }
  return Status::success();
}

class BatchAuditor {
 public:
  explicit BatchAuditor(const BatchAuditOptions& options)
      : options_(options), cores_(audit::plan_cores(options.threads)) {}

  Result<BatchAudit> run(const Catalog& catalog) {
    const Seconds start = live::work_clock(2);
    const auto asked = options_.workloads.empty() ? default_audit_workloads() : options_.workloads;
    for (const AuditWorkload& workload : asked) RIDGELINE_CHECK(prepare(catalog, workload));
    while (result_.rounds < options_.rounds && !stopped()) RIDGELINE_CHECK(round());
    if (result_.rounds == 0) return unavailable("stopped before the first round was complete");
    for (const Subject& subject : subjects_) {
      BatchedWorkload& workload = result_.workloads.emplace_back();
      workload.model = subject.model->id;
      workload.shape = subject.shape;
      for (const AuditedBatch& batch : subject.batches) workload.cells.push_back(batch.cell());
    }
    sum_up();
    result_.version = version;
    result_.threads = cores_.threads;
    result_.duration = live::work_clock(2) - start;
    return std::move(result_);
  }

 private:
  bool stopped() const { return options_.stop && options_.stop->load(); }
  void say(const std::string& what) const {
    if (options_.progress) options_.progress(what);
  }

  Status prepare(const Catalog& catalog, const AuditWorkload& asked) {
    RIDGELINE_TRY(model, catalog.model(asked.model));
    say(fmt::format("{}: preparing", model->id));
    WorkloadOptions made;
    made.max_batch = *std::max_element(options_.batches.begin(), options_.batches.end());
    made.threads = cores_.threads;
    made.prompt_tokens = asked.shape.prompt_tokens;
    made.output_tokens = asked.shape.output_tokens;
    made.seed = options_.seed;
    RIDGELINE_TRY(workload, make_workload(*model, made));
    Subject& subject = subjects_.emplace_back();
    subject.model = model;
    subject.shape = asked.shape;
    subject.workload = std::move(workload);
    for (const std::uint32_t batch : options_.batches) {
      subject.batches.emplace_back(batch, subject.workload->tokens_per_sample());
    }
    for (const std::uint32_t batch : options_.batches)
      subject.workload->run(batch, {});  // a first run builds
    return Status::success();
  }

  void sum_up() {
    double sum = 0, cells = 0;
    for (const BatchedWorkload& workload : result_.workloads) {
      for (const BatchCell& cell : workload.cells) {
        const double error = std::abs(cell.total.error);
        result_.largest_error = std::max(result_.largest_error, error);
        sum += error;
        ++cells;
      }
    }
    if (cells > 0) result_.mean_error = sum / cells;
  }

  Status round() {
    for (Subject& subject : subjects_) {
      if (stopped()) return Status::success();
      RIDGELINE_CHECK(measure(subject));
    }
    ++result_.rounds;
    return Status::success();
  }

  /// Probes right before the workload runs: what a shared machine gives changes within a minute.
  Result<audit::HostModel> probed(const Subject& subject) {
    say(fmt::format("round {}: {}: probe", result_.rounds + 1, subject.model->id));
    ProbeOptions probing;
    probing.threads = {cores_.threads};
    probing.patience = options_.patience / static_cast<double>(subjects_.size());
    RIDGELINE_TRY(probe, probe_host(probing));
    result_.machine = probe.machine;
    result_.date = probe.date;
    result_.warnings = probe.warnings;
    return audit::host_model(probe, cores_.threads, audit::Belief::central);
  }

  Status measure(Subject& subject) {
    RIDGELINE_TRY(host, probed(subject));
    std::vector<RequestTime> predicted;
    for (const AuditedBatch& batch : subject.batches) {
      RIDGELINE_TRY(time,
                    predict_request(*subject.model, host.hardware, PrecisionPlan::uniform(Precision::fp32),
                                    subject.shape, batch.batch(), host.calibration));
      predicted.push_back(time);
    }
    result_.hardware = std::move(host.hardware);
    result_.calibration = std::move(host.calibration);
    say(fmt::format("round {}: {}", result_.rounds + 1, subject.model->id));
    std::thread([&] {  // its team and its pinning go with it
      static_cast<void>(live::size_and_pin_team(cores_.threads, cores_.workers));
      for (std::size_t i = 0; i < predicted.size(); ++i) {
        AuditedBatch& batch = subject.batches[i];
        batch.add(predicted[i], run_some(*subject.workload, batch.batch(), cores_.threads));
      }
    })
        .join();
    return Status::success();
  }

  const BatchAuditOptions& options_;
  CorePlan cores_;
  std::vector<Subject> subjects_;
  BatchAudit result_;
};

}  // namespace

Result<BatchAudit> audit_batches_here(const Catalog& catalog, const BatchAuditOptions& options) {
  RIDGELINE_CHECK(check(options));
  try {
    return BatchAuditor(options).run(catalog);
  } catch (const std::exception& failure) {
    return unavailable(failure.what());
  }
}

}  // namespace ridgeline
