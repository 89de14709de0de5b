// Numbers of every portable layer with all their bits, one line a group: what the program prints natively and
// in WebAssembly must be equal. It covers what no command prints, and much more of the catalog than the
// commands do.
//
//     wasm_numbers DATA_DIR

#include <cstdio>
#include <initializer_list>

#include "ridgeline/calibration.h"
#include "ridgeline/catalog.h"
#include "ridgeline/continuous.h"
#include "ridgeline/kernels.h"
#include "ridgeline/serving.h"
#include "ridgeline/simulation.h"
#include "ridgeline/traffic.h"
#include "stats/distributions.h"
#include "stats/moments.h"

namespace ridgeline {
namespace {

/// FNV-1a over the bits of numbers.
class Digest {
 public:
  void add(double x) { add_bits(__builtin_bit_cast(std::uint64_t, x)); }
  void add(Seconds x) { add(x.value()); }
  void add(Nanoseconds x) { add_bits(static_cast<std::uint64_t>(x.count())); }
  void add_bits(std::uint64_t bits) {
    for (int i = 0; i < 8; ++i, bits >>= 8) hash_ = (hash_ ^ (bits & 0xff)) * 0x100000001b3ULL;
    ++numbers_;
  }
  void print(const char* name) const {
    std::printf("%-24s %8llu numbers %016llx\n", name, static_cast<unsigned long long>(numbers_),
                static_cast<unsigned long long>(hash_));
  }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325ULL, numbers_ = 0;
};

void print_statistics() {
  Digest t, binomial, normal, greatest;
  for (std::uint64_t degrees = 1; degrees < 300; ++degrees) {
    for (const double confidence : {0.9, 0.95, 0.99}) t.add(stats::student_t(degrees, confidence));
  }
  for (const std::uint64_t n : {3, 50, 1000, 24576, 270336}) {
    for (std::uint64_t k = 0; k < n; k += 1 + n / 37) {
      for (const double p : {0.01, 0.1, 0.5, 0.9, 0.99, 0.999}) {
        binomial.add(stats::binomial_cdf(k, n, p));
        binomial.add(stats::binomial_upper_tail(k, n, p));
      }
    }
  }
  for (double p = 1e-6; p < 1; p += 0.00137) normal.add(stats::normal_upper_quantile(p));
  for (const std::uint64_t n : {1, 2, 100, 100000}) {
    greatest.add(stats::expected_greatest_normal({1, 0.5}, n));
    greatest.add(stats::expected_greatest_lognormal({1, 0.5}, n));
  }
  t.print("Student's t");
  binomial.print("binomial");
  normal.print("normal quantiles");
  greatest.print("greatest of n");
}

void add(Digest& digest, const Result<Profile>& profile) {
  if (!profile) return digest.add_bits(profile.error().message.size());
  digest.add(profile->latency);
  digest.add(profile->mfu);
  for (const OpTime& op : profile->ops) digest.add(op.time);
  if (profile->interval) digest.add(profile->interval->second);
}

void print_predictions(const Catalog& catalog, const Calibrations& calibrations) {
  Digest decode, prefill, serving;
  for (const Hardware& hardware : catalog.all_hardware()) {
    const Calibration calibration = calibrations.find(hardware, "vllm", "").calibration;
    for (const Model& model : catalog.all_models()) {
      for (const Precision precision : {Precision::fp16, Precision::int8}) {
        const PrecisionPlan plan = PrecisionPlan::uniform(precision);
        add(decode, predict(model, hardware, plan, StepShape::decode(7, 1234), calibration));
        add(prefill, predict(model, hardware, plan, StepShape::prefill(1, 333), calibration));
        ServingPoint point;
        point.precision = plan;
        point.concurrency = 9;
        point.worker.parallelism.tensor = 8;
        const auto served = predict_serving(model, hardware, point, calibration);
        if (!served) continue;
        serving.add(served->ttft.value);
        serving.add(served->tpot.value);
      }
    }
  }
  decode.print("decode passes");
  prefill.print("prefill passes");
  serving.print("serving points");
}

void print_kernels(const Catalog& catalog, const KernelCalibrations& calibrations) {
  Digest digest;
  for (const KernelCalibration& one : calibrations.all()) {
    const auto hardware = catalog.hardware(one.hardware);
    if (!hardware) continue;
    for (const auto& gemm : one.gemm) {
      if (!gemm) continue;
      for (double size = 1; size < 40000; size *= 1.7) {
        const auto time =
            kernel_time(GemmShape{KernelFormat::bf16, size, 4096, 7000}, **hardware, gemm->value);
        if (time) digest.add(*time);
      }
    }
  }
  digest.print("matrix products");
}

void add(Digest& digest, const Result<Run>& run) {
  if (!run) return digest.add_bits(run.error().message.size());
  for (const QueryRecord& q : run->queries) {
    digest.add(q.scheduled);
    digest.add(q.issued);
    digest.add(q.completed);
  }
  for (const Nanoseconds at : run->sample_completions) digest.add(at);
  const Summary summary = summarize(*run);
  if (summary.throughput) digest.add(summary.throughput->value);
}

Scenario short_scenario(ScenarioKind kind, double rate) {
  Scenario scenario = Scenario::mlperf(kind);
  scenario.min_duration = std::chrono::seconds(5);
  scenario.min_queries = 100;
  scenario.target_qps = rate;
  scenario.seed = 3;
  return scenario;
}

constexpr ScenarioKind kinds[] = {ScenarioKind::single_stream, ScenarioKind::multi_stream,
                                  ScenarioKind::server, ScenarioKind::offline};

void print_runs(const Catalog& catalog, const std::string& data) {
  SimulatedSystem system;
  for (int b = 1; b <= 8; ++b) system.service.total.push_back(std::chrono::microseconds(1500 + 700 * b));
  system.batching.max_batch = 8;
  system.interference.noise_sigma = 0.2;
  system.interference.background_load = 0.2;
  system.interference.context_switch_rate = Hertz(1000);
  system.interference.context_switch_cost = std::chrono::microseconds(3);
  const auto heat = read_heat_model(data + "/heat/phone.yaml");
  for (const bool hot : {false, true}) {
    if (hot && heat) system.heat = *heat;
    Digest digest;
    for (const ScenarioKind kind : kinds) {
      const auto schedule = make_schedule(short_scenario(kind, 400));
      if (schedule) add(digest, simulate(*schedule, system));
    }
    digest.print(hot ? "runs with heat" : "runs");
  }
  Digest digest;
  const auto model = catalog.model("llama-3.1-8b");
  const auto hardware = catalog.hardware("h100-sxm-80gb");
  if (!model || !hardware) return;
  ContinuousOptions options;
  options.precision = PrecisionPlan::uniform(Precision::fp8);
  const auto continuous =
      make_continuous_system(**model, **hardware, options, Calibration::textbook(0.5, Seconds(1e-4)));
  for (const ScenarioKind kind : kinds) {
    const auto schedule = make_schedule(short_scenario(kind, 20));
    if (schedule && continuous) add(digest, simulate_continuous(*schedule, *continuous));
  }
  digest.print("continuous batching");
}

int fail(const Error& error) {
  std::fprintf(stderr, "wasm_numbers: %s\n", error.message.c_str());
  return 2;
}

int print_all(const std::string& data) {
  const auto catalog = Catalog::load(data);
  if (!catalog) return fail(catalog.error());
  const auto calibrations = Calibrations::load(data + "/calibration");
  if (!calibrations) return fail(calibrations.error());
  const auto kernels = KernelCalibrations::load(data + "/calibration/kernels");
  if (!kernels) return fail(kernels.error());
  print_statistics();
  print_predictions(*catalog, *calibrations);
  print_kernels(*catalog, *kernels);
  print_runs(*catalog, data);
  return 0;
}

}  // namespace
}  // namespace ridgeline

int main(int argc, char** argv) { return ridgeline::print_all(argc > 1 ? argv[1] : "data"); }
