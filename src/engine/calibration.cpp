#include "engine/calibration.h"

#include <fmt/format.h>

#include <cmath>

namespace ridgeline {
namespace engine {
namespace {

Status check_efficiency(std::string_view name, double value) {
  if (value > 0 && value <= 1) return Status::success();  // NaN fails both
  return bad_input(fmt::format("calibration: {} is {}, and must be above 0 and at most 1", name, value));
}

Status check_time(std::string_view name, Seconds value) {
  if (std::isfinite(value.value()) && value.value() >= 0) return Status::success();
  return bad_input(
      fmt::format("calibration: {} is {} s, and must be a time of 0 or more", name, value.value()));
}

}  // namespace

Status validate(const Calibration& calibration) {
  for (std::size_t i = 0; i < op_classes; ++i) {
    const std::string name = fmt::format("compute efficiency of {}", to_string(static_cast<OpClass>(i)));
    RIDGELINE_CHECK(check_efficiency(name, calibration.compute_efficiency[i]));
  }
  RIDGELINE_CHECK(check_efficiency("memory efficiency", calibration.memory_efficiency));
  RIDGELINE_CHECK(check_time("launch", calibration.launch));
  RIDGELINE_CHECK(check_time("overhead per layer", calibration.per_layer));
  return check_time("overhead per step", calibration.per_step);
}

}  // namespace engine

Calibration Calibration::textbook(double efficiency, Seconds overhead_per_layer) {
  Calibration calibration;
  calibration.kind = CalibrationKind::textbook;
  calibration.compute_efficiency.fill(efficiency);
  calibration.per_layer = overhead_per_layer;
  calibration.provenance = {ProvenanceKind::assumed, "textbook: one efficiency, one overhead a layer", ""};
  return calibration;
}

}  // namespace ridgeline
