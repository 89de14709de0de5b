#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/lowering.h"
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

/// 1, 2, 4 ... and the longest.
std::vector<std::uint32_t> prompt_lengths(std::uint32_t longest) {
  std::vector<std::uint32_t> lengths;
  for (std::uint64_t length = 1; length < longest; length *= 2)
    lengths.push_back(static_cast<std::uint32_t>(length));
  lengths.push_back(longest);
  return lengths;
}

}  // namespace

Result<LengthTable> make_length_table(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                      TokenLengths longest, std::uint32_t max_batch,
                                      const Calibration& calibration) {
  StepLimits limits;
  limits.max_sequences = max_batch;
  limits.max_context = longest.input + longest.output;
  RIDGELINE_TRY(decode, StepTimes::make(model, hardware, plan, Parallelism{}, calibration, limits));
  LengthTable table;
  table.prompts = prompt_lengths(longest.input);
  table.decode = std::move(decode);
  for (std::uint32_t batch = 1; batch <= max_batch; ++batch) {
    auto& times = table.prefill.emplace_back();
    for (const std::uint32_t prompt : table.prompts) {
      RIDGELINE_TRY(time, predict_request(model, hardware, plan, {prompt, 1}, batch, calibration));
      times.push_back(to_nanoseconds(time.first_token));
    }
  }
  return table;
}

Status take_lengths(SimulatedSystem& system, const Schedule& schedule, const Model& model,
                    const Hardware& hardware, const PrecisionPlan& plan, const Calibration& calibration) {
  if (schedule.lengths.empty() || !engine::generates(model)) return Status::success();
  TokenLengths longest;
  for (const TokenLengths& lengths : schedule.lengths) {
    longest.input = std::max(longest.input, lengths.input);
    longest.output = std::max(longest.output, lengths.output);
  }
  const RequestShape request{longest.input, longest.output};
  const std::uint32_t most = system.batching.max_batch;
  RIDGELINE_TRY(service, make_service_table(model, hardware, plan, request, most, calibration));
  RIDGELINE_TRY(by_length, make_length_table(model, hardware, plan, longest, most, calibration));
  system.service = std::move(service);
  system.by_length = std::move(by_length);
  return Status::success();
}

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
