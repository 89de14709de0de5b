#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "explore/condition.h"
#include "explore/metrics.h"
#include "explore/read_axes.h"
#include "explore/space.h"

namespace ridgeline {
namespace {

using namespace studies;

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

bool applies(const CalibrationScope& scope, const Study& study, const Hardware& hardware) {
  return (scope.generation.empty() || scope.generation == hardware.generation) &&
         (scope.stack.empty() || scope.stack == study.stack) &&
         (scope.version.empty() || scope.version == study.stack_version);
}

/// Of the logarithms: levels add up, and their errors are those of separate factors.
std::vector<double> errors_of(const Calibrations& calibrations, const Study& study,
                              const Hardware& hardware) {
  std::vector<double> squares(coefficients().size(), 0);
  for (const CalibrationLevel& level : calibrations.levels) {
    if (!applies(level.scope, study, hardware)) continue;
    for (const auto& factor : level.factors) squares[factor.coefficient] += factor.error * factor.error;
  }
  for (double& square : squares) square = std::sqrt(square);
  return squares;
}

Status read_calibration(const YamlNode& top, const Calibrations& calibrations, Study& study) {
  RIDGELINE_TRY(kind, top.text_or("calibration", "fitted"));
  if (kind != "fitted" && kind != "ideal")
    return top.find("calibration")->error(fmt::format("unknown '{}'; use fitted or ideal", kind));
  RIDGELINE_TRY(stack, top.text_or("stack", ""));
  RIDGELINE_TRY(version, top.text_or("stack_version", ""));
  study.ideal = kind == "ideal";
  if (study.ideal && !stack.empty()) return top.find("stack")->error("belongs to calibration: fitted");
  study.stack = stack;
  study.stack_version = version;
  for (StudyDevice& device : study.devices) {
    if (study.ideal) continue;
    // Of several models the spread is that of groups the fit had not seen, the wider one.
    const std::string model = study.models.size() > 1 ? "" : study.model.id;
    device.calibration = calibrations.find(device.hardware, stack, version, model).calibration;
    device.coefficient_errors = errors_of(calibrations, study, device.hardware);
  }
  return Status::success();
}

Result<double> positive(const YamlNode& node) {
  RIDGELINE_TRY(value, node.as_number());
  if (!(value > 0)) return node.error("must be above 0");
  return value;
}

Status read_money(const YamlNode& top, const Catalog& catalog, Study& study) {
  const auto money = top.find("money");
  if (!money) return Status::success();
  RIDGELINE_CHECK(money->only_keys({"price_per_hour", "amortise_years"}));
  if (const auto years = money->find("amortise_years")) {
    RIDGELINE_TRY(value, positive(*years));
    study.amortise_years = value;
  }
  const auto prices = money->find("price_per_hour");
  if (!prices) return Status::success();
  if (!prices->is_map()) {
    RIDGELINE_TRY(value, positive(*prices));
    for (StudyDevice& device : study.devices) device.price_per_hour = value;
    return Status::success();
  }
  for (const auto& [name, node] : prices->entries()) {
    const auto hardware = catalog.hardware(name);
    if (!hardware) return node.error(hardware.error().message);
    RIDGELINE_TRY(value, positive(node));
    for (StudyDevice& device : study.devices) {
      if (device.hardware.id == (*hardware)->id) device.price_per_hour = value;
    }
  }
  return Status::success();
}

/// The axis that only the simulation knows.
Status read_chunks(const YamlNode& top, Study& study) {
  const auto space = top.find("space");
  const auto chunk = space ? space->find("chunk") : std::nullopt;
  if (!chunk) return Status::success();
  if (!study.verify)
    return chunk->error("the prediction knows no chunks, only the simulation does; give `verify` too");
  constexpr std::uint32_t least = 16;
  RIDGELINE_TRY(chunks, read_counts(*chunk, least));
  study.verify->chunks = std::move(chunks);
  return Status::success();
}

Status read_search(const YamlNode& top, Study& study) {
  const auto map = top.find("search");
  if (!map) return Status::success();
  if (!map->is_map()) return map->error("a map, such as {method: nsga2, population: 100, generations: 200}");
  RIDGELINE_CHECK(map->only_keys({"method", "population", "generations", "seed"}));
  RIDGELINE_TRY(method, map->text_or("method", "nsga2"));
  if (method == "grid") {
    if (map->entries().size() > 1) return map->error("method: grid predicts every point and has no settings");
    return Status::success();
  }
  if (method != "nsga2")
    return map->find("method")->error(fmt::format("unknown '{}'; use nsga2 or grid", method));
  StudySearch search;
  if (const auto node = map->find("population")) {
    RIDGELINE_TRY(population, node->as_count());
    if (population < 8 || population % 4 != 0) return node->error("give a multiple of 4, 8 at least");
    search.population = population;
  }
  if (const auto node = map->find("generations")) {
    RIDGELINE_TRY(generations, node->as_count());
    search.generations = generations;
  }
  if (const auto node = map->find("seed")) {
    RIDGELINE_TRY(seed, node->as_count());
    search.seed = seed;
  }
  study.search = search;
  return Status::success();
}

/// The one of `model`, or those of the axis.
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

Status read_verify(const YamlNode& top, Study& study) {
  const auto map = top.find("verify");
  if (!map) return Status::success();
  RIDGELINE_CHECK(
      map->only_keys({"scenario", "qps", "load", "duration", "ttft_p99", "tpot_p99", "seed", "points"}));
  if (study.kind != StudyKind::serving)
    return map->error("simulates serving; a study of passes has nothing to verify");
  StudyVerification v;
  RIDGELINE_TRY(scenario, map->text_or("scenario", "closed-loop"));
  if (scenario != "closed-loop" && scenario != "server")
    return map->find("scenario")->error(fmt::format("unknown '{}'; use closed-loop or server", scenario));
  v.scenario = scenario == "server" ? ScenarioKind::server : ScenarioKind::closed_loop;
  for (const char* key : {"qps", "load"}) {
    const auto node = map->find(key);
    if (!node) continue;
    if (v.scenario != ScenarioKind::server) return node->error("belongs to scenario: server");
    RIDGELINE_TRY(value, positive(*node));
    if (key == std::string_view("qps"))
      v.qps = value;
    else
      v.load = value;
  }
  if (const auto node = map->find("duration")) {
    RIDGELINE_TRY(time, read_time(*node));
    v.duration = time;
  }
  if (const auto node = map->find("ttft_p99")) {
    RIDGELINE_TRY(time, read_time(*node));
    v.ttft_limit = time;
  }
  if (const auto node = map->find("tpot_p99")) {
    RIDGELINE_TRY(time, read_time(*node));
    v.tpot_limit = time;
  }
  if (const auto node = map->find("seed")) {
    RIDGELINE_TRY(seed, node->as_count());
    v.seed = seed;
  }
  if (const auto node = map->find("points")) {
    RIDGELINE_TRY(points, node->as_count());
    v.points = points;
  }
  study.verify = v;
  return Status::success();
}

Status read_uncertainty(const YamlNode& top, Study& study) {
  const auto map = top.find("uncertainty");
  if (!map) return Status::success();
  RIDGELINE_CHECK(map->only_keys({"draws", "seed", "sensitivity"}));
  if (const auto node = map->find("draws")) {
    RIDGELINE_TRY(draws, node->as_count());
    study.draws = draws;
  }
  if (const auto node = map->find("seed")) {
    RIDGELINE_TRY(seed, node->as_count());
    study.seed = seed;
  }
  if (const auto node = map->find("sensitivity")) {
    RIDGELINE_TRY(wanted, node->as_bool());
    study.sensitivity = wanted;
  }
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
