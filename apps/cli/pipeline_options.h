#pragma once
// Options of a stage: the keys under `with` are the flags of a command, without their dashes.

#include <string>

#include "app.h"
#include "pipeline_stages.h"

namespace ridgeline::cli {

/// Sets what the flags of `app` are bound to. Errors have the file, line and key.
Status read_options(const StageEntry&, CLI::App& app);

/// A line an option, sorted, with the contents of files that they name: what the stage's result follows from.
std::string options_text(const std::optional<YamlNode>& with);

/// Of this program: changes when it is built again.
std::string build_identity();

}  // namespace ridgeline::cli
