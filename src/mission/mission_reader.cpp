#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/yaml.h"
#include "catalog/identity.h"
#include "catalog/sources.h"
#include "mission/metrics.h"
#include "mission/parameters.h"

namespace ridgeline {
namespace {

using catalog::provenance_beside;
using catalog::required_text;
using mission::check_value;
using mission::find_parameter;
using mission::find_phase;
using mission::MetricUnit;

Result<std::string> read_optional_text(const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  if (!node) return std::string();
  return node->as_string();
}

/// An error that was found in a value: said again with the place.
Status at(const YamlNode& node, const Status& status) {
  if (status) return status;
  return node.error(status.error().message);
}

/// {name: value} of known parameters, in range.
Result<double> read_parameter(const YamlNode& node, const YamlNode& number, const std::string& name) {
  const auto parameter = find_parameter(name);
  if (!parameter) return node.error(parameter.error().message);
  RIDGELINE_TRY(value, number.as_number());
  RIDGELINE_CHECK(at(number, check_value(**parameter, value)));
  return value;
}

Status read_parameters(const YamlNode& top, Mission& m) {
  const auto map = top.find("parameters");
  if (!map) return Status::success();
  for (const auto& entry : map->entries()) {
    const YamlNode& node = entry.second;
    RIDGELINE_CHECK(node.only_keys({"value", "unit", "kind", "source"}));
    RIDGELINE_TRY(number, node.require("value"));
    RIDGELINE_TRY(value, read_parameter(node, number, entry.first));
    RIDGELINE_TRY(unit, read_optional_text(node, "unit"));
    const std::string_view right = (*find_parameter(entry.first))->unit;
    if (unit != right)
      return node.error(fmt::format("unit '{}'; {}{}", unit, right.empty() ? "it has none" : "use ", right));
    RIDGELINE_TRY(provenance, provenance_beside(node));
    m.parameters[entry.first] = Sourced<double>{value, provenance, {}};
  }
  return Status::success();
}

/// {name: value} of known terms, above 0.
Status read_terms(const YamlNode& top, Mission& m) {
  const auto map = top.find("terms");
  if (!map) return Status::success();
  for (const auto& [name, node] : map->entries()) {
    const MissionTerm* term = nullptr;
    std::vector<std::string_view> known;
    for (const MissionTerm& candidate : mission_terms()) {
      known.push_back(candidate.name);
      if (candidate.name == name) term = &candidate;
    }
    if (term == nullptr)
      return node.error(fmt::format("unknown term '{}'; use one of {}", name, fmt::join(known, ", ")));
    RIDGELINE_CHECK(node.only_keys({"value", "unit", "kind", "source"}));
    RIDGELINE_TRY(number, node.require("value"));
    RIDGELINE_TRY(value, number.as_number());
    if (!(value > 0)) return number.error(fmt::format("{} is {:g}; must be above 0", name, value));
    RIDGELINE_TRY(unit, read_optional_text(node, "unit"));
    if (unit != term->unit)
      return node.error(
          fmt::format("unit '{}'; {}{}", unit, term->unit.empty() ? "it has none" : "use ", term->unit));
    RIDGELINE_TRY(provenance, provenance_beside(node));
    m.terms[name] = Sourced<double>{value, provenance, {}};
  }
  return Status::success();
}

Result<MissionPhase> read_phase(const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"id", "story", "scenario", "own"}));
  MissionPhase phase;
  RIDGELINE_TRY(id, required_text(map, "id"));
  RIDGELINE_TRY(story, required_text(map, "story"));
  RIDGELINE_TRY(node, map.require("scenario"));
  RIDGELINE_TRY(kind, node.as_string());
  const auto scenario = parse_scenario(kind);
  if (!scenario) return node.error(fmt::format("unknown scenario '{}'; use single-stream, server ...", kind));
  phase.id = id;
  phase.story = story;
  phase.scenario = *scenario;
  const auto own = map.find("own");
  if (!own) return phase;
  for (const auto& entry : own->entries()) {
    RIDGELINE_TRY(value, read_parameter(entry.second, entry.second, entry.first));
    phase.own[entry.first] = value;
  }
  return phase;
}

Status read_phases(const YamlNode& top, Mission& m) {
  RIDGELINE_TRY(list, top.require("phases"));
  for (const YamlNode& item : list.items()) {
    RIDGELINE_TRY(phase, read_phase(item));
    if (find_phase(m, phase.id) != nullptr)
      return item.error(fmt::format("two phases are called '{}'", phase.id));
    m.phases.push_back(phase);
  }
  if (m.phases.empty()) return list.error("needs one phase at least");
  return Status::success();
}

Result<MetricUnit> read_unit(const YamlNode& map, const std::string& metric) {
  const auto units = mission::units_of(metric);
  if (units.empty()) {
    return map.error(
        fmt::format("unknown metric '{}'; use one of {}", metric, fmt::join(mission_metrics(), ", ")));
  }
  RIDGELINE_TRY(text, read_optional_text(map, "unit"));
  std::string known;
  for (const MetricUnit& unit : units) {
    if (unit.name == text) return unit;
    known += (known.empty() ? "" : ", ") + (unit.name.empty() ? "none" : unit.name);
  }
  return map.error(fmt::format("unit '{}' of {}; use one of {}", text, metric, known));
}

Result<bool> read_claim(const YamlNode& map) {
  RIDGELINE_TRY(node, map.require("at_first"));
  RIDGELINE_TRY(text, node.as_string());
  if (text != "holds" && text != "breaks") return node.error("use holds or breaks");
  return text == "holds";
}

Result<MissionThreshold> read_threshold(const YamlNode& map, const Mission& m) {
  RIDGELINE_CHECK(map.only_keys({"phase", "metric", "at_most", "at_least", "unit", "why", "at_first"}));
  MissionThreshold threshold;
  RIDGELINE_TRY(phase, required_text(map, "phase"));
  RIDGELINE_TRY(metric, required_text(map, "metric"));
  if (find_phase(m, phase) == nullptr) return map.error(fmt::format("no phase is called '{}'", phase));
  RIDGELINE_TRY(unit, read_unit(map, metric));
  const auto most = map.find("at_most"), least = map.find("at_least");
  if (most.has_value() == least.has_value()) return map.error("give either at_most or at_least");
  RIDGELINE_TRY(limit, (most ? *most : *least).as_number());
  RIDGELINE_TRY(why, required_text(map, "why"));
  RIDGELINE_TRY(claim, read_claim(map));
  threshold.phase = phase;
  threshold.metric = metric;
  threshold.kind = most ? MissionLimit::at_most : MissionLimit::at_least;
  threshold.limit = limit / unit.per_si;
  threshold.unit = unit.name;
  threshold.unit_per_si = unit.per_si;
  threshold.why = why;
  threshold.holds_at_first = claim;
  return threshold;
}

Status read_thresholds(const YamlNode& top, Mission& m) {
  RIDGELINE_TRY(list, top.require("thresholds"));
  for (const YamlNode& item : list.items()) {
    RIDGELINE_TRY(threshold, read_threshold(item, m));
    m.thresholds.push_back(threshold);
  }
  if (m.thresholds.empty()) return list.error("needs one threshold at least");
  return Status::success();
}

Result<AccuracyCurve> read_curve(const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"points", "kind", "source"}));
  AccuracyCurve curve;
  RIDGELINE_TRY(provenance, provenance_beside(map));
  curve.provenance = provenance;
  RIDGELINE_TRY(list, map.require("points"));
  for (const YamlNode& item : list.items()) {
    RIDGELINE_CHECK(item.only_keys({"snr", "accuracy"}));
    RIDGELINE_TRY(snr_node, item.require("snr"));
    RIDGELINE_TRY(accuracy_node, item.require("accuracy"));
    RIDGELINE_TRY(snr, snr_node.as_number());
    RIDGELINE_TRY(accuracy, accuracy_node.as_number());
    if (!(accuracy >= 0 && accuracy <= 1)) return accuracy_node.error("must be a share of 0 to 1");
    if (!curve.points.empty() && !(snr > curve.points.back().first))
      return snr_node.error("the ratios must ascend");
    curve.points.emplace_back(snr, accuracy);
  }
  if (curve.points.empty()) return list.error("needs one point at least");
  return curve;
}

Status read_curves(const YamlNode& top, Mission& m) {
  const auto map = top.find("accuracy");
  if (!map) return Status::success();
  for (const auto& entry : map->entries()) {
    RIDGELINE_TRY(curve, read_curve(entry.second));
    m.curves[entry.first] = curve;
  }
  return Status::success();
}

Status read_fix(const YamlNode& top, Mission& m) {
  RIDGELINE_TRY(map, top.require("fix"));
  RIDGELINE_CHECK(map.only_keys({"story", "changes"}));
  RIDGELINE_TRY(story, required_text(map, "story"));
  m.fix_story = story;
  RIDGELINE_TRY(list, map.require("changes"));
  Mission fixed = m;  // each change must be possible after those before it
  for (const YamlNode& item : list.items()) {
    RIDGELINE_CHECK(item.only_keys({"set", "to", "why"}));
    MissionChange change;
    RIDGELINE_TRY(name, required_text(item, "set"));
    RIDGELINE_TRY(value, required_text(item, "to"));
    RIDGELINE_TRY(why, required_text(item, "why"));
    change.name = name;
    change.value = value;
    change.why = why;
    RIDGELINE_CHECK(at(item, set(fixed, name, value)));
    m.fix.push_back(change);
  }
  if (m.fix.empty()) return list.error("needs one change at least");
  return Status::success();
}

Status read_head(const YamlNode& top, Mission& m) {
  struct Field {
    const char* key;
    std::string* into;
    bool needed;
  };
  const Field fields[] = {
      {"id", &m.id, true},       {"name", &m.name, true},           {"persona", &m.persona, true},
      {"story", &m.story, true}, {"crisis", &m.crisis, true},       {"hardware", &m.hardware, true},
      {"model", &m.model, true}, {"precision", &m.precision, true}, {"stack", &m.stack, false},
      {"heat", &m.heat, false},  {"training", &m.training, false},  {"metric", &m.metric, false}};
  for (const Field& field : fields) {
    RIDGELINE_TRY(text, field.needed ? required_text(top, field.key) : read_optional_text(top, field.key));
    *field.into = text;
  }
  RIDGELINE_TRY(seed_node, top.require("seed"));
  RIDGELINE_TRY(seed, seed_node.as_count());
  m.seed = seed;
  if (!parse_precision(m.precision)) {
    RIDGELINE_TRY(node, top.require("precision"));
    return node.error(fmt::format("'{}' is not a format; use fp16, int8, fp8 ...", m.precision));
  }
  const auto engine = top.find("engine");
  if (!engine) return Status::success();
  RIDGELINE_TRY(text, engine->as_string());
  if (text != "batches" && text != "continuous") return engine->error("use batches or continuous");
  m.engine = text == "continuous" ? MissionEngine::continuous : MissionEngine::batches;
  return Status::success();
}

Status check_training(const YamlNode& top, const Mission& m) {
  if (m.training.empty() || m.curves.count(m.training) > 0) return Status::success();
  RIDGELINE_TRY(node, top.require("training"));
  return node.error(fmt::format("accuracy has no curve called '{}'", m.training));
}

}  // namespace

Result<Mission> load_mission(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(
      top.only_keys({"id",         "name",  "persona", "story",      "crisis",   "hardware", "model",
                     "precision",  "stack", "heat",    "training",   "metric",   "seed",     "engine",
                     "parameters", "terms", "phases",  "thresholds", "accuracy", "fix"}));
  Mission m;
  RIDGELINE_CHECK(read_head(top, m));
  RIDGELINE_CHECK(read_parameters(top, m));
  RIDGELINE_CHECK(read_terms(top, m));
  RIDGELINE_CHECK(read_phases(top, m));
  RIDGELINE_CHECK(read_thresholds(top, m));
  RIDGELINE_CHECK(read_curves(top, m));
  RIDGELINE_CHECK(check_training(top, m));
  RIDGELINE_CHECK(read_fix(top, m));
  const std::string stem = std::filesystem::path(path).stem().string();
  if (m.id != stem) return bad_input(fmt::format("{}: id is '{}'; must be the file's name", path, m.id));
  return m;
}

namespace {

Result<std::vector<std::string>> yaml_files(const std::string& dir) {
  std::error_code failed;
  std::vector<std::string> paths;
  for (std::filesystem::directory_iterator it(dir, failed), end; !failed && it != end; it.increment(failed)) {
    if (it->path().extension() == ".yaml") paths.push_back(it->path().string());
  }
  if (failed) return unavailable(fmt::format("{}: {}", dir, failed.message()));
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Result<std::vector<Mission>> load_missions(const std::string& dir) {
  RIDGELINE_TRY(paths, yaml_files(dir));
  std::vector<Mission> missions;
  for (const std::string& path : paths) {
    RIDGELINE_TRY(m, load_mission(path));
    missions.push_back(std::move(m));
  }
  return missions;
}

Result<std::vector<HeatModel>> load_heats(const std::string& dir) {
  RIDGELINE_TRY(paths, yaml_files(dir));
  std::vector<HeatModel> heats;
  for (const std::string& path : paths) {
    RIDGELINE_TRY(heat, read_heat_model(path));
    heats.push_back(std::move(heat));
  }
  return heats;
}

}  // namespace ridgeline
