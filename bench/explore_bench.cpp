// Points that a study screens in a second on one core, against a plain loop over predict_serving() and over
// predict() for the same points. Both run in turn inside one benchmark, so that `ratio` (the study's time
// over the loop's) does not depend on how busy the machine is.

#include <benchmark/benchmark.h>

#include <chrono>

#include "ridgeline/engine.h"
#include "ridgeline/serving.h"
#include "ridgeline/study.h"

namespace ridgeline {
namespace {

using Clock = std::chrono::steady_clock;

const std::string head =
    "model: llama-3.1-8b\ntop: 0\nuncertainty: {draws: 0, sensitivity: false}\nspace:\n"
    "  hardware: [h100, a100]\n  tp: [1, 2, 4, 8]\n";

/// Points of the study in the order of its index: device, tensor, then `load` from 1 to 128.
template <class Loop>
void compare(benchmark::State& state, const std::string& text, const Loop& loop) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  const auto calibrations = Calibrations::load(std::string(RIDGELINE_DATA_DIR) + "/calibration");
  if (!catalog || !calibrations) return state.SkipWithError("no catalog");
  const auto study = read_study(head + text, "bench", *catalog, *calibrations);
  if (!study) return state.SkipWithError(study.error().message.c_str());
  ExploreOptions options;
  options.threads = 1;
  std::chrono::duration<double> study_time{0}, loop_time{0};
  for (auto _ : state) {
    const auto start = Clock::now();
    const auto result = explore(*study, options);
    const auto middle = Clock::now();
    if (!result || result->feasible != result->points)
      return state.SkipWithError("not all points are predicted");
    for (const StudyDevice& device : study->devices) {
      for (const unsigned tensor : {1U, 2U, 4U, 8U}) {
        for (std::uint32_t load = 1; load <= 128; ++load) loop(*study, device, tensor, load);
      }
    }
    study_time += middle - start;
    loop_time += Clock::now() - middle;
  }
  const double total = static_cast<double>(state.iterations()) * static_cast<double>(study->points());
  state.counters["points_per_second"] = total / study_time.count();
  state.counters["loop_per_second"] = total / loop_time.count();
  state.counters["ratio"] = study_time / loop_time;
}

void serving_points(benchmark::State& state) {
  compare(
      state,
      "  concurrency: {from: 1, to: 128, step: 1}\n"
      "objectives: [{maximise: tokens_per_device}, {maximise: tokens_per_user}]\n",
      [](const Study& study, const StudyDevice& device, unsigned tensor, std::uint32_t load) {
        ServingPoint point;
        point.concurrency = load;
        point.precision = PrecisionPlan::uniform(Precision::fp16);
        point.worker.parallelism.tensor = tensor;
        benchmark::DoNotOptimize(predict_serving(study.model, device.hardware, point, device.calibration));
      });
}
BENCHMARK(serving_points)->Unit(benchmark::kMillisecond);

void passes(benchmark::State& state) {
  compare(state,
          "  context: 1000\n  batch: {from: 1, to: 128, step: 1}\n"
          "objectives: [{maximise: throughput}, {minimise: latency}]\n",
          [](const Study& study, const StudyDevice& device, unsigned tensor, std::uint32_t load) {
            Parallelism spread;
            spread.tensor = tensor;
            benchmark::DoNotOptimize(predict(study.model, device.hardware,
                                             PrecisionPlan::uniform(Precision::fp16),
                                             StepShape::decode(load, 1000), device.calibration, spread));
          });
}
BENCHMARK(passes)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ridgeline
