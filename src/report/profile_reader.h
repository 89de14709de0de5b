#pragma once
// Predictions, back from their documents.

#include "report/json_place.h"
#include "ridgeline/serving.h"

namespace ridgeline::report {

/// All that to_json(Profile) wrote but its inputs, which record.h finds. Figures that were not finite come
/// back as NaN. What is wrong with it is the place's complaint.
Profile read_profile(const JsonPlace&);

/// A serving point and what was predicted of it, as far as the document says. Its decode step has a profile.
struct ReadServing {
  ServingPoint point;
  ServingPrediction prediction;
};
ReadServing read_serving(const JsonPlace&);

}  // namespace ridgeline::report
