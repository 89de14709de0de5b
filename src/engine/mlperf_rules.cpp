#include "ridgeline/mlperf_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/yaml.h"
#include "catalog/identity.h"
#include "catalog/sources.h"

namespace ridgeline {
namespace {

using catalog::required_text;
using catalog::Sources;

Result<double> number_or(const YamlNode& map, std::string_view key, double otherwise) {
  const auto node = map.find(key);
  if (!node) return otherwise;
  RIDGELINE_TRY(value, node->as_number());
  if (!(value > 0)) return node->error("must be above 0");
  return value;
}

Result<std::vector<std::string>> words(const YamlNode& map, std::string_view key) {
  std::vector<std::string> out;
  const auto list = map.find(key);
  if (!list) return out;
  if (!list->is_sequence()) return list->error("expected a list");
  for (const YamlNode& node : list->items()) {
    RIDGELINE_TRY(word, node.as_string());
    out.push_back(word);
  }
  return out;
}

Result<std::map<std::string, std::string>> pairs(const YamlNode& map, std::string_view key) {
  std::map<std::string, std::string> out;
  const auto node = map.find(key);
  if (!node) return out;
  if (!node->is_map()) return node->error("expected KEY: VALUE");
  for (const auto& [name, value] : node->entries()) {
    RIDGELINE_TRY(word, value.as_string());
    out.emplace(name, word);
  }
  return out;
}

Result<std::vector<YamlNode>> list(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  if (!node.is_sequence()) return node.error("expected a list");
  return node.items();
}

Result<MlperfWorkload::Formats> read_formats(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"generations", "use"}));
  MlperfWorkload::Formats formats;
  RIDGELINE_TRY(generations, words(node, "generations"));
  formats.generations = generations;
  RIDGELINE_TRY(use, words(node, "use"));
  for (const std::string& word : use) {
    const auto precision = parse_precision(word);
    if (!precision) return node.error(fmt::format("'{}' is not a number format", word));
    formats.use.push_back(*precision);
  }
  if (formats.use.empty()) return node.error("use: at least one format is needed");
  return formats;
}

Status read_lengths(const YamlNode& node, MlperfWorkload& workload) {
  RIDGELINE_TRY(prompt, number_or(node, "prompt_tokens", 0));
  workload.prompt_tokens = prompt;
  RIDGELINE_TRY(output, number_or(node, "output_tokens", 0));
  workload.output_tokens = output;
  RIDGELINE_TRY(items, number_or(node, "items", 1));
  workload.items = items;
  RIDGELINE_TRY(share, number_or(node, "server_share", 1));
  workload.server_share = share;
  if (const auto beams = node.find("beams")) {
    RIDGELINE_TRY(count, beams->as_count());
    if (count == 0) return beams->error("must be above 0");
    workload.beams = count;
  }
  if (const auto base = node.find("base")) {
    RIDGELINE_TRY(is_base, base->as_bool());
    workload.base = is_base;
  }
  return Status::success();
}

Result<MlperfWorkload> read_workload(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(
      node.only_keys({"name", "benchmarks", "model", "base", "prompt_tokens", "output_tokens", "items",
                      "beams", "formats", "rounds", "always", "server_share", "source"}));
  MlperfWorkload workload;
  RIDGELINE_TRY(name, required_text(node, "name"));
  workload.name = name;
  RIDGELINE_TRY(benchmarks, words(node, "benchmarks"));
  workload.benchmarks = benchmarks;
  RIDGELINE_TRY(model, required_text(node, "model"));
  workload.model = model;
  RIDGELINE_CHECK(read_lengths(node, workload));
  RIDGELINE_TRY(formats, list(node, "formats"));
  for (const YamlNode& item : formats) {
    RIDGELINE_TRY(rule, read_formats(item));
    workload.formats.push_back(rule);
  }
  RIDGELINE_TRY(rounds, words(node, "rounds"));
  workload.rounds = rounds;
  RIDGELINE_TRY(always, pairs(node, "always"));
  workload.always = always;
  RIDGELINE_TRY(source, sources.of(node));
  workload.provenance = source;
  return workload;
}

Result<MlperfRules::Device> read_device(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"contains", "device", "power_limit"}));
  MlperfRules::Device device;
  RIDGELINE_TRY(contains, required_text(node, "contains"));
  device.contains = contains;
  RIDGELINE_TRY(id, required_text(node, "device"));
  device.device = id;
  RIDGELINE_TRY(watts, number_or(node, "power_limit", 0));
  if (watts > 0) device.power_limit = Watts(watts);
  return device;
}

Result<MlperfRules::LeftOut> read_left_out(const YamlNode& node) {
  MlperfRules::LeftOut rule;
  const std::pair<std::string_view, std::string*> keys[] = {
      {"column", &rule.column},     {"contains", &rule.contains}, {"but_not", &rule.but_not},
      {"workload", &rule.workload}, {"round", &rule.round},       {"reason", &rule.reason}};
  RIDGELINE_CHECK(
      node.only_keys({"column", "contains", "but_not", "workload", "only_watts", "round", "reason"}));
  for (const auto& [key, value] : keys) {
    RIDGELINE_TRY(word, node.text_or(key, ""));
    *value = word;
  }
  if (const auto only = node.find("only_watts")) {
    RIDGELINE_TRY(value, only->as_bool());
    rule.only_watts = value;
  }
  if (rule.column.empty() || rule.contains.empty() || rule.reason.empty())
    return node.error("column, contains and reason are needed");
  return rule;
}

Status read_systems(const YamlNode& top, MlperfRules& rules) {
  RIDGELINE_TRY(saving, top.require("saving"));
  RIDGELINE_CHECK(saving.only_keys({"systems", "with_power", "never"}));
  RIDGELINE_TRY(systems, words(saving, "systems"));
  rules.saving_systems = systems;
  RIDGELINE_TRY(never, words(saving, "never"));
  rules.never_saving = never;
  RIDGELINE_TRY(with_power, pairs(saving, "with_power"));
  rules.saving_with_power = with_power;
  RIDGELINE_TRY(hosts, top.require("hosts"));
  RIDGELINE_CHECK(hosts.only_keys({"module", "edge"}));
  RIDGELINE_TRY(module, words(hosts, "module"));
  rules.module_systems = module;
  RIDGELINE_TRY(edge, words(hosts, "edge"));
  rules.edge_systems = edge;
  return Status::success();
}

bool holds(const std::vector<std::string>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

/// The cache of narrow formats is kept in 8 bits.
PrecisionPlan plan_of(Precision format) {
  PrecisionPlan plan = PrecisionPlan::uniform(format);
  if (size_of(format) < Bytes(1)) plan.kv_cache = Precision::fp8;
  return plan;
}

}  // namespace

Result<MlperfRules> MlperfRules::load(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"sources", "workloads", "shared", "other_software", "power_runs_round",
                                 "devices", "saving", "left_out", "hosts"}));
  MlperfRules rules;
  RIDGELINE_TRY(sources, Sources::read(top));
  RIDGELINE_TRY(workloads, list(top, "workloads"));
  for (const YamlNode& node : workloads) {
    RIDGELINE_TRY(workload, read_workload(node, sources));
    rules.workloads.push_back(std::move(workload));
  }
  RIDGELINE_TRY(shared, pairs(top, "shared"));
  rules.shared = shared;
  RIDGELINE_TRY(other, words(top, "other_software"));
  rules.other_software = other;
  RIDGELINE_TRY(power_runs_round, required_text(top, "power_runs_round"));
  rules.power_runs_round = power_runs_round;
  RIDGELINE_TRY(devices, list(top, "devices"));
  for (const YamlNode& node : devices) {
    RIDGELINE_TRY(device, read_device(node));
    rules.devices.push_back(std::move(device));
  }
  RIDGELINE_TRY(left_out, list(top, "left_out"));
  for (const YamlNode& node : left_out) {
    RIDGELINE_TRY(rule, read_left_out(node));
    rules.left_out.push_back(std::move(rule));
  }
  RIDGELINE_CHECK(read_systems(top, rules));
  return rules;
}

const MlperfWorkload* MlperfRules::workload(std::string_view name) const {
  for (const MlperfWorkload& workload : workloads) {
    if (workload.name == name || holds(workload.benchmarks, name)) return &workload;
  }
  return nullptr;
}

const MlperfWorkload* MlperfRules::workload_of(std::string_view model_id) const {
  for (const MlperfWorkload& workload : workloads) {
    if (workload.model == model_id) return &workload;
  }
  return nullptr;
}

Result<OfflineWorkload> offline_workload(const MlperfRules& rules, const MlperfWorkload& workload,
                                         const Hardware& hardware, const std::string& generation,
                                         const std::string& round) {
  OfflineWorkload out;
  out.name = workload.name;
  out.prompt_tokens = workload.prompt_tokens;
  out.output_tokens = workload.output_tokens;
  out.beams = workload.beams;
  out.items = workload.items;
  std::optional<Precision> chosen;
  for (const MlperfWorkload::Formats& formats : workload.formats) {
    if (!formats.generations.empty() && !holds(formats.generations, generation)) continue;
    for (const Precision format : formats.use) {
      if (!chosen && hardware.peak.count(format) > 0) chosen = format;
    }
    break;
  }
  if (!chosen)
    return bad_input(fmt::format("{}: no peak in a format that {} runs in", hardware.id, workload.name));
  out.precision = plan_of(*chosen);
  const auto always = workload.always.find(generation);
  if (always != workload.always.end()) {
    out.software = always->second;
  } else if (holds(workload.rounds, round) && !holds(rules.other_software, generation)) {
    out.software = round;
  }
  return out;
}

}  // namespace ridgeline
