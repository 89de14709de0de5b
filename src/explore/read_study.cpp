#include "explore/read_study.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "explore/metrics.h"
#include "ridgeline/engine.h"

namespace ridgeline {
namespace {

using namespace studies;

Result<std::size_t> read_metric(const YamlNode& node, StudyKind kind) {
  RIDGELINE_TRY(name, node.as_string());
  std::vector<std::string> names;
  for (const StudyMetric& m : study_metrics(kind)) names.emplace_back(m.name);
  if (const auto found = std::find(names.begin(), names.end(), name); found != names.end())
    return static_cast<std::size_t>(found - names.begin());
  const auto near = nearest(name, names);
  return node.error(
      fmt::format("unknown metric '{}'; {}", name,
                  near.empty() ? fmt::format("{} has {}", study_vocabulary(kind).of, fmt::join(names, ", "))
                               : fmt::format("did you mean {}?", fmt::join(near, " or "))));
}

Status read_objectives(const YamlNode& top, Study& study) {
  RIDGELINE_TRY(list, top.require("objectives"));
  if (!list.is_sequence() || list.items().empty())
    return list.error("a list of objectives, such as - maximise: tokens_per_device");
  if (list.items().size() > most_objectives)
    return list.error(fmt::format("{} objectives at most", most_objectives));
  for (const YamlNode& item : list.items()) {
    RIDGELINE_CHECK(item.only_keys({"minimise", "maximise"}));
    const auto entries = item.entries();
    if (entries.size() != 1)
      return item.error("one objective an item: - minimise: METRIC or - maximise: METRIC");
    RIDGELINE_TRY(metric, read_metric(entries.front().second, study.kind));
    const bool twice = std::any_of(study.objectives.begin(), study.objectives.end(),
                                   [&, m = metric](const StudyObjective& o) { return o.metric == m; });
    if (twice) return item.error("is there twice");
    study.objectives.push_back(
        {metric, entries.front().first == "minimise" ? Direction::minimise : Direction::maximise});
  }
  return Status::success();
}

Status read_constraints(const YamlNode& top, Study& study) {
  const auto list = top.find("constraints");
  if (!list) return Status::success();
  if (!list->is_sequence()) return list->error("a list of what must hold, such as - ttft < 500ms");
  for (const YamlNode& item : list->items()) {
    RIDGELINE_TRY(text, item.as_string());
    const auto criterion = parse_criterion(text, study_vocabulary(study.kind));
    if (!criterion) return item.error(criterion.error().message);
    if (criterion->kind != LimitKind::value)
      return item.error(fmt::format("'{}' is a change; a study compares values, such as ttft < 500ms", text));
    study.constraints.push_back({*criterion, find_metric(study.kind, criterion->metric)});
  }
  constexpr std::size_t most_constraints = 64;
  if (study.constraints.size() > most_constraints)
    return list->error(fmt::format("{} constraints at most", most_constraints));
  return Status::success();
}

}  // namespace

Result<Study> read_study(const std::string& text, const std::string& path, const Catalog& catalog,
                         const Calibrations& calibrations, const StudyOverrides& overrides) {
  RIDGELINE_TRY(top, YamlNode::parse(text, path));
  RIDGELINE_CHECK(
      top.only_keys({"model", "workload", "space", "conditions", "objectives", "constraints", "calibration",
                     "stack", "stack_version", "money", "top", "verify", "uncertainty", "search"}));
  Study study;
  study.path = path;
  study.text = text;
  RIDGELINE_CHECK(read_search(top, study));
  RIDGELINE_CHECK(read_model(top, catalog, study));
  RIDGELINE_CHECK(read_space(top, catalog, study));
  if (!study.models.empty()) study.model = study.models.front();
  for (const Model& model : study.models.empty() ? std::vector<Model>{study.model} : study.models) {
    if (study.kind != StudyKind::serving || generates(model)) continue;
    const auto axis = top.find("space")->find("model");
    return (axis ? *axis : *top.find("model"))
        .error(fmt::format("{} generates no tokens; give `batch` rather than `concurrency`", model.id));
  }
  RIDGELINE_CHECK(read_conditions(top, catalog, study));
  RIDGELINE_CHECK(read_objectives(top, study));
  RIDGELINE_CHECK(read_constraints(top, study));
  RIDGELINE_CHECK(read_calibration(top, calibrations, study));
  RIDGELINE_CHECK(read_money(top, catalog, study));
  RIDGELINE_CHECK(read_verify(top, study));
  RIDGELINE_CHECK(read_chunks(top, study));
  RIDGELINE_CHECK(read_uncertainty(top, study));
  if (const auto top_points = top.find("top")) {
    RIDGELINE_TRY(count, top_points->as_count());
    study.top = count;
  }
  if (overrides.top) study.top = *overrides.top;
  if (overrides.price_per_hour) {
    for (StudyDevice& device : study.devices) device.price_per_hour = *overrides.price_per_hour;
  }
  return study;
}

}  // namespace ridgeline
