#include "engine/inputs.h"

#include <fmt/format.h>

#include "base/text.h"

namespace ridgeline::engine {
namespace {

void add_memory(std::vector<Input>& inputs, const std::string& key, const MemoryLevel& level) {
  if (level.capacity) {
    inputs.push_back({key + ".capacity", show(level.capacity->value), level.capacity->provenance});
  }
  if (level.bandwidth) {
    inputs.push_back({key + ".bandwidth", show(level.bandwidth->value), level.bandwidth->provenance});
  }
}

void add_calibration(std::vector<Input>& inputs, const Calibration& c) {
  const auto add = [&](std::string key, std::string value) {
    inputs.push_back({"calibration." + std::move(key), std::move(value), c.provenance});
  };
  if (c.kind == CalibrationKind::ideal) {
    add("ideal", "efficiency 1, no overheads");
    return;
  }
  if (c.kind == CalibrationKind::textbook) {
    add("efficiency",
        fmt::format("{:.4g}", c.compute_efficiency[static_cast<std::size_t>(OpClass::whole_model)]));
  } else {
    for (std::size_t i = 0; i < op_classes; ++i) {
      if (static_cast<OpClass>(i) == OpClass::whole_model) continue;
      add(fmt::format("compute_efficiency.{}", to_string(static_cast<OpClass>(i))),
          fmt::format("{:.4g}", c.compute_efficiency[i]));
    }
  }
  add("memory_efficiency", fmt::format("{:.4g}", c.memory_efficiency));
  add("launch", show(c.launch));
  add("per_layer", show(c.per_layer));
  add("per_step", show(c.per_step));
}

}  // namespace

std::vector<Input> used_inputs(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                               const Calibration& calibration) {
  std::vector<Input> inputs;
  const auto& peak = hardware.peak.at(plan.compute());
  inputs.push_back(
      {fmt::format("hardware.peak.{}", to_string(plan.compute())), show(peak.value), peak.provenance});
  add_memory(inputs, "hardware.memory", hardware.memory);
  for (const MemoryLevel& cache : hardware.caches) {
    // A cache without a known bandwidth bounds nothing and was not used.
    if (cache.bandwidth && cache.capacity) add_memory(inputs, "hardware.caches." + cache.name, cache);
  }
  if (hardware.tdp) {
    inputs.push_back({"hardware.tdp", show(hardware.tdp->value), hardware.tdp->provenance});
  }
  inputs.push_back({"model.architecture", model.id, model.provenance});
  add_calibration(inputs, calibration);
  return inputs;
}

}  // namespace ridgeline::engine
