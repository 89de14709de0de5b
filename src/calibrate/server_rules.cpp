#include <fmt/format.h>

#include <filesystem>

#include "base/yaml.h"
#include "catalog/identity.h"
#include "catalog/sources.h"
#include "ridgeline/simulator_validation.h"

namespace ridgeline {
namespace {

using catalog::required_text;
using catalog::Sources;

Result<Nanoseconds> milliseconds(const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  if (!node) return Nanoseconds(0);
  RIDGELINE_TRY(value, node->as_number());
  if (!(value > 0)) return node->error("must be above 0");
  return to_nanoseconds(Seconds(value * 1e-3));
}

Result<ServerRules::Limits> read_limits(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(node.only_keys({"workload", "scenario", "latency_ms", "ttft_ms", "tpot_ms", "source"}));
  ServerRules::Limits limits;
  RIDGELINE_TRY(workload, required_text(node, "workload"));
  limits.workload = workload;
  RIDGELINE_TRY(scenario, required_text(node, "scenario"));
  limits.interactive = scenario == "Interactive";
  if (!limits.interactive && scenario != "Server")
    return node.error(fmt::format("scenario is '{}'; must be Server or Interactive", scenario));
  RIDGELINE_TRY(latency, milliseconds(node, "latency_ms"));
  RIDGELINE_TRY(ttft, milliseconds(node, "ttft_ms"));
  RIDGELINE_TRY(tpot, milliseconds(node, "tpot_ms"));
  limits.latency = latency, limits.ttft = ttft, limits.tpot = tpot;
  RIDGELINE_TRY(source, sources.of(node));
  limits.provenance = source;
  return limits;
}

Result<ServerRules::Lengths> read_lengths(const YamlNode& node, const Sources& sources,
                                          const std::filesystem::path& presets) {
  RIDGELINE_CHECK(node.only_keys({"workload", "preset", "most_output_tokens", "source"}));
  ServerRules::Lengths lengths;
  RIDGELINE_TRY(workload, required_text(node, "workload"));
  lengths.workload = workload;
  RIDGELINE_TRY(preset, required_text(node, "preset"));
  RIDGELINE_TRY(distribution, load_lengths((presets / (preset + ".yaml")).string()));
  lengths.distribution = distribution;
  RIDGELINE_TRY(cut, node.require("most_output_tokens"));
  RIDGELINE_TRY(most, cut.as_count());
  lengths.most_output_tokens = most;
  RIDGELINE_TRY(source, sources.of(node));
  lengths.provenance = source;
  return lengths;
}

Result<std::vector<YamlNode>> list(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  if (!node.is_sequence()) return node.error("expected a list");
  return node.items();
}

}  // namespace

Result<ServerRules> ServerRules::load(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"sources", "limits", "lengths"}));
  RIDGELINE_TRY(sources, Sources::read(top));
  ServerRules rules;
  RIDGELINE_TRY(limits, list(top, "limits"));
  for (const YamlNode& node : limits) {
    RIDGELINE_TRY(one, read_limits(node, sources));
    rules.limits.push_back(std::move(one));
  }
  const auto presets = std::filesystem::path(path).parent_path().parent_path() / "lengths";
  RIDGELINE_TRY(lengths, list(top, "lengths"));
  for (const YamlNode& node : lengths) {
    RIDGELINE_TRY(one, read_lengths(node, sources, presets));
    rules.lengths.push_back(std::move(one));
  }
  return rules;
}

const ServerRules::Limits* ServerRules::limits_of(std::string_view workload, bool interactive) const {
  for (const Limits& one : limits) {
    if (one.workload == workload && one.interactive == interactive) return &one;
  }
  return nullptr;
}

const ServerRules::Lengths* ServerRules::lengths_of(std::string_view workload) const {
  for (const Lengths& one : lengths) {
    if (one.workload == workload) return &one;
  }
  return nullptr;
}

}  // namespace ridgeline
