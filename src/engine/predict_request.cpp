#include <fmt/format.h>

#include <algorithm>

#include "engine/calibration.h"
#include "engine/lowering.h"
#include "engine/memory.h"
#include "engine/pass_counts.h"
#include "engine/request_timer.h"
#include "engine/whole_model.h"
#include "ridgeline/engine.h"

namespace ridgeline {
namespace engine {
namespace {

bool takes_tokens(const Model& model) {
  return std::visit(Overloaded{[](const Transformer& t) { return t.patch_tokens == 0; },
                               [](const StateSpace&) { return true; },
                               [](const EncoderDecoder&) { return true; }, [](const auto&) { return false; }},
                    model.architecture);
}

}  // namespace

RequestTimer::RequestTimer(const Model& model, const PrecisionPlan& plan, const Calibration& calibration)
    : model_(&model), plan_(plan), calibration_(&calibration), parameters_(count_parameters(model)) {}

Result<RequestTimer> RequestTimer::make(const Model& model, const Hardware& hardware,
                                        const PrecisionPlan& plan, const Calibration& calibration) {
  RIDGELINE_CHECK(validate(calibration));
  RIDGELINE_TRY(device, view(hardware, plan, 1));
  RequestTimer timer(model, plan, calibration);
  timer.rates_ = make_rates(device, calibration, weight_bytes(model, timer.parameters_, plan, {}));
  return timer;
}

Result<RequestTimer::Pass> RequestTimer::pass(const SequenceGroup& group) {
  const std::span<const SequenceGroup> groups(&group, 1);
  if (calibration_->kind == CalibrationKind::textbook) {
    RIDGELINE_TRY(whole, whole_op(*model_, parameters_, groups, plan_, scratch_));
    ops_.assign(1, whole);
  } else {
    RIDGELINE_CHECK(lower_into(*model_, groups, plan_, ops_));
  }
  const Totals totals = cost_ops(ops_, rates_);
  const Seconds latency = totals.busy() + overhead(totals, *calibration_, pass_counts(*model_, groups, {}));
  return Pass{latency, std::clamp(totals.bound_compute / latency, 0.0, 1.0)};
}

Result<std::uint32_t> RequestTimer::first_pass_tokens(const RequestShape& request) const {
  if (request.output_tokens > 0 && !generates(*model_)) {
    return bad_input(
        fmt::format("{}: generates no tokens ({} were asked for)", model_->id, request.output_tokens));
  }
  if (!takes_tokens(*model_)) {
    if (request.prompt_tokens == 0) return 1u;
    return bad_input(fmt::format("{}: takes no tokens ({} were given)", model_->id, request.prompt_tokens));
  }
  const std::uint32_t tokens = request.prompt_tokens > 0 ? request.prompt_tokens : model_->default_sequence;
  if (tokens == 0)
    return bad_input(model_->id + ": give the number of prompt tokens; the model has no default");
  return tokens;
}

Result<RequestTimer::Request> RequestTimer::request(const RequestShape& request, std::uint32_t batch) {
  RIDGELINE_TRY(prompt, first_pass_tokens(request));
  RIDGELINE_TRY(first, pass({batch, prompt, 0}));
  RequestTime time{first.latency, first.latency};
  // The first pass yields the first token; each later pass appends the one before it.
  for (std::uint32_t token = 1; token < request.output_tokens; ++token) {
    RIDGELINE_TRY(step, pass({batch, 1, prompt + token - 1}));
    time.total += step.latency;
  }
  return Request{time, first};
}

}  // namespace engine

Result<RequestTime> predict_request(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                    const RequestShape& request, std::uint32_t batch,
                                    const Calibration& calibration) {
  RIDGELINE_TRY(timer, engine::RequestTimer::make(model, hardware, plan, calibration));
  RIDGELINE_TRY(made, timer.request(request, batch));
  return made.time;
}

}  // namespace ridgeline
