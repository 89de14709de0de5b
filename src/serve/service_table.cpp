#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/request_timer.h"
#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

constexpr std::uint32_t largest_table = 65'536;

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
  RIDGELINE_TRY(timer, engine::RequestTimer::make(model, hardware, plan, calibration));
  for (std::uint32_t batch = 1; batch <= max_batch; ++batch) {
    auto& times = table.prefill.emplace_back();
    for (const std::uint32_t prompt : table.prompts) {
      RIDGELINE_TRY(request, timer.request({prompt, 1}, batch));
      times.push_back(to_nanoseconds(request.time.first_token));
    }
  }
  return table;
}

Status take_lengths(SimulatedSystem& system, const Schedule& schedule, const Model& model,
                    const Hardware& hardware, const PrecisionPlan& plan, const Calibration& calibration) {
  if (schedule.lengths.empty() || !generates(model)) return Status::success();
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
  RIDGELINE_TRY(timer, engine::RequestTimer::make(model, hardware, plan, calibration));
  RIDGELINE_TRY(prompt, timer.first_pass_tokens(request));
  for (std::uint32_t batch = 1; batch <= max_batch; ++batch) {
    RIDGELINE_TRY(made, timer.request(request, batch));
    table.total.push_back(to_nanoseconds(made.time.total));
    table.compute_share.push_back(made.first.compute_share);
    if (request.output_tokens == 0) continue;
    table.first_token.push_back(to_nanoseconds(made.time.first_token));
    // Of the pass in the middle: the share falls slowly as the context grows.
    RIDGELINE_TRY(decode, timer.pass({batch, 1, prompt + request.output_tokens / 2}));
    table.decode_compute_share.push_back(decode.compute_share);
  }
  return table;
}

}  // namespace ridgeline
