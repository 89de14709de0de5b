#include "pipeline_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"

namespace ridgeline::cli {
namespace {

Result<std::vector<std::string>> read_needs(const YamlNode& entry) {
  std::vector<std::string> needs;
  const auto node = entry.find("needs");
  if (!node) return needs;
  if (!node->is_sequence()) {
    RIDGELINE_TRY(one, node->as_string());
    return std::vector<std::string>{one};
  }
  for (const YamlNode& item : node->items()) {
    RIDGELINE_TRY(name, item.as_string());
    needs.push_back(name);
  }
  return needs;
}

Result<StageEntry> read_entry(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"name", "use", "needs", "with"}));
  RIDGELINE_TRY(use_node, node.require("use"));
  RIDGELINE_TRY(use, use_node.as_string());
  if (find_stage_kind(use) == nullptr) {
    std::vector<std::string> known;
    for (const StageKind& kind : stage_kinds()) known.emplace_back(kind.name);
    return use_node.error(fmt::format("no kind of stage '{}'; use one of {}", use, fmt::join(known, ", ")));
  }
  StageEntry entry{use, use, {}, node, node.find("with"), {}};
  if (const auto name = node.find("name")) {
    RIDGELINE_TRY(text, name->as_string());
    entry.name = text;
  }
  if (entry.with && !entry.with->is_map()) return entry.with->error("expected a map of options");
  RIDGELINE_TRY(needs, read_needs(node));
  entry.needs = std::move(needs);
  return entry;
}

const StageEntry* find_entry(const std::vector<StageEntry>& entries, const std::string& name) {
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const StageEntry& e) { return e.name == name; });
  return found == entries.end() ? nullptr : &*found;
}

/// What a stage makes; comparing depends on what is compared.
std::string type_made(const std::vector<StageEntry>& entries, const StageEntry& entry) {
  if (entry.use == "compare") {
    for (const std::string& need : entry.needs) {
      const StageEntry* compared = find_entry(entries, need);
      if (compared != nullptr && find_stage_kind(compared->use)->makes == "Run") return "RunDifference";
    }
  }
  return std::string(find_stage_kind(entry.use)->makes);
}

/// The types that each stage may choose from.
void add_makers(std::vector<StageEntry>& entries) {
  for (StageEntry& entry : entries) {
    for (const StageEntry& other : entries) {
      if (&other == &entry) continue;
      const bool named = std::find(entry.needs.begin(), entry.needs.end(), other.name) != entry.needs.end();
      if (named || entry.needs.empty()) entry.makers.push_back(type_made(entries, other));
    }
  }
}

}  // namespace

Result<PipelineFile> read_stages(const Context& context, const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  RIDGELINE_CHECK(top.only_keys({"name", "stages"}));
  PipelineFile file;
  file.name = std::filesystem::path(path).stem().string();
  file.shared = std::make_shared<PipelineShared>();
  file.shared->context = &context;
  if (const auto name = top.find("name")) {
    RIDGELINE_TRY(text, name->as_string());
    file.name = text;
  }
  RIDGELINE_TRY(list, top.require("stages"));
  std::vector<StageEntry> entries;
  for (const YamlNode& item : list.items()) {
    RIDGELINE_TRY(entry, read_entry(item));
    if (find_entry(entries, entry.name) != nullptr)
      return item.error(fmt::format("two stages are called '{}'; give one another name", entry.name));
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) return list.error("expected a list of stages, each with `use`");
  add_makers(entries);
  for (const StageEntry& entry : entries) {
    RIDGELINE_TRY(stage, find_stage_kind(entry.use)->make(file.shared, entry));
    file.pipeline.add(std::move(stage));
  }
  return file;
}

Result<PipelineFile> read_pipeline(const Context& context, const std::string& path) {
  RIDGELINE_TRY(file, read_stages(context, path));
  if (const auto plan = file.pipeline.plan(); !plan)
    return bad_input(fmt::format("{}: {}", path, plan.error().message));
  return file;
}

}  // namespace ridgeline::cli
