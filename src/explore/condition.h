#pragma once
#include <string_view>

#include "ridgeline/study.h"

namespace ridgeline::studies {

/// product relation product: "tp * replicas <= 8", "2 * dp == ep". Factors are numbers, axes of whole numbers
/// and `devices`, which is tp * pp * dp * replicas. Into left, right, relation and text. bad_input: three
/// lines as of parse_criterion().
Result<StudyCondition> parse_condition(std::string_view text, const std::vector<StudyAxis>&);
/// Axes whose numbers mean something.
bool is_numeric(AxisKind);

}  // namespace ridgeline::studies
