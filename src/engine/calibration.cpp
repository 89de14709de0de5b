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

Status check_rows(std::string_view name, double value) {
  if (std::isfinite(value) && value >= 0) return Status::success();
  return bad_input(fmt::format("calibration: {} are {}, and must be 0 or more", name, value));
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
  for (std::size_t i = 0; i < op_classes; ++i) {
    const std::string name = fmt::format("memory share of {}", to_string(static_cast<OpClass>(i)));
    RIDGELINE_CHECK(check_efficiency(name, calibration.memory_share[i]));
  }
  RIDGELINE_CHECK(check_efficiency("memory efficiency", calibration.memory_efficiency));
  RIDGELINE_CHECK(check_efficiency("4-bit efficiency", calibration.narrow_efficiency));
  RIDGELINE_CHECK(check_efficiency("link efficiency", calibration.link_efficiency));
  RIDGELINE_CHECK(check_efficiency("remote link efficiency", calibration.remote_link_efficiency));
  RIDGELINE_CHECK(check_efficiency("share of products of few rows", calibration.gemm_few_share));
  RIDGELINE_CHECK(check_rows("padding rows", calibration.padding_rows));
  RIDGELINE_CHECK(check_rows("half rows of products", calibration.gemm_half_rows));
  RIDGELINE_CHECK(check_rows("few rows of products", calibration.gemm_few_rows));
  RIDGELINE_CHECK(check_time("launch", calibration.launch));
  RIDGELINE_CHECK(check_time("overhead per layer", calibration.per_layer));
  RIDGELINE_CHECK(check_time("overhead per expert layer", calibration.per_expert_layer));
  RIDGELINE_CHECK(check_time("overhead per sequence", calibration.per_sequence));
  RIDGELINE_CHECK(check_time("hop", calibration.hop));
  RIDGELINE_CHECK(check_time("remote hop", calibration.remote_hop));
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
