#include "calibrate/validate_groups.h"

#include <fmt/format.h>

#include <map>

#include "calibrate/errors.h"

namespace ridgeline::calibrate {
namespace {

using Property = std::string (*)(const MeasuredPoint&);

Result<Property> property(const std::string& name) {
  static const std::map<std::string, Property> properties{
      {"hardware", [](const MeasuredPoint& m) { return m.hardware; }},
      {"system", [](const MeasuredPoint& m) { return m.hardware; }},
      {"model", [](const MeasuredPoint& m) { return m.model; }},
      {"stack", [](const MeasuredPoint& m) { return m.stack; }},
      {"backend", [](const MeasuredPoint& m) { return m.stack; }},
      {"version", [](const MeasuredPoint& m) { return m.version; }},
      {"precision", [](const MeasuredPoint& m) { return m.precision_text; }},
      {"mode", [](const MeasuredPoint& m) { return std::string(m.disaggregated ? "disagg" : "agg"); }}};
  const auto found = properties.find(name);
  if (found != properties.end()) return found->second;
  return bad_input(fmt::format(
      "cannot group by '{}'; use hardware (or system), model, stack (or backend), version, precision or mode",
      name));
}

std::string key_of(const MeasuredPoint& measured, const std::vector<Property>& by) {
  std::string key;
  for (const Property value : by) {
    const std::string text = value(measured);
    key += (key.empty() ? "" : ", ") + (text.empty() ? "(not given)" : text);
  }
  return key;
}

struct BothErrors {
  Errors ttft, tpot;
  void add(const ValidatedPoint& predicted, const MeasuredPoint& measured) {
    if (measured.ttft) ttft.add(predicted.predicted_ttft, *measured.ttft, predicted.ttft_interval);
    if (measured.tpot) tpot.add(predicted.predicted_tpot, *measured.tpot, predicted.tpot_interval);
  }
};

}  // namespace

Status summarize(Validation& validation, const std::vector<std::string>& by) {
  std::vector<Property> properties;
  for (const std::string& name : by) {
    RIDGELINE_TRY(value, property(name));
    properties.push_back(value);
  }
  if (by.empty()) {
    summarize_by(validation, nullptr);
  } else {
    summarize_by(validation, [&](const ValidatedPoint& point) {
      return key_of(validation.table.points[point.row], properties);
    });
  }
  return Status::success();
}

void summarize_by(Validation& validation, const std::function<std::string(const ValidatedPoint&)>& key) {
  BothErrors all, clear;
  std::map<std::string, BothErrors> groups;
  for (const ValidatedPoint& point : validation.points) {
    if (!counted(point)) continue;
    const MeasuredPoint& measured = validation.table.points[point.row];
    all.add(point, measured);
    if (measured.doubt.empty()) clear.add(point, measured);
    if (key) groups[key(point)].add(point, measured);
  }
  validation.ttft = all.ttft.summary();
  validation.tpot = all.tpot.summary();
  validation.clear_ttft = clear.ttft.summary();
  validation.clear_tpot = clear.tpot.summary();
  validation.coverage =
      per_cent(all.ttft.inside() + all.tpot.inside(), all.ttft.with_interval() + all.tpot.with_interval());
  validation.groups.clear();
  for (const auto& [name, errors] : groups) {
    validation.groups.push_back({name, errors.ttft.summary(), errors.tpot.summary()});
  }
}

}  // namespace ridgeline::calibrate
