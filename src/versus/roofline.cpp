#include "versus/roofline.h"

#include <algorithm>

namespace ridgeline::versus {
namespace {

Regime bound_of(const OpTime& op, const Calibration& calibration) {
  const Seconds work = std::max(op.compute, op.memory);
  const Seconds launches = op.time - overlapped(op.compute, op.memory, calibration.overlap) - op.network;
  if (launches > work && launches > op.network) return Regime::overhead_bound;
  if (op.network > work) return Regime::network_bound;
  return op.compute >= op.memory ? Regime::compute_bound : Regime::memory_bound;
}

void place(const Profile& pass, const char* name, Roofline& roofline) {
  for (const OpTime& op : pass.ops) {
    RooflineOp placed;
    placed.pass = name;
    placed.name = op.name;
    placed.flops = op.flops;
    placed.bytes = op.bytes;
    if (op.flops > Flops(0) && op.bytes > Bytes(0)) {
      placed.intensity = op.flops / op.bytes;
      placed.attained = op.flops / op.time;
      placed.roof = std::min(roofline.peak, roofline.bandwidth * placed.intensity);
    }
    placed.bound = bound_of(op, pass.calibration);
    placed.share = op.time / pass.latency;
    roofline.ops.push_back(std::move(placed));
  }
}

/// Amounts over what they take where each class reaches its own share: a harmonic mean.
template <class Amount, class Share>
double mean_share(const std::vector<OpTime>& ops, Amount amount, Share share) {
  double all = 0, taken = 0;
  for (const OpTime& op : ops) {
    all += amount(op);
    taken += amount(op) / share(op.kind);
  }
  return taken > 0 ? all / taken : 1;
}

/// A figure of prompts and of decode steps, weighted by the time that each takes.
template <class Of>
double by_time(const Point& point, Of of) {
  if (!point.prompt) return of(point.pass);
  return point.prompt_share * of(*point.prompt) + (1 - point.prompt_share) * of(point.pass);
}

}  // namespace

Roofline roofline_of(const Point& point) {
  Roofline roofline;
  roofline.format = compute_format(point.pass.precision.compute());
  roofline.peak = point.pass.peak;
  roofline.bandwidth = point.pass.bandwidth;
  roofline.ridge = point.pass.ridge;
  place(point.pass, point.prompt ? "decode" : "pass", roofline);
  if (point.prompt) place(*point.prompt, "prompt", roofline);
  return roofline;
}

PeakAndSustained sustained_compute(const Point& point, const std::optional<SteadyHeat>& heat) {
  const auto share = [&](const Profile& pass) {
    return mean_share(
        pass.ops, [](const OpTime& op) { return op.flops.value(); },
        [&](OpClass kind) { return pass.calibration.compute_efficiency[static_cast<std::size_t>(kind)]; });
  };
  PeakAndSustained result;
  result.peak = point.pass.peak.value();
  result.calibrated = result.peak * by_time(point, share);
  if (heat) result.sustained = result.calibrated * heat->clock;
  result.attained = result.peak * by_time(point, [](const Profile& pass) { return pass.mfu; });
  return result;
}

PeakAndSustained sustained_memory(const Point& point) {
  const auto share = [&](const Profile& pass) {
    return mean_share(
        pass.ops, [](const OpTime& op) { return op.bytes.value(); },
        [&](OpClass kind) { return pass.calibration.memory_efficiency_of(kind); });
  };
  PeakAndSustained result;
  result.peak = point.pass.bandwidth.value();
  result.calibrated = result.peak * by_time(point, share);
  result.sustained = result.calibrated;  // memory has a clock of its own
  result.attained = by_time(point, [](const Profile& pass) {
    double bytes = 0;
    for (const OpTime& op : pass.ops) bytes += op.bytes.value();
    return bytes / pass.latency.value();
  });
  return result;
}

}  // namespace ridgeline::versus
