#include <fmt/format.h>

#include <cmath>

#include "ridgeline/fleet.h"

namespace ridgeline {
namespace {

constexpr int most_halvings = 60;

bool within(Seconds value, Nanoseconds limit) {
  return limit == Nanoseconds(0) || value <= to_seconds(limit);
}

/// The largest x in [low, high] where `holds`, which holds at low.
template <class Holds>
double largest(double low, double high, Holds holds) {
  if (holds(high)) return high;
  for (int i = 0; i < most_halvings && high - low > 1e-6 * low; ++i) {
    const double middle = 0.5 * (low + high);
    (holds(middle) ? low : high) = middle;
  }
  return low;
}

}  // namespace

ClosedFormRate closed_form_rate(const Model& model, const Hardware& hardware, const ServingPoint& at,
                                const Calibration& calibration, const Scenario& slo) {
  ClosedFormRate rate;
  double best = 0;
  const auto holds = [&](double users) {
    ServingPoint point = at;
    point.concurrency = users;
    const auto p = predict_serving(model, hardware, point, calibration);
    if (!p) return false;
    const Seconds ttft = p->ttft.value, tpot = p->tpot.value;
    const bool kept = within(ttft, slo.ttft_limit) && within(tpot, slo.tpot_limit) &&
                      within(ttft + tpot * (point.osl - 1.0), slo.target_latency);
    if (kept) best = std::max(best, p->requests.value());
    return kept;
  };
  if (!holds(1)) {
    rate.method = "none: one user alone breaks the SLO, by the closed form";
    return rate;
  }
  const double most = at.max_batch > 0 ? at.max_batch : 256;
  largest(1, most, holds);
  rate.qps = best;
  rate.method = "means of the closed form of continuous batching";
  return rate;
}

ClosedFormRate closed_form_rate(const ServiceTable& table, const BatchingPolicy& batching,
                                const Scenario& slo) {
  if (batching.max_batch > 1) return {{}, "none: no exact form for batches above one"};
  if (slo.percentile != 0.99 || slo.target_latency == Nanoseconds(0))
    return {{}, "none: M/D/1 is asked for the 99th percentile of the latency"};
  if (slo.ttft_limit != Nanoseconds(0) || slo.tpot_limit != Nanoseconds(0))
    return {{}, "none: M/D/1 has no times of tokens"};
  const double service = to_seconds(table.total.front()).value();
  const auto holds = [&](double load) {
    Scenario scenario = slo;
    scenario.target_qps = load / service;
    const auto form = solve(scenario, table, batching, 1);
    return form && form->p99 && within(*form->p99, slo.target_latency);
  };
  constexpr double least = 1e-4, most = 0.9999;
  if (!holds(least)) return {{}, "none: a query alone breaks the SLO, by M/D/1"};
  return {largest(least, most, holds) / service, "M/D/1"};
}

}  // namespace ridgeline
