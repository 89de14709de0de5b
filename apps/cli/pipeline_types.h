#pragma once
// What the stages of a pipeline file hand to one another, beside the library's own results.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "report/run_difference.h"
#include "ridgeline/engine.h"
#include "ridgeline/pipeline.h"
#include "ridgeline/run_difference.h"
#include "ridgeline/scenario.h"
#include "ridgeline/serving.h"
#include "store/run_blob.h"

namespace ridgeline {

/// Runs are kept as the store keeps them: exact.
template <>
struct CodecOf<Run> {
  static std::string encode(const Run& run) { return store::write_run(run); }
  static Result<Run> decode(const std::string& blob) { return store::read_run(blob); }
};

namespace cli {

struct Deployment {
  static constexpr std::string_view artifact_name = "Deployment";
  Model model;
  Hardware hardware;
  PrecisionPlan precision;
  Calibration calibration;
  Parallelism parallelism;
};

/// Names of operators lie in the model, so it stays with them.
struct Operators {
  static constexpr std::string_view artifact_name = "Operators";
  std::shared_ptr<const Deployment> deployment;
  StepShape shape;
  std::vector<Op> ops;
};

struct Serving {
  static constexpr std::string_view artifact_name = "Serving";
  ServingPoint point;
  ServingPrediction prediction;
};

/// Two runs under the names of their stages, and what can be said of their difference.
struct RunsCompared {
  static constexpr std::string_view artifact_name = "RunDifference";
  report::NamedRun a, b;
  RunDifference difference;
};

struct Rendered {
  static constexpr std::string_view artifact_name = "Rendered";
  std::string text;
  std::string path;  ///< where it was written; empty: it is to be printed
};

}  // namespace cli
}  // namespace ridgeline
