#include "engine/pass_table.h"

#include "engine/memory.h"
#include "engine/pass_counts.h"

namespace ridgeline::engine {

Result<PassTable> PassTable::make(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                  const Parallelism& spread, const Calibration& calibration) {
  RIDGELINE_CHECK(check(spread, model));
  PassTable table(model, plan, spread, calibration);
  RIDGELINE_TRY(device, view(hardware, plan, spread.devices()));
  table.device_ = device;
  table.weights_ = weight_bytes(model, count_parameters(model), plan, spread);
  table.rates_ = make_rates(device, calibration, table.weights_);
  return table;
}

Result<PassTable::Pass> PassTable::of(const SequenceGroup& group) {
  const std::span<const SequenceGroup> groups(&group, 1);
  RIDGELINE_CHECK(lower_into(*model_, groups, plan_, ops_, spread_));
  Pass pass;
  pass.held = footprint(weights_, *model_, groups, plan_, ops_, spread_);
  pass.held.capacity = device_.memory_capacity;
  if (!pass.held.fits()) return pass;
  const Totals totals = cost_ops(ops_, rates_);
  const Seconds latency =
      totals.busy() + overhead(totals, *calibration_, pass_counts(*model_, groups, spread_));
  pass.latency = latency.value();
  pass.mfu = (totals.flops / latency) / device_.peak;
  return pass;
}

}  // namespace ridgeline::engine
