#include "explain/step.h"

#include "engine/lowering.h"
#include "engine/memory.h"
#include "engine/pass_counts.h"
#include "engine/regime.h"
#include "engine/whole_model.h"

namespace ridgeline::explain {

Result<LoweredStep> lower_step(const Setup& setup) {
  LoweredStep step;
  const auto& groups = setup.shape.groups;
  RIDGELINE_CHECK(lower_into(setup.model, groups, setup.precision, step.ops, setup.parallelism));
  const ParameterCount parameters = count_parameters(setup.model);
  const Footprint footprint =
      engine::footprint(setup.model, parameters, groups, setup.precision, step.ops, setup.parallelism);
  step.weights = footprint.weights;
  step.need = footprint.total();
  step.counts = engine::pass_counts(setup.model, groups, setup.parallelism);
  if (setup.calibration.kind == CalibrationKind::textbook) {
    std::vector<Op> scratch;
    RIDGELINE_TRY(whole, engine::whole_op(setup.model, parameters, groups, setup.precision, scratch));
    step.ops.assign(1, whole);
  }
  return step;
}

StepPoint cost_step(const LoweredStep& step, const engine::DeviceView& device,
                    const Calibration& calibration) {
  const engine::Rates rates = engine::make_rates(device, calibration, step.weights);
  const engine::Totals totals = engine::cost_ops(step.ops, rates);
  const Seconds overhead = engine::overhead(totals, calibration, step.counts);
  return {totals.bound_compute + totals.bound_memory + totals.network + overhead,
          engine::regime_of(totals, overhead), step.need <= device.memory_capacity};
}

Result<StepPoint> solve(const Setup& setup) {
  RIDGELINE_TRY(device, engine::view(setup.hardware, setup.precision, setup.parallelism.devices()));
  RIDGELINE_TRY(step, lower_step(setup));
  return cost_step(step, device, setup.calibration);
}

}  // namespace ridgeline::explain
