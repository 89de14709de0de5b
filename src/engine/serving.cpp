#include "ridgeline/serving.h"

#include <array>
#include <iterator>

#include "engine/calibration.h"
#include "engine/interval_90.h"
#include "engine/served.h"
#include "engine/serving_model.h"
#include "ridgeline/provenance.h"

namespace ridgeline {
namespace {

using namespace engine;

ServingLimit limit_of(const ServingModel& model, const Calibration& c, const ServingTimes& times,
                      double prompt_share) {
  if (model.users() > model.largest_batch()) return ServingLimit::cache_memory;
  if (prompt_share > 0.5) return ServingLimit::prompts;
  const Totals totals = model.decode_totals(c);
  const Seconds overheads = times.step - totals.busy();
  const std::array<std::pair<Seconds, ServingLimit>, 4> parts{
      {{totals.bound_memory, ServingLimit::memory_bandwidth},
       {totals.bound_compute, ServingLimit::compute},
       {totals.network, ServingLimit::network},
       {overheads, ServingLimit::overhead}}};
  return std::max_element(parts.begin(), parts.end(),
                          [](const auto& a, const auto& b) { return a.first < b.first; })
      ->second;
}

/// The model at the share of decoding that its times agree with.
Result<std::pair<ServingModel, ServingTimes>> settled_model(const Model& model, const Hardware& hardware,
                                                            const ServingPoint& point, const Calibration& c) {
  RIDGELINE_TRY(serving, ServingModel::make(model, hardware, point, 1));
  Status lowered = Status::success();
  const auto times = settle(
      point.osl, [&](double decoding) { return static_cast<bool>(lowered = serving.set_decoding(decoding)); },
      [&] { return serving.evaluate(c); });
  if (!times) return lowered.error();
  return std::pair{std::move(serving), *times};
}

/// All but the profile of the decode step, whose shape goes to `decode`.
Result<ServingPrediction> solve(const Model& model, const Hardware& hardware, const ServingPoint& point,
                                const Calibration& calibration, StepShape& decode) {
  RIDGELINE_CHECK(validate(calibration));
  RIDGELINE_TRY(settled, settled_model(model, hardware, point, calibration));
  const ServingModel& serving = settled.first;
  const ServingTimes& times = settled.second;
  ServingPrediction result;
  result.ttft = {times.ttft, interval_90(times.ttft, calibration.first_token_spread)};
  result.tpot = {times.tpot, interval_90(times.tpot, calibration.spread)};
  result.step = times.step;
  result.prompt = times.prompt;
  result.running = serving.running();
  result.largest_batch = serving.largest_batch();
  const double in_system = times.ttft.value() + (point.osl - 1.0) * times.tpot.value();
  result.requests = Hertz(point.concurrency / in_system);
  result.devices = point.worker.devices() + (point.prefill ? point.prefill->devices() : 0);
  result.tokens_per_device = result.requests * (point.osl / static_cast<double>(result.devices));
  result.tokens_per_user = Hertz(1 / times.tpot.value());
  if (!point.prefill) result.prompt_share = 1 - times.step / times.tpot;
  result.limit = limit_of(serving, calibration, times, result.prompt_share);
  RIDGELINE_TRY(held, serving.footprint());
  result.footprint = held;
  decode = serving.decode().shape;
  return result;
}

}  // namespace

std::string_view to_string(ServingLimit limit) {
  static constexpr std::array<std::string_view, 6> names{"compute",  "memory bandwidth", "network",
                                                         "overhead", "prompts",          "cache memory"};
  return names[static_cast<std::size_t>(limit)];
}

Result<ServingPrediction> predict_serving(const Model& model, const Hardware& hardware,
                                          const ServingPoint& point, const Calibration& calibration) {
  StepShape shape;
  RIDGELINE_TRY(result, solve(model, hardware, point, calibration, shape));
  RIDGELINE_TRY(decode,
                predict(model, hardware, point.precision, shape, calibration, point.worker.parallelism));
  result.decode = std::move(decode);
  result.inputs = result.decode.inputs;
  if (point.prefill) {
    RIDGELINE_TRY(prompts, predict(model, hardware, point.precision,
                                   StepShape::prefill(point.prefill->parallelism.data, point.isl),
                                   calibration, point.prefill->parallelism));
    std::move(prompts.inputs.begin(), prompts.inputs.end(), std::back_inserter(result.inputs));
  }
  for (Input& input : serving_inputs(calibration)) result.inputs.push_back(std::move(input));
  result.inputs = weakest_first(std::move(result.inputs));
  return result;
}

Result<ServingPrediction> engine::predict_serving_times(const Model& model, const Hardware& hardware,
                                                        const ServingPoint& point,
                                                        const Calibration& calibration) {
  StepShape shape;
  return solve(model, hardware, point, calibration, shape);
}

}  // namespace ridgeline
