#include "fleet/use.h"

#include <algorithm>

namespace ridgeline {
namespace fleet {
namespace {

/// Replica-seconds over a period of an autoscaled fleet: at each moment as many are on, or starting, as any
/// moment within the start-up time asks for. The demand repeats.
double replica_seconds(const FleetPlan& plan) {
  const auto& steps = plan.steps;
  const double period = plan.demand.period.value();
  const double lead = std::min(plan.policy.start_up.value(), period);
  std::vector<double> breaks{0, period};
  for (const FleetStep& step : steps) {
    const double at = step.start.value();
    breaks.push_back(at);
    breaks.push_back(at >= lead ? at - lead : at - lead + period);
  }
  std::sort(breaks.begin(), breaks.end());
  const auto step_at = [&](double time) {
    const auto after = std::upper_bound(steps.begin(), steps.end(), time,
                                        [](double t, const FleetStep& s) { return t < s.start.value(); });
    return static_cast<std::size_t>(after - steps.begin()) - 1;
  };
  double sum = 0;
  for (std::size_t i = 0; i + 1 < breaks.size(); ++i) {
    const double from = breaks[i], length = breaks[i + 1] - from;
    if (length <= 0) continue;
    // Between two breaks the set of steps ahead does not change: that of its middle is all of it.
    const double middle = from + 0.5 * length;
    std::uint64_t on = 0;
    double reached = middle;
    std::size_t at = step_at(middle);
    double turn = 0;
    while (true) {
      on = std::max(on, steps[at].on);
      const double end = turn + (at + 1 < steps.size() ? steps[at + 1].start.value() : period);
      reached = end;
      if (reached > middle + lead || reached >= middle + period) break;
      if (++at == steps.size()) {
        at = 0;
        turn += period;
      }
    }
    sum += static_cast<double>(on) * length;
  }
  return sum;
}

/// Seconds that replicas would work at the rate that they are planned with.
double load_seconds(const FleetPlan& plan) {
  return plan.demand.mean() * plan.demand.period.value() / plan.replica.qps();
}

FleetUse use_of(const FleetPlan& plan, const Hardware& hardware, Economics economics, double on,
                std::vector<Input>* inputs) {
  FleetUse use;
  use.device_hours = on * plan.replica.devices / one_hour.value();
  const double work = load_seconds(plan);
  use.load = work / on;
  const Provenance follows{ProvenanceKind::derived, "demand over what the fleet sustains", ""};
  economics.utilisation = Sourced<double>{std::min(1.0, use.load), follows, {}};
  DeviceRates rates = device_rates(hardware, economics);
  if (inputs != nullptr) *inputs = std::move(rates.inputs);
  const double requests = plan.demand.mean() * plan.demand.period.value();
  for (CostPart& part : cost_parts(rates, plan.replica.devices)) {
    FleetCost cost;
    cost.part = std::move(part);
    if (auto& rate = cost.part.rate.value) {
      cost.per_period = *rate * on * std::min(1.0, use.load);
      *rate = *cost.per_period / plan.demand.period.value();
      cost.per_million = *cost.per_period / requests * 1e6;
      if (plan.replica.tokens > 0) cost.per_million_tokens = *cost.per_million / plan.replica.tokens;
    }
    use.costs.push_back(std::move(cost));
  }
  return use;
}

/// What is owned is there whether or not it is on: those parts are the fixed fleet's, and the totals theirs.
void keep_owned(FleetUse& use, const FleetUse& fixed, Seconds period) {
  std::size_t first = 0;
  for (std::size_t i = 0; i < use.costs.size(); ++i) {
    FleetCost& cost = use.costs[i];
    if (cost.part.key == "capital" || cost.part.key == "embodied") cost = fixed.costs[i];
    if (!cost.part.total) continue;
    const auto sum = [&](auto member) {
      if (!(cost.*member)) return;
      double all = 0;
      for (std::size_t j = first; j < i; ++j) all += (use.costs[j].*member).value_or(0);
      cost.*member = all;
    };
    sum(&FleetCost::per_period);
    sum(&FleetCost::per_million);
    sum(&FleetCost::per_million_tokens);
    if (cost.per_period) cost.part.rate.value = *cost.per_period / period.value();
    first = i + 1;
  }
}

}  // namespace

void set_uses(FleetPlan& plan, const Hardware& hardware, const Economics& economics) {
  const double all = static_cast<double>(plan.replicas()) * plan.demand.period.value();
  plan.fixed = use_of(plan, hardware, economics, all, &plan.inputs);
  plan.autoscaled = use_of(plan, hardware, economics, replica_seconds(plan), nullptr);
  if (!economics.rent) keep_owned(plan.autoscaled, plan.fixed, plan.demand.period);
}

}  // namespace fleet

const FleetCost& FleetUse::of(std::string_view key) const {
  return *std::find_if(costs.begin(), costs.end(), [&](const FleetCost& c) { return c.part.key == key; });
}

}  // namespace ridgeline
