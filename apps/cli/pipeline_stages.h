#pragma once
// The kinds of stages that a pipeline file may use: one function a kind. Their options are the flags of the
// commands.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app.h"
#include "base/yaml.h"
#include "evaluation_flags.h"
#include "ridgeline/pipeline.h"

namespace ridgeline::cli {

/// What all stages of a pipeline share.
struct PipelineShared {
  const Context* context = nullptr;
  std::optional<Catalog> catalog;                                   ///< read once
  std::map<std::string, EvaluationFlags, std::less<>> evaluations;  ///< by the stage's name
};

/// A stage as the file has it.
struct StageEntry {
  std::string name, use;
  std::vector<std::string> needs;
  YamlNode node;                 ///< the whole entry
  std::optional<YamlNode> with;  ///< its options
  std::vector<std::string>
      makers{};  ///< types that the stages it needs make; all others' where it names none
};

struct StageKind {
  std::string_view name, what;
  std::string_view takes, makes;  ///< types, for people
  Result<Stage> (*make)(const std::shared_ptr<PipelineShared>&, const StageEntry&);
};
const std::vector<StageKind>& stage_kinds();
const StageKind* find_stage_kind(std::string_view);

}  // namespace ridgeline::cli
