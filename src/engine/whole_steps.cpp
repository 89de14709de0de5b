#include "engine/whole_steps.h"

#include <limits>

#include "engine/memory.h"
#include "engine/pass_counts.h"
#include "engine/whole_model.h"

namespace ridgeline::engine {

Result<WholeSteps> WholeSteps::make(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                    const Calibration& calibration, const Parallelism& parallelism) {
  RIDGELINE_TRY(device, view(hardware, plan, parallelism.devices()));
  RIDGELINE_CHECK(check(parallelism, model));
  WholeSteps steps;
  steps.model_ = model;
  steps.parameters_ = count_parameters(model);
  steps.plan_ = plan;
  steps.parallelism_ = parallelism;
  steps.calibration_ = calibration;
  steps.rates_ = make_rates(device, calibration, weight_bytes(model, steps.parameters_, plan, parallelism));
  return steps;
}

void WholeSteps::latencies(std::span<const double> batch, std::span<const double> context,
                           std::span<double> seconds) const {
  std::vector<Op> unused;  // of models that are made of operators, which these are not
  const SequenceGroup one{1, 1, 0};
  // Of all steps but for their sequences, which this calibration does not charge for.
  const PassCounts counts = pass_counts(model_, {&one, 1}, parallelism_);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const SequenceGroup group{static_cast<std::uint32_t>(batch[i]), 1,
                              static_cast<std::uint32_t>(context[i])};
    const auto op = whole_op(model_, parameters_, {&group, 1}, plan_, unused);
    if (!op) {
      seconds[i] = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    const Totals totals = cost_ops({&*op, 1}, rates_);
    seconds[i] = (totals.busy() + overhead(totals, calibration_, counts)).value();
  }
}

}  // namespace ridgeline::engine
