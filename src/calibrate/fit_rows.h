#pragma once
// Which measurements a fit may learn from, lowered once so that evaluating them again is cheap.

#include <optional>
#include <string>
#include <vector>

#include "engine/serving_model.h"
#include "ridgeline/validation.h"

namespace ridgeline::calibrate {

struct FitRow {
  std::size_t point = 0;  ///< index in the table
  engine::ServingModel model;
  CalibrationScope scope;  ///< generation, stack and version, all of them
  /// group_key with the first id of the models that are alike: DeepSeek R1 and V3 are one architecture, and
  /// what was fitted on one has seen the other.
  std::string group;
  std::optional<double> log_tpot, log_ttft;  ///< logarithms of the measured seconds
};

struct FitRows {
  std::vector<FitRow> rows;
  std::vector<std::string> left_out;  ///< "line 12: beats the roofline ..."
};

/// `checked` is the validation of the same table: rows that it calls suspect or has no prediction for are
/// left out, and so are those with a doubt. The sequences in decode follow from the measured times by
/// Little's law, not from the model, so that an error of the TTFT cannot hide in the TPOT; where one time is
/// missing its prediction stands in.
FitRows prepare_rows(const Validation& checked, const Catalog&);

}  // namespace ridgeline::calibrate
