#pragma once
// pipeline.yaml: stages by name, what each uses, needs and is given.

#include <memory>
#include <string>

#include "pipeline_stages.h"
#include "ridgeline/pipeline.h"

namespace ridgeline::cli {

struct PipelineFile {
  std::string name;
  std::shared_ptr<PipelineShared> shared;
  Pipeline pipeline;
};

/// Errors have file, line and key: unknown keys, kinds and options, values out of range. Whether the stages
/// fit together is for Pipeline::plan() to say. The context must outlive what is returned.
Result<PipelineFile> read_stages(const Context&, const std::string& path);
/// Of stages that also fit together.
Result<PipelineFile> read_pipeline(const Context&, const std::string& path);

}  // namespace ridgeline::cli
