#include <algorithm>
#include <cmath>

#include "ridgeline/training.h"

namespace ridgeline {
namespace {

TrainingCost cost_of(CostPart part, const TrainingRun& run) {
  TrainingCost cost;
  cost.part = std::move(part);
  if (!cost.part.rate.value) return cost;
  const double rate = *cost.part.rate.value;
  cost.total = rate * run.time.value();
  if (run.failures) cost.lost = *cost.total * (1 - run.failures->goodput);
  if (run.interval) cost.interval = {rate * run.interval->first.value(), rate * run.interval->second.value()};
  return cost;
}

}  // namespace

const TrainingCost& TrainingRun::of(std::string_view key) const {
  return *std::find_if(costs.begin(), costs.end(), [&](const TrainingCost& c) { return c.part.key == key; });
}

Result<TrainingRun> training_run(const TrainingStep& step, const Hardware& hardware, double tokens,
                                 const Economics& economics, const std::optional<FailureModel>& failures) {
  if (!(tokens > 0 && std::isfinite(tokens))) return bad_input("training: tokens must be above 0");
  RIDGELINE_CHECK(check(economics));
  TrainingRun run;
  run.tokens = tokens;
  run.steps = std::ceil(tokens / step.tokens);
  double stretch = 1;
  if (failures) {
    RIDGELINE_TRY(cost, cost_of_failures(*failures, step.plan.devices()));
    run.failures = cost;
    stretch = 1 / cost.goodput;
  }
  run.time = step.time * run.steps * stretch;
  if (step.interval)
    run.interval = {step.interval->first * run.steps * stretch, step.interval->second * run.steps * stretch};
  run.device_hours = run.time / one_hour * step.plan.devices();

  DeviceRates rates = device_rates(hardware, economics);
  for (CostPart& part : cost_parts(rates, step.plan.devices()))
    run.costs.push_back(cost_of(std::move(part), run));
  if (const auto& total = run.of("cost").total) run.cost = Dollars(*total);
  if (const auto& total = run.of("energy").total) run.energy = Joules(*total);
  run.carbon = run.of("carbon").total;
  run.energy_at_most = rates.drawn_at_most;
  run.inputs = std::move(rates.inputs);
  return run;
}

}  // namespace ridgeline
