#include "engine/inputs.h"

#include <fmt/format.h>

#include "base/text.h"
#include "ridgeline/provenance.h"

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

/// Coefficients that change nothing are left out.
void add_calibration(std::vector<Input>& inputs, const Calibration& c) {
  const auto add = [&](std::string key, std::string value) {
    inputs.push_back({"calibration." + std::move(key), std::move(value), c.provenance});
  };
  const auto add_share = [&](std::string key, double share) {
    if (share != 1) add(std::move(key), fmt::format("{:.4g}", share));
  };
  const auto add_time = [&](std::string key, Seconds time) {
    if (time.value() != 0) add(std::move(key), show(time));
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
      add_share(fmt::format("compute_efficiency.{}", to_string(static_cast<OpClass>(i))),
                c.compute_efficiency[i]);
    }
  }
  add("memory_efficiency", fmt::format("{:.4g}", c.memory_efficiency));
  for (std::size_t i = 0; i < op_classes; ++i) {
    add_share(fmt::format("memory_share.{}", to_string(static_cast<OpClass>(i))), c.memory_share[i]);
  }
  add_share("narrow_efficiency", c.narrow_efficiency);
  const auto add_rows = [&](std::string key, double rows) {
    if (rows != 0) add(std::move(key), fmt::format("{:.4g}", rows));
  };
  add_rows("padding_rows", c.padding_rows);
  add_rows("gemm_half_rows", c.gemm_half_rows);
  add_rows("gemm_few_rows", c.gemm_few_rows);
  add_share("gemm_few_share", c.gemm_few_share);
  add("launch", show(c.launch));
  add("per_layer", show(c.per_layer));
  add_time("per_expert_layer", c.per_expert_layer);
  add("per_step", show(c.per_step));
  add_time("per_sequence", c.per_sequence);
  add_time("hop", c.hop);
  add_share("link_efficiency", c.link_efficiency);
  add_time("remote_hop", c.remote_hop);
  add_share("remote_link_efficiency", c.remote_link_efficiency);
}

}  // namespace

std::vector<Input> used_inputs(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                               const Calibration& calibration, unsigned devices) {
  std::vector<Input> inputs;
  const auto& peak = hardware.peak.at(compute_format(plan.compute()));
  inputs.push_back(
      {fmt::format("hardware.peak.{}", to_string(plan.compute())), show(peak.value), peak.provenance});
  add_memory(inputs, "hardware.memory", hardware.memory);
  for (const MemoryLevel& cache : hardware.caches) {
    // A cache without a known bandwidth bounds nothing and was not used.
    if (cache.bandwidth && cache.capacity) add_memory(inputs, "hardware.caches." + cache.name, cache);
  }
  if (devices > 1) {
    for (const Link& link : hardware.links) {
      inputs.push_back(
          {"hardware.links." + link.name, show(link.bandwidth.value), link.bandwidth.provenance});
    }
  }
  if (hardware.tdp) {
    inputs.push_back({"hardware.tdp", show(hardware.tdp->value), hardware.tdp->provenance});
  }
  inputs.push_back({"model.architecture", model.id, model.provenance});
  add_calibration(inputs, calibration);
  return weakest_first(std::move(inputs));
}

}  // namespace ridgeline::engine
