#pragma once
// Documents of `predict --json`, as far as the gate asks.

#include <string>

#include "ridgeline/gate.h"

namespace ridgeline::report {

/// "schema" of a JSON object; empty where there is none, or the text is not JSON as far as that.
std::string schema_of(const std::string& text);
/// Of schema ridgeline.profile/1 or ridgeline.serving/1; `path` is for messages. Figures that are null are
/// absent. bad_input: no such document, or a key that is missing or of the wrong kind.
Result<Prediction> read_prediction(const std::string& text, const std::string& path);

}  // namespace ridgeline::report
