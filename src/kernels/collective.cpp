#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "kernels/device.h"
#include "ridgeline/kernels.h"

namespace ridgeline {
namespace {

/// Bytes that one device must send.
double wire_bytes(const CollectiveShape& shape) {
  const double others = (shape.devices - 1) / shape.devices * shape.bytes.value();
  return shape.op == CollectiveOp::all_reduce ? 2 * others : others;
}

/// Steps of a ring; an all-to-all sends to everyone at once.
double ring_steps(const CollectiveShape& shape) {
  switch (shape.op) {
    case CollectiveOp::all_reduce:
      return 2 * (shape.devices - 1);
    case CollectiveOp::all_to_all:
      return 1;
    default:
      return shape.devices - 1;
  }
}

double link_share(const CollectiveCoefficients& c, double devices) {
  return c.link_efficiency *
         (c.over_host ? portable_pow(2 / devices, c.contention) : 1 - c.contention / devices);
}

double ring_seconds(const CollectiveShape& shape, const CollectiveCoefficients& c, double link) {
  const double transfer = wire_bytes(shape) / (link * link_share(c, shape.devices));
  // n segments take transfer + n * start + transfer / n; the best n leaves twice the geometric mean.
  return c.fixed_time.value() + c.step_time.value() * (ring_steps(shape) - 1) + transfer +
         2 * std::sqrt(c.segment_time.value() * transfer);
}

double one_shot_seconds(const CollectiveShape& shape, const CollectiveCoefficients& c, double link) {
  const double sent = (shape.devices - 1) * shape.bytes.value();
  const double crowd = c.over_host ? portable_pow(shape.devices / 2, c.one_shot.contention) : 1;
  return c.one_shot.fixed_time.value() + c.one_shot.device_time.value() * (shape.devices - 2) +
         sent / (link * c.one_shot.link_efficiency) * crowd;
}

Status check(const CollectiveShape& shape) {
  RIDGELINE_CHECK(kernels::check_sizes({{"devices", shape.devices}, {"bytes", shape.bytes.value()}}));
  if (shape.devices < 2) return bad_input("a collective needs 2 devices or more");
  return Status::success();
}

}  // namespace

Result<Seconds> kernel_time(const CollectiveShape& shape, const Hardware& hardware,
                            const CollectiveCoefficients& c, KernelSetting setting) {
  RIDGELINE_CHECK(check(shape));
  RIDGELINE_TRY(link, kernels::link_of(hardware, shape.devices));
  double seconds = ring_seconds(shape, c, link);
  if (shape.op == CollectiveOp::all_reduce && c.one_shot.link_efficiency > 0) {
    seconds = std::min(seconds, one_shot_seconds(shape, c, link));
  }
  if (setting == KernelSetting::eager && c.harness.copy_efficiency > 0) {
    if (!hardware.memory.bandwidth) return unavailable("no memory bandwidth in the catalog");
    const double bandwidth = hardware.memory.bandwidth->value.value();
    seconds += 2 * shape.bytes.value() / (bandwidth * c.harness.copy_efficiency);
    seconds = std::max(c.harness.launch_floor.value(), seconds);
  }
  return Seconds(std::max(seconds, wire_bytes(shape) / link));
}

Result<Seconds> kernel_roofline(const CollectiveShape& shape, const Hardware& hardware) {
  RIDGELINE_CHECK(check(shape));
  RIDGELINE_TRY(link, kernels::link_of(hardware, shape.devices));
  return Seconds(wire_bytes(shape) / link);
}

}  // namespace ridgeline
