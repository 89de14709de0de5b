#include "pipeline_report.h"

#include <cstdlib>

#include "pipeline_types.h"
#include "ridgeline/evaluation.h"
#include "ridgeline/gate.h"

namespace ridgeline::cli {
namespace {

using report::Json;

Json to_json(const StageReport& stage) {
  Json json = {{"stage", stage.name},
               {"use", stage.kind},
               {"status", to_string(stage.status)},
               {"cached", stage.status == StageStatus::cached},
               {"seconds", report::number(stage.time)},
               {"key", stage.key.empty() ? Json() : Json(stage.key)},
               {"verdict", Json()},
               {"note", stage.note.empty() ? Json() : Json(stage.note)},
               {"error", stage.error ? Json(stage.error->message) : Json()}};
  if (const std::string verdict = verdict_of(stage); !verdict.empty()) json["verdict"] = verdict;
  if (const auto* rendered = made<Rendered>(stage)) {
    if (rendered->path.empty()) {
      json["text"] = rendered->text;
    } else {
      json["file"] = rendered->path;
    }
  }
  return json;
}

}  // namespace

std::string verdict_of(const StageReport& stage) {
  if (const auto* e = made<Evaluation>(stage)) return std::string(to_string(e->status()));
  if (const auto* gate = made<GateReport>(stage)) return std::string(to_string(gate->outcome()));
  if (const auto* run = made<Run>(stage)) return summarize(*run).verdict.valid ? "VALID" : "INVALID";
  return "";
}

std::string pipeline_json(const std::string& name, const PipelineRun& run) {
  Json stages = Json::array();
  for (const StageReport& stage : run.stages) stages.push_back(to_json(stage));
  return report::document("ridgeline.pipeline/1", {{"name", name},
                                                   {"status", run.done()      ? "done"
                                                              : run.cancelled ? "cancelled"
                                                                              : "failed"},
                                                   {"error", run.error ? Json(run.error->message) : Json()},
                                                   {"stages", stages}});
}

}  // namespace ridgeline::cli
