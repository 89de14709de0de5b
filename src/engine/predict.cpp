#include "engine/calibration.h"
#include "engine/cost.h"
#include "engine/inputs.h"
#include "engine/interval_90.h"
#include "engine/lowering.h"
#include "engine/memory.h"
#include "engine/pass_counts.h"
#include "engine/regime.h"
#include "engine/whole_model.h"
#include "ridgeline/engine.h"

namespace ridgeline {
namespace {

using namespace engine;

void set_times(Profile& profile, const Totals& totals, Seconds overhead) {
  profile.bound_compute = totals.bound_compute;
  profile.bound_memory = totals.bound_memory;
  profile.network = totals.network;
  profile.overhead = overhead;
  profile.latency = profile.bound_compute + profile.bound_memory + profile.network + profile.overhead;
  profile.compute = totals.compute;
  profile.memory = totals.memory;
  profile.regime = regime_of(totals, overhead);
  profile.flops = totals.flops;
  profile.bytes = totals.bytes;
  profile.wire = totals.wire;
}

void set_rates(Profile& profile, const DeviceView& device) {
  profile.peak = device.peak;
  profile.bandwidth = device.memory_bandwidth;
  profile.intensity = profile.flops / profile.bytes;
  profile.ridge = device.peak / device.memory_bandwidth;
  profile.throughput = profile.samples / profile.latency.value() * Hertz(1);
  profile.mfu = (profile.flops / profile.latency) / device.peak;
}

OpTime time_of(const Op& op, const Rates& rates) {
  const OpCost one = cost(op, rates);
  OpTime time;
  time.name = std::string(op.name);
  time.kind = op.kind;
  time.count = op.count;
  time.flops = op.flops * op.count;
  time.bytes = op.bytes() * op.count;
  time.compute = one.compute * op.count;
  time.memory = one.memory * op.count;
  time.network = one.network * op.count;
  time.wire = op.kind == OpClass::collective ? wire_bytes(op) * op.count : Bytes(0);
  time.time = overlapped(time.compute, time.memory, rates.overlap) + time.network + rates.launch * op.count;
  return time;
}

}  // namespace

Result<Profile> predict(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                        const StepShape& shape, const Calibration& calibration,
                        const Parallelism& parallelism) {
  RIDGELINE_CHECK(validate(calibration));
  RIDGELINE_TRY(device, view(hardware, plan, parallelism.devices()));
  RIDGELINE_TRY(ops, lower(model, shape, plan, parallelism));

  Profile profile;
  profile.model = model.id;
  profile.hardware = hardware.id;
  profile.memory_name = hardware.memory.name;
  profile.precision = plan;
  profile.parallelism = parallelism;
  profile.calibration = calibration;
  profile.shape = shape;
  profile.samples = samples_of(shape.groups);
  profile.tokens = generates(model) ? profile.samples : 0;

  const ParameterCount parameters = count_parameters(model);
  profile.footprint = footprint(model, parameters, shape.groups, plan, ops, parallelism);
  profile.footprint.capacity = device.memory_capacity;
  if (calibration.kind == CalibrationKind::textbook) {
    std::vector<Op> scratch;
    RIDGELINE_TRY(whole, whole_op(model, parameters, shape.groups, plan, scratch));
    ops.assign(1, whole);
  }

  const Rates rates = make_rates(device, calibration, profile.footprint.weights);
  const Totals totals = cost_ops(ops, rates);
  set_times(profile, totals, overhead(totals, calibration, pass_counts(model, shape.groups, parallelism)));
  profile.interval = interval_90(profile.latency, calibration.spread);
  set_rates(profile, device);
  if (hardware.tdp) profile.energy = hardware.tdp->value * profile.latency * parallelism.devices();
  for (const Op& op : ops) profile.ops.push_back(time_of(op, rates));
  profile.inputs = used_inputs(model, hardware, plan, calibration, parallelism.devices());
  return profile;
}

}  // namespace ridgeline
