#pragma once
// What a pipeline's run says of itself.

#include <string>

#include "report/json_parts.h"
#include "ridgeline/pipeline.h"

namespace ridgeline::cli {

/// What a stage found, beyond that it ran; empty where there is no verdict.
std::string verdict_of(const StageReport&);
/// Document ridgeline.pipeline/1 of a pipeline of that name.
std::string pipeline_json(const std::string& name, const PipelineRun&);

/// The first T that a stage made; null where it made none.
template <class T>
const T* made(const StageReport& stage) {
  for (const Artifact& a : stage.artifacts) {
    if (a.type == pipeline_detail::type_name<T>()) return static_cast<const T*>(a.value.get());
  }
  return nullptr;
}

}  // namespace ridgeline::cli
