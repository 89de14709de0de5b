#include "ridgeline/failures.h"

#include <fmt/format.h>

#include <cmath>

#include "base/portable_math.h"

namespace ridgeline {
namespace {

Status check(Seconds time, bool zero_too, const char* key) {
  const double t = time.value();
  if (std::isfinite(t) && (t > 0 || (zero_too && t == 0))) return Status::success();
  return bad_input(
      fmt::format("failures: {} is {} s, and must be {}", key, t, zero_too ? "0 or more" : "above 0"));
}

Seconds best_interval(Seconds mtbf, Seconds checkpoint) {
  const double m = mtbf.value(), c = checkpoint.value();
  if (c >= 2 * m) return mtbf;
  const double x = c / (2 * m);
  return Seconds(std::sqrt(2 * c * m) * (1 + std::sqrt(x) / 3 + x / 9) - c);
}

}  // namespace

Result<FailureCost> cost_of_failures(const FailureModel& model, double devices) {
  RIDGELINE_CHECK(check(model.mtbf, false, "mtbf"));
  RIDGELINE_CHECK(check(model.checkpoint, false, "checkpoint"));
  RIDGELINE_CHECK(check(model.restart, true, "restart"));
  if (model.interval) RIDGELINE_CHECK(check(*model.interval, false, "interval"));
  if (!(devices >= 1 && std::isfinite(devices))) return bad_input("failures: devices must be 1 or more");
  FailureCost cost;
  cost.mtbf = model.mtbf / devices;
  cost.interval = model.interval.value_or(best_interval(cost.mtbf, model.checkpoint));
  const double m = cost.mtbf.value(), t = cost.interval.value();
  const double lasts =
      m * portable_exp(model.restart.value() / m) * (portable_exp((t + model.checkpoint.value()) / m) - 1);
  cost.goodput = t / lasts;
  return cost;
}

}  // namespace ridgeline
