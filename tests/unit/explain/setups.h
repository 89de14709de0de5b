#pragma once
// Setups of the tutorial's deployments, and a mixing of two that shares nothing with the library's own.

#include <cstddef>
#include <string>
#include <vector>

#include "fixtures.h"

namespace ridgeline::test {

inline Setup setup(const Hardware& hardware, const StepShape& shape = StepShape::decode(1, 0),
                   const Calibration& calibration = Calibration::textbook(0.5, milliseconds(0.1))) {
  Model model = llama_3_8b();
  model.task = "text generation";
  return {model, hardware, PrecisionPlan::uniform(Precision::fp16), shape, calibration, {}, {}};
}

inline Explanation explained(const Setup& baseline, const Setup& proposal,
                             const CompareOptions& options = {}) {
  auto result = compare(baseline, proposal, options);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : Explanation{};
}

inline Profile predicted(const Setup& s) {
  auto result = predict(s.model, s.hardware, s.precision, s.shape, s.calibration, s.parallelism);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : Profile{};
}

inline std::vector<std::string> split(const std::string& factor) {
  static const std::string between = " and ";
  std::vector<std::string> names;
  std::size_t at = 0;
  for (std::size_t next = 0; (next = factor.find(between, at)) != std::string::npos;
       at = next + between.size())
    names.push_back(factor.substr(at, next - at));
  names.push_back(factor.substr(at));
  return names;
}

/// Gives `to` the fields of `from` that a factor's name says.
inline void take(const std::string& factor, Setup& to, const Setup& from) {
  for (const std::string& name : split(factor)) {
    Calibration& c = to.calibration;
    const Calibration& f = from.calibration;
    if (name == "peak FLOP/s") {
      to.hardware.peak = from.hardware.peak;
    } else if (name == "memory bandwidth") {
      to.hardware.memory.bandwidth = from.hardware.memory.bandwidth;
      to.hardware.caches = from.hardware.caches;
    } else if (name == "memory capacity") {
      to.hardware.memory.capacity = from.hardware.memory.capacity;
    } else if (name == "interconnect") {
      to.hardware.links = from.hardware.links;
    } else if (name == "calibration") {
      c = f;
    } else if (name == "compute efficiency") {
      c.compute_efficiency = f.compute_efficiency;
      c.narrow_efficiency = f.narrow_efficiency;
      c.padding_rows = f.padding_rows;
      c.gemm_half_rows = f.gemm_half_rows;
      c.gemm_few_rows = f.gemm_few_rows;
      c.gemm_few_share = f.gemm_few_share;
    } else if (name == "memory efficiency") {
      c.memory_efficiency = f.memory_efficiency;
      c.memory_share = f.memory_share;
    } else if (name == "network efficiency") {
      c.hop = f.hop;
      c.remote_hop = f.remote_hop;
      c.link_efficiency = f.link_efficiency;
      c.remote_link_efficiency = f.remote_link_efficiency;
    } else if (name == "overheads") {
      c.launch = f.launch;
      c.per_layer = f.per_layer;
      c.per_expert_layer = f.per_expert_layer;
      c.per_step = f.per_step;
      c.per_sequence = f.per_sequence;
      c.overlap = f.overlap;
    } else if (name == "precision") {
      to.precision = from.precision;
    } else if (name == "model") {
      to.model = from.model;
    } else if (name == "parallelism") {
      to.parallelism = from.parallelism;
    } else if (name == "batch") {
      to.shape.groups[0].sequences = from.shape.groups[0].sequences;
    } else if (name == "context") {
      to.shape.groups[0].past_tokens = from.shape.groups[0].past_tokens;
    } else if (name == "tokens") {
      to.shape.groups[0].new_tokens = from.shape.groups[0].new_tokens;
    } else if (name == "power") {
      to.hardware.tdp = from.hardware.tdp;
    } else if (name == "price") {
      to.hardware.price = from.hardware.price;
      to.price_per_hour = from.price_per_hour;
    } else {
      ADD_FAILURE() << "no factor is called '" << name << "'";
    }
  }
}

inline double sum_of(const MetricAttribution& m) {
  double sum = 0;
  for (const MetricPart& part : m.parts) sum += part.value;
  return sum;
}

inline const MetricPart& part_of(const MetricAttribution& m, const std::string& factor) {
  for (const MetricPart& part : m.parts) {
    if (part.factor == factor) return part;
  }
  static const MetricPart none;
  ADD_FAILURE() << "no part of " << factor;
  return none;
}

inline bool says(const Explanation& e, const std::string& text) {
  for (const std::string& sentence : e.sentences) {
    if (sentence.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace ridgeline::test
