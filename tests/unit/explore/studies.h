#pragma once
// Studies over the shipped catalog, read once for all tests.

#include <gtest/gtest.h>

#include "ridgeline/study.h"

namespace ridgeline::testing {

struct Shipped {
  Catalog catalog;
  Calibrations calibrations;
};
inline const Shipped& shipped() {
  static const Shipped all = [] {
    const std::string dir = RIDGELINE_DATA_DIR;
    return Shipped{*Catalog::load(dir), *Calibrations::load(dir + "/calibration")};
  }();
  return all;
}

inline Result<Study> read(const std::string& text) {
  return read_study(text, "s.yaml", shipped().catalog, shipped().calibrations);
}
inline Study study(const std::string& text) {
  const auto read_one = read(text);
  EXPECT_TRUE(read_one) << (read_one ? "" : read_one.error().message);
  return read_one ? *read_one : Study();
}
inline StudyResult result_of(const Study& s, const ExploreOptions& options = {}) {
  const auto result = explore(s, options);
  EXPECT_TRUE(result) << (result ? "" : result.error().message);
  return result ? *result : StudyResult();
}

/// Small, with every fate: too large for one L4, impossible tp 3, beyond the constraints.
inline const std::string serving_space = R"(model: llama-3.1-8b
workload: {isl: 512, osl: 128}
space:
  hardware: [h100, l4, a100]
  precision: [fp16, fp8]
  tp: [1, 2, 3]
  replicas: [1, 2]
  concurrency: {from: 1, to: 256, factor: 4}
conditions: [tp * replicas <= 3]
constraints: [ttft < 100ms, tpot < 40ms]
uncertainty: {draws: 0, sensitivity: false}
)";
inline const std::string two_objectives =
    "objectives: [{maximise: tokens_per_device}, {maximise: tokens_per_user}]\n";

inline std::vector<std::uint64_t> indices(const std::vector<StudyPoint>& points) {
  std::vector<std::uint64_t> all;
  for (const StudyPoint& p : points) all.push_back(p.index);
  return all;
}
inline std::vector<std::vector<std::string>> places(const std::vector<StudyPoint>& points) {
  std::vector<std::vector<std::string>> all;
  for (const StudyPoint& p : points) all.push_back(p.at);
  return all;
}

}  // namespace ridgeline::testing
