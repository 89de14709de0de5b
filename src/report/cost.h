#pragma once
// What work takes, part by part: one device in full, or several beside one another.

#include <string>
#include <vector>

#include "report/json_parts.h"
#include "ridgeline/cost.h"

namespace ridgeline::report {

/// "12.4 USD", "3.20 kJ", "1.10 kg".
std::string amount(double value, CostUnit);
/// Of carbon.
inline std::string grams(double value) { return amount(value, CostUnit::grams); }
/// "≤ 12.4 USD", "in the rent", "unknown".
std::string amount_of(const CostPart&, const std::optional<double>& value);
/// "all money".
std::string label_of(const CostPart&);
/// "all carbon, from electricity: unknown, no carbon intensity was given": each reason once.
std::vector<std::string> reasons_of(const std::vector<const CostPart*>&);
/// Key, words, unit, whether it is a bound or a total, and why it is unknown.
Json cost_part_json(const CostPart&);

/// Requires at least one.
std::string text(const std::vector<CostReport>&);
std::string markdown(const std::vector<CostReport>&);
/// Schema ridgeline.cost/1; unknown is null.
std::string json(const std::vector<CostReport>&);

}  // namespace ridgeline::report
