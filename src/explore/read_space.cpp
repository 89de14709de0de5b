#include <fmt/format.h>

#include <algorithm>

#include "explore/condition.h"
#include "explore/read_axes.h"
#include "explore/read_study.h"

namespace ridgeline::studies {
namespace {

/// More and an index is no longer exact as a number of a JSON document.
constexpr double most_points = 9007199254740992.0;

Status read_axes(const YamlNode& map, const Catalog& catalog, Study& study) {
  std::vector<std::string> names = axis_names();
  names.emplace_back("chunk");
  RIDGELINE_CHECK(map.only_keys(std::vector<std::string_view>(names.begin(), names.end())));
  for (const auto& [name, node] : map.entries()) {
    const bool twice = std::any_of(study.axes.begin(), study.axes.end(),
                                   [&n = name](const StudyAxis& a) { return a.name == n; });
    if (twice) return node.error("is in `workload` and in `space`; give it once");
    if (name == "chunk") continue;
    RIDGELINE_TRY(axis, read_axis(name, node, catalog, study));
    if (axis.continuous && !study.search)
      return node.error(
          "every point of a grid is predicted, and this range has no steps; give `step` or `factor`, or "
          "search: {method: nsga2}");
    study.axes.push_back(std::move(axis));
  }
  return Status::success();
}

bool has(const Study& study, std::initializer_list<AxisKind> kinds) {
  return std::any_of(study.axes.begin(), study.axes.end(), [&](const StudyAxis& a) {
    return std::find(kinds.begin(), kinds.end(), a.kind) != kinds.end();
  });
}

/// {axis: value or list}: the condition applies where the axes have these values.
Result<std::vector<StudyCondition::Case>> read_when(const YamlNode& map, const Catalog& catalog,
                                                    const Study& study) {
  std::vector<StudyCondition::Case> cases;
  for (const auto& [name, node] : map.entries()) {
    const auto axis = std::find_if(study.axes.begin(), study.axes.end(),
                                   [&n = name](const StudyAxis& a) { return a.name == n; });
    if (axis == study.axes.end()) return node.error("is no axis of this study");
    Study aside;
    RIDGELINE_TRY(wanted, read_axis(name, node, catalog, aside));
    StudyCondition::Case one{static_cast<std::size_t>(axis - study.axes.begin()), {}};
    for (const AxisValue& value : axis->values) {
      one.values.push_back(std::any_of(wanted.values.begin(), wanted.values.end(),
                                       [&](const AxisValue& w) { return w.text == value.text; }));
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace

Status read_model(const YamlNode& top, const Catalog& catalog, Study& study) {
  const auto space = top.find("space");
  const auto axis = space ? space->find("model") : std::nullopt;
  const auto node = top.find("model");
  if (axis && node) return axis->error("is at the top and in `space`; give it once");
  if (axis) return Status::success();
  RIDGELINE_TRY(one, top.require("model"));
  if (one.is_sequence()) return one.error("several models are an axis; list them in `space`");
  RIDGELINE_TRY(name, one.as_string());
  const auto model = catalog.model(name);
  if (!model) return one.error(model.error().message);
  study.model = **model;
  return Status::success();
}

Status read_space(const YamlNode& top, const Catalog& catalog, Study& study) {
  if (const auto workload = top.find("workload")) {
    RIDGELINE_CHECK(workload->only_keys({"isl", "osl", "concurrency", "max_batch", "context", "batch"}));
    RIDGELINE_CHECK(read_axes(*workload, catalog, study));
  }
  RIDGELINE_TRY(space, top.require("space"));
  RIDGELINE_CHECK(read_axes(space, catalog, study));
  if (!has(study, {AxisKind::hardware})) return space.error("has no `hardware`");
  const bool serving = has(study, {AxisKind::concurrency});
  const bool passes = has(study, {AxisKind::batch});
  if (serving == passes)
    return space.error("give `concurrency` (users of a serving engine) or `batch` (passes), one of them");
  if (serving && has(study, {AxisKind::context})) return space.error("`context` belongs to `batch`");
  if (passes && has(study, {AxisKind::isl, AxisKind::osl, AxisKind::max_batch, AxisKind::memory_fraction}))
    return space.error("`isl`, `osl`, `max_batch` and `memory_fraction` belong to `concurrency`");
  const bool apart = has(study, {AxisKind::prefill_replicas});
  if (passes && apart) return space.error("`prefill_replicas` belongs to `concurrency`");
  if (!apart && has(study, {AxisKind::prefill_tensor, AxisKind::prefill_pipeline, AxisKind::prefill_data}))
    return space.error("gives the shape of prefill workers but no `prefill_replicas`");
  study.kind = serving ? StudyKind::serving : StudyKind::step;
  std::stable_sort(study.axes.begin(), study.axes.end(), [](const StudyAxis& a, const StudyAxis& b) {
    return a.kind != b.kind ? a.kind < b.kind : a.name < b.name;
  });
  double points = 1;
  for (const StudyAxis& axis : study.axes) points *= static_cast<double>(axis.values.size());
  if (points > most_points) return space.error(fmt::format("{:.3g} points; 9e15 at most", points));
  return Status::success();
}

Status read_conditions(const YamlNode& top, const Catalog& catalog, Study& study) {
  const auto list = top.find("conditions");
  if (!list) return Status::success();
  if (!list->is_sequence()) return list->error("a list, such as [tp * replicas <= 8]");
  for (const YamlNode& item : list->items()) {
    YamlNode relation = item;
    std::vector<StudyCondition::Case> when;
    if (item.is_map()) {
      RIDGELINE_CHECK(item.only_keys({"when", "need"}));
      RIDGELINE_TRY(cases, item.require("when"));
      RIDGELINE_TRY(need, item.require("need"));
      RIDGELINE_TRY(read, read_when(cases, catalog, study));
      when = std::move(read);
      relation = need;
    }
    RIDGELINE_TRY(text, relation.as_string());
    auto condition = parse_condition(text, study.axes);
    if (!condition) return relation.error(condition.error().message);
    for (const StudyCondition::Case& one : when) {
      const StudyAxis& axis = study.axes[one.axis];
      std::vector<std::string> values;
      for (std::size_t i = 0; i < axis.values.size(); ++i) {
        if (one.values[i]) values.push_back(axis.values[i].text);
      }
      condition->text +=
          fmt::format("{} {} is {}", &one == &when.front() ? " where" : " and", axis.name,
                      values.empty() ? "none of these" : fmt::format("{}", fmt::join(values, " or ")));
    }
    condition->when = std::move(when);
    study.conditions.push_back(*std::move(condition));
  }
  return Status::success();
}

}  // namespace ridgeline::studies
