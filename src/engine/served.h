#pragma once
// How models are served where only part of it is said, and serving points by the million.

#include <optional>

#include "ridgeline/serving.h"

namespace ridgeline::engine {

/// With what experts are spread over: `expert` ranks, or where nobody says every device with data ranks, else
/// one. Models without experts keep `expert` as given, for check() to refuse.
Parallelism with_experts(Parallelism, std::optional<unsigned> expert, const Model&);

/// How a model is served in a format: PrecisionPlan::quantized for language models below 16 bits, else
/// uniform.
PrecisionPlan served_in(Precision, const Model&);

/// predict_serving() without `decode`, which takes most of the time.
Result<ServingPrediction> predict_serving_times(const Model&, const Hardware&, const ServingPoint&,
                                                const Calibration&);

}  // namespace ridgeline::engine
