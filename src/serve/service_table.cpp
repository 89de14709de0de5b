#include <fmt/format.h>

#include <algorithm>

#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

constexpr std::uint32_t largest_table = 65'536;

/// Share of a pass that operators which computing binds take; memory and the processor that launches them
/// have clocks of their own.
Result<double> compute_share_of(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                const StepShape& shape, const Calibration& calibration) {
  RIDGELINE_TRY(profile, predict(model, hardware, plan, shape, calibration));
  return std::clamp(profile.bound_compute / profile.latency, 0.0, 1.0);
}

/// Tokens of the first pass, as predict_request() takes them.
std::uint32_t prompt_of(const Model& model, const RequestShape& request) {
  const std::uint32_t tokens = request.prompt_tokens > 0 ? request.prompt_tokens : model.default_sequence;
  return std::max(tokens, 1u);
}

}  // namespace

Result<ServiceTable> make_service_table(const Model& model, const Hardware& hardware,
                                        const PrecisionPlan& plan, const RequestShape& request,
                                        std::uint32_t max_batch, const Calibration& calibration) {
  if (max_batch == 0 || max_batch > largest_table) {
    return bad_input(fmt::format("max_batch is {}; must be 1 to {}", max_batch, largest_table));
  }
  ServiceTable table;
  table.tokens_per_sample = request.output_tokens;
  const std::uint32_t prompt = prompt_of(model, request);
  for (std::uint32_t batch = 1; batch <= max_batch; ++batch) {
    RIDGELINE_TRY(time, predict_request(model, hardware, plan, request, batch, calibration));
    table.total.push_back(to_nanoseconds(time.total));
    RIDGELINE_TRY(share,
                  compute_share_of(model, hardware, plan, StepShape::prefill(batch, prompt), calibration));
    table.compute_share.push_back(share);
    if (request.output_tokens == 0) continue;
    table.first_token.push_back(to_nanoseconds(time.first_token));
    // Of the pass in the middle: the share falls slowly as the context grows.
    const auto middle = StepShape::decode(batch, prompt + request.output_tokens / 2);
    RIDGELINE_TRY(decode, compute_share_of(model, hardware, plan, middle, calibration));
    table.decode_compute_share.push_back(decode);
  }
  return table;
}

}  // namespace ridgeline
