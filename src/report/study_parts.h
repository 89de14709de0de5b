#pragma once
// What the forms of a study's report share.

#include <string>
#include <vector>

#include "ridgeline/study_report.h"

namespace ridgeline::report {

/// Axes with more than one value.
std::vector<std::size_t> varying(const Study&);
/// Whether its values are names rather than numbers.
bool is_name(AxisKind);
/// "isl 1024, osl 1024": the others.
std::string fixed_text(const Study&);
/// "h100-sxm-80gb, tp 4, concurrency 64": names ahead of numbers, of axes that vary.
std::string point_text(const Study&, const std::vector<std::string>& at);
/// "40.0 ms", "–".
std::string metric_text(const Study&, std::size_t metric, const std::optional<double>&);
/// "maximise tokens_per_device".
std::string objective_text(const Study&, const StudyObjective&);
std::string_view metric_name(const Study&, std::size_t metric);
/// "12,345".
std::string whole(std::uint64_t);
/// Whether an objective, constraint or price makes costs matter.
bool has_money(const Study&);
/// Where costs come from, in a sentence.
std::string money_text(const Study&);
std::string calibration_text(const Study&);
/// "llama-3.1-8b", "llama-3.1-8b, qwen3-32b".
std::string models_text(const Study&);

}  // namespace ridgeline::report
