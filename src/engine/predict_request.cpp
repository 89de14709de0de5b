#include <fmt/format.h>

#include "engine/calibration.h"
#include "engine/cost.h"
#include "engine/lowering.h"
#include "engine/pass_counts.h"
#include "engine/whole_model.h"
#include "ridgeline/engine.h"

namespace ridgeline {
namespace {

using namespace engine;

/// Costs passes of one deployment again and again in the same buffer.
class StepTimer {
 public:
  StepTimer(const Model& model, const DeviceView& device, const PrecisionPlan& plan,
            const Calibration& calibration)
      : model_(model),
        plan_(plan),
        calibration_(calibration),
        parameters_(count_parameters(model)),
        rates_(make_rates(device, calibration, size_of(plan.weights) * parameters_.total)) {}

  Result<Seconds> time(const SequenceGroup& group) {
    const std::span<const SequenceGroup> groups(&group, 1);
    if (calibration_.kind == CalibrationKind::textbook) {
      RIDGELINE_TRY(whole, whole_op(model_, parameters_, groups, plan_, scratch_));
      ops_.assign(1, whole);
    } else {
      RIDGELINE_CHECK(lower_into(model_, groups, plan_, ops_));
    }
    const Totals totals = cost_ops(ops_, rates_);
    return totals.busy() + overhead(totals, calibration_, pass_counts(model_, groups, {}));
  }

 private:
  const Model& model_;
  const PrecisionPlan& plan_;
  const Calibration& calibration_;
  ParameterCount parameters_;
  Rates rates_;
  std::vector<Op> ops_, scratch_;
};

bool takes_tokens(const Model& model) {
  return std::visit(Overloaded{[](const Transformer& t) { return t.patch_tokens == 0; },
                               [](const StateSpace&) { return true; },
                               [](const EncoderDecoder&) { return true; }, [](const auto&) { return false; }},
                    model.architecture);
}

/// Tokens of the first pass.
Result<std::uint32_t> first_pass_tokens(const Model& model, const RequestShape& request) {
  if (request.output_tokens > 0 && !generates(model)) {
    return bad_input(
        fmt::format("{}: generates no tokens ({} were asked for)", model.id, request.output_tokens));
  }
  if (!takes_tokens(model)) {
    if (request.prompt_tokens == 0) return 1u;
    return bad_input(fmt::format("{}: takes no tokens ({} were given)", model.id, request.prompt_tokens));
  }
  const std::uint32_t tokens = request.prompt_tokens > 0 ? request.prompt_tokens : model.default_sequence;
  if (tokens == 0)
    return bad_input(model.id + ": give the number of prompt tokens; the model has no default");
  return tokens;
}

}  // namespace

Result<RequestTime> predict_request(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                    const RequestShape& request, std::uint32_t batch,
                                    const Calibration& calibration) {
  RIDGELINE_CHECK(validate(calibration));
  RIDGELINE_TRY(device, view(hardware, plan, 1));
  RIDGELINE_TRY(prompt, first_pass_tokens(model, request));
  StepTimer timer(model, device, plan, calibration);
  RIDGELINE_TRY(first, timer.time({batch, prompt, 0}));
  RequestTime result{first, first};
  // The first pass yields the first token; each later pass appends the one before it.
  for (std::uint32_t token = 1; token < request.output_tokens; ++token) {
    RIDGELINE_TRY(step, timer.time({batch, 1, prompt + token - 1}));
    result.total += step;
  }
  return result;
}

}  // namespace ridgeline
