#include "report/study_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/format.h"
#include "report/gate_parts.h"

namespace ridgeline::report {
namespace {

std::string value_text(const StudyAxis& axis, const std::string& value) {
  return is_name(axis.kind) && axis.kind != AxisKind::kv_cache ? value
                                                               : fmt::format("{} {}", axis.name, value);
}

}  // namespace

bool is_name(AxisKind kind) {
  return kind == AxisKind::model || kind == AxisKind::hardware || kind == AxisKind::precision ||
         kind == AxisKind::kv_cache;
}

std::vector<std::size_t> varying(const Study& study) {
  std::vector<std::size_t> axes;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    if (study.axes[i].values.size() > 1) axes.push_back(i);
  }
  return axes;
}

std::string fixed_text(const Study& study) {
  std::vector<std::string> parts;
  for (const StudyAxis& axis : study.axes) {
    if (axis.values.size() == 1 && axis.kind != AxisKind::model)
      parts.push_back(value_text(axis, axis.values.front().text));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string point_text(const Study& study, const std::vector<std::string>& at) {
  std::vector<std::string> parts;
  for (const std::size_t i : varying(study)) parts.push_back(value_text(study.axes[i], at[i]));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string_view metric_name(const Study& study, std::size_t metric) {
  return study_metrics(study.kind)[metric].name;
}

std::string metric_text(const Study& study, std::size_t metric, const std::optional<double>& value) {
  return value ? figure_text(*value, study_metrics(study.kind)[metric].unit) : absent;
}

std::string objective_text(const Study& study, const StudyObjective& o) {
  return fmt::format("{} {}", o.direction == Direction::minimise ? "minimise" : "maximise",
                     metric_name(study, o.metric));
}

std::string whole(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

bool has_money(const Study& study) {
  const auto is_cost = [&](std::size_t metric) { return metric_name(study, metric).starts_with("cost"); };
  return std::any_of(study.objectives.begin(), study.objectives.end(),
                     [&](const StudyObjective& o) { return is_cost(o.metric); }) ||
         std::any_of(study.constraints.begin(), study.constraints.end(),
                     [&](const StudyConstraint& c) { return is_cost(c.metric); });
}

std::string money_text(const Study& study) {
  const bool is_axis = std::any_of(study.axes.begin(), study.axes.end(),
                                   [](const StudyAxis& a) { return a.kind == AxisKind::price_per_hour; });
  if (is_axis) return "Costs are of the axis price_per_hour.";
  const auto given = std::count_if(study.devices.begin(), study.devices.end(),
                                   [](const StudyDevice& d) { return d.price_per_hour.has_value(); });
  if (static_cast<std::size_t>(given) == study.devices.size())
    return "Costs are of the prices per hour given.";
  return fmt::format(
      "Costs are of {}the catalog's price of a device over {:g} years of all hours; no power, host or "
      "network.",
      given > 0 ? "the prices per hour given, else of " : "", study.amortise_years);
}

std::string models_text(const Study& study) {
  if (study.models.empty()) return study.model.id;
  std::vector<std::string> ids;
  for (const Model& model : study.models) ids.push_back(model.id);
  return fmt::format("{}", fmt::join(ids, ", "));
}

std::string calibration_text(const Study& study) {
  if (study.ideal) return "ideal calibration";
  if (study.stack.empty()) return "fitted calibration";
  return fmt::format("fitted calibration of {}{}{}", study.stack, study.stack_version.empty() ? "" : " ",
                     study.stack_version);
}

}  // namespace ridgeline::report
