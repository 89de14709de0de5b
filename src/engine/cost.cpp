#include "engine/cost.h"

#include <fmt/format.h>

#include <cmath>
#include <string>

namespace ridgeline::engine {
namespace {

bool is_positive(double value) { return std::isfinite(value) && value > 0; }

std::string known_precisions(const Hardware& hardware) {
  std::string list;
  for (const auto& entry : hardware.peak) {
    if (!list.empty()) list += ", ";
    list += to_string(entry.first);
  }
  return list.empty() ? "none" : list;
}

}  // namespace

Result<DeviceView> view(const Hardware& hardware, Precision precision) {
  const auto peak = hardware.peak.find(precision);
  if (peak == hardware.peak.end()) {
    return bad_input(fmt::format("{} has no {} peak; it has: {}", hardware.id, to_string(precision),
                                 known_precisions(hardware)));
  }
  if (!is_positive(peak->second.value.value())) {
    return bad_input(
        fmt::format("{}: its {} peak is not a positive number", hardware.id, to_string(precision)));
  }
  const MemoryLevel& memory = hardware.memory;
  if (!memory.bandwidth || !is_positive(memory.bandwidth->value.value())) {
    return bad_input(hardware.id + ": its memory bandwidth is not a positive number");
  }
  if (!memory.capacity || !is_positive(memory.capacity->value.value())) {
    return bad_input(hardware.id + ": its memory capacity is not a positive number");
  }
  DeviceView device;
  device.peak = peak->second.value;
  device.memory_bandwidth = memory.bandwidth->value;
  device.memory_capacity = memory.capacity->value;
  for (const MemoryLevel& cache : hardware.caches) {
    if (!cache.capacity || !cache.bandwidth || device.cache_levels == device.caches.size()) continue;
    device.caches[device.cache_levels++] = {cache.capacity->value, cache.bandwidth->value};
  }
  return device;
}

Rates make_rates(const DeviceView& device, const Calibration& calibration, Bytes weights) {
  const auto seconds_per_byte = [&](BytesPerSecond bandwidth) {
    return 1 / (bandwidth.value() * calibration.memory_efficiency);
  };
  Rates rates;
  for (std::size_t i = 0; i < op_classes; ++i) {
    rates.seconds_per_flop[i] = 1 / (device.peak.value() * calibration.compute_efficiency[i]);
  }
  rates.stored = seconds_per_byte(device.bandwidth_for(weights));
  rates.passing = seconds_per_byte(device.memory_bandwidth);
  for (std::size_t i = 0; i < device.cache_levels; ++i) {
    rates.caches[i] = {device.caches[i].capacity, seconds_per_byte(device.caches[i].bandwidth)};
  }
  rates.cache_levels = device.cache_levels;
  rates.launch = calibration.launch;
  return rates;
}

Totals cost_ops(std::span<const Op> ops, const Rates& rates) {
  Totals sum;
  for (const Op& op : ops) {
    const OpCost one = cost(op, rates);
    const Seconds compute = one.compute * op.count, memory = one.memory * op.count;
    const bool compute_binds = one.compute >= one.memory;
    sum.compute += compute;
    sum.memory += memory;
    sum.bound_compute += compute_binds ? compute : Seconds(0);
    sum.bound_memory += compute_binds ? Seconds(0) : memory;
    sum.launches += rates.launch * op.count;
    sum.flops += op.flops * op.count;
    sum.bytes += op.bytes() * op.count;
  }
  return sum;
}

}  // namespace ridgeline::engine
