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

Result<FlopsPerSecond> peak_of(const Hardware& hardware, Precision precision) {
  const auto peak = hardware.peak.find(compute_format(precision));
  if (peak == hardware.peak.end()) {
    return bad_input(fmt::format("{} has no {} peak; it has: {}", hardware.id, to_string(precision),
                                 known_precisions(hardware)));
  }
  if (!is_positive(peak->second.value.value())) {
    return bad_input(
        fmt::format("{}: its {} peak is not a positive number", hardware.id, to_string(precision)));
  }
  return peak->second.value;
}

/// Links come scale-up first. What joins more devices than the first is the network between domains.
Status set_networks(DeviceView& device, const Hardware& hardware, unsigned devices) {
  if (devices <= 1) return Status::success();
  if (hardware.links.empty()) {
    return unavailable(
        fmt::format("{}: the catalog knows no link between devices, so not how {} of them work together",
                    hardware.id, devices));
  }
  device.scale_up = {hardware.links.front().bandwidth.value, hardware.links.front().domain};
  if (device.scale_up.domain == 0 || devices <= device.scale_up.domain) return Status::success();
  for (const Link& link : hardware.links) {
    if (link.domain != 0 && link.domain < devices) continue;
    device.scale_out = {link.bandwidth.value, link.domain};
    if (link.name.find("PCIe") == std::string::npos) return Status::success();
  }
  if (device.scale_out.bandwidth.value() > 0) return Status::success();
  return unavailable(fmt::format("{}: its {} joins {} devices, and the catalog knows no network for {}",
                                 hardware.id, hardware.links.front().name, device.scale_up.domain, devices));
}

}  // namespace

Result<DeviceView> view(const Hardware& hardware, Precision precision) {
  const MemoryLevel& memory = hardware.memory;
  if (!memory.bandwidth || !is_positive(memory.bandwidth->value.value())) {
    return bad_input(hardware.id + ": its memory bandwidth is not a positive number");
  }
  if (!memory.capacity || !is_positive(memory.capacity->value.value())) {
    return bad_input(hardware.id + ": its memory capacity is not a positive number");
  }
  DeviceView device;
  RIDGELINE_TRY(peak, peak_of(hardware, precision));
  device.peak = peak;
  device.peaks[static_cast<std::size_t>(precision)] = peak;
  device.memory_bandwidth = memory.bandwidth->value;
  device.memory_capacity = memory.capacity->value;
  for (const MemoryLevel& cache : hardware.caches) {
    if (!cache.capacity || !cache.bandwidth || device.cache_levels == device.caches.size()) continue;
    device.caches[device.cache_levels++] = {cache.capacity->value, cache.bandwidth->value};
  }
  return device;
}

Result<DeviceView> view(const Hardware& hardware, const PrecisionPlan& plan, unsigned devices) {
  RIDGELINE_TRY(device, view(hardware, plan.compute()));
  for (const Precision weights : {plan.weights, plan.experts.value_or(plan.weights),
                                  plan.attention.value_or(plan.weights), plan.head.value_or(plan.weights)}) {
    const Precision format = plan.compute(weights);
    RIDGELINE_TRY(peak, peak_of(hardware, format));
    device.peaks[static_cast<std::size_t>(format)] = peak;
  }
  const Precision attends_in = plan.attention.value_or(plan.activations);
  RIDGELINE_TRY(peak, peak_of(hardware, attends_in));
  device.peaks[static_cast<std::size_t>(attends_in)] = peak;
  RIDGELINE_CHECK(set_networks(device, hardware, devices));
  return device;
}

Rates make_rates(const DeviceView& device, const Calibration& calibration, Bytes weights) {
  const auto seconds_per_byte = [&](BytesPerSecond bandwidth) {
    return 1 / (bandwidth.value() * calibration.memory_efficiency);
  };
  Rates rates;
  for (std::size_t kind = 0; kind < op_classes; ++kind) {
    for (std::size_t format = 0; format < precisions; ++format) {
      const double narrow = compute_format(static_cast<Precision>(format)) == Precision::fp4
                                ? calibration.narrow_efficiency
                                : 1;
      const double rate = device.peaks[format].value() * calibration.compute_efficiency[kind] * narrow;
      rates.seconds_per_flop[kind][format] = rate > 0 ? 1 / rate : 0;
    }
    rates.memory_stretch[kind] = 1 / calibration.memory_share[kind];
  }
  rates.stored = seconds_per_byte(device.bandwidth_for(weights));
  rates.passing = seconds_per_byte(device.memory_bandwidth);
  for (std::size_t i = 0; i < device.cache_levels; ++i) {
    rates.caches[i] = {device.caches[i].capacity, seconds_per_byte(device.caches[i].bandwidth)};
  }
  rates.cache_levels = device.cache_levels;
  rates.padding_rows = calibration.padding_rows;
  rates.half_rows = calibration.gemm_half_rows;
  rates.few_rows = calibration.gemm_few_rows;
  rates.few_stretch = 1 / calibration.gemm_few_share;
  rates.overlap = calibration.overlap;
  const auto network = [](const NetworkView& link, Seconds hop, double efficiency) {
    const double rate = link.bandwidth.value() * efficiency;
    return Rates::Network{hop.value(), rate > 0 ? 1 / rate : 0, link.domain};
  };
  rates.scale_up = network(device.scale_up, calibration.hop, calibration.link_efficiency);
  rates.scale_out = network(device.scale_out, calibration.remote_hop, calibration.remote_link_efficiency);
  rates.launch = calibration.launch;
  return rates;
}

Totals cost_ops(std::span<const Op> ops, const Rates& rates) {
  Totals sum;
  for (const Op& op : ops) {
    const OpCost one = cost(op, rates);
    const Seconds both = overlapped(one.compute, one.memory, rates.overlap) * op.count;
    const bool compute_binds = one.compute >= one.memory;
    sum.compute += one.compute * op.count;
    sum.memory += one.memory * op.count;
    sum.bound_compute += compute_binds ? both : Seconds(0);
    sum.bound_memory += compute_binds ? Seconds(0) : both;
    sum.network += one.network * op.count;
    sum.launches += rates.launch * op.count;
    sum.flops += op.flops * op.count;
    sum.bytes += op.bytes() * op.count;
    sum.wire += op.kind == OpClass::collective ? wire_bytes(op) * op.count : Bytes(0);
  }
  return sum;
}

}  // namespace ridgeline::engine

namespace ridgeline {

Seconds overlapped(Seconds compute, Seconds memory, Overlap overlap) {
  const Seconds longer = std::max(compute, memory);
  if (overlap == Overlap::full || longer.value() <= 0) return longer;
  const double ratio = std::min(compute, memory) / longer, square = ratio * ratio;
  return longer * std::sqrt(std::sqrt(1 + square * square));
}

}  // namespace ridgeline
