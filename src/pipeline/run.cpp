#include <cxxabi.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>

#include "pipeline/cache.h"
#include "ridgeline/pipeline.h"

namespace ridgeline {
namespace {

using pipeline::digest;
using pipeline::StageCache;

std::vector<std::string> fingerprints_of(std::span<const Artifact> artifacts) {
  std::vector<std::string> prints;
  for (const Artifact& a : artifacts) prints.push_back(a.fingerprint);
  return prints;
}

/// What the results of a stage follow from; empty where that is not known.
std::string key_of(const Stage& stage, std::span<const Artifact> inputs) {
  if (stage.version.empty()) return "";
  std::vector<std::string> parts = fingerprints_of(inputs);
  for (const std::string& print : parts) {
    if (print.empty()) return "";
  }
  parts.insert(parts.begin(), {stage.kind, stage.version, stage.options});
  for (const std::string& type : stage.outputs) parts.push_back(type);
  return digest(parts);
}

bool can_be_written(const Stage& stage) {
  if (stage.outputs.empty() || stage.codecs.size() != stage.outputs.size()) return false;
  for (const ArtifactCodec& codec : stage.codecs) {
    if (!codec.encode || !codec.decode) return false;
  }
  return true;
}

/// One stage, from the cache or by running it.
class Step {
 public:
  Step(const Stage& stage, std::vector<Artifact> inputs, const PipelineOptions& options, StageReport& report)
      : stage_(stage), inputs_(std::move(inputs)), options_(options), report_(report) {}

  void take() {
    if (options_.observer.on_start) options_.observer.on_start(report_);
    const auto start = std::chrono::steady_clock::now();
    const std::string key = key_of(stage_, inputs_);
    const bool cached = !options_.cache.empty() && !key.empty() && can_be_written(stage_);
    if (cached) report_.key = key;
    if (!cached || !from_cache()) compute(key);
    report_.time = to_seconds(std::chrono::steady_clock::now() - start);
    const auto& told =
        report_.status == StageStatus::failed ? options_.observer.on_failure : options_.observer.on_end;
    if (told) told(report_);
  }

 private:
  bool from_cache() {
    const pipeline::CacheEntry entry = StageCache(options_.cache).read(report_.key);
    if (entry.damaged) report_.note = "the cache entry was damaged: computed again";
    if (!entry.outputs || entry.outputs->size() != stage_.outputs.size()) return false;
    std::vector<Artifact> made;
    for (std::size_t i = 0; i < stage_.outputs.size(); ++i) {
      auto value = decoded(i, (*entry.outputs)[i]);
      if (!value) {
        report_.note = "the cache entry cannot be read: computed again";
        return false;
      }
      value->type = stage_.outputs[i];
      value->fingerprint = digest((*entry.outputs)[i]);
      made.push_back(*std::move(value));
    }
    report_.artifacts = std::move(made);
    report_.status = StageStatus::cached;
    return true;
  }

  /// A codec may be anyone's: what it throws is no more than an entry that cannot be read.
  Result<Artifact> decoded(std::size_t i, const std::string& text) const {
    try {
      return stage_.codecs[i].decode(text);
    } catch (const std::exception& thrown) {
      return bad_input(thrown.what());
    } catch (...) {
      return bad_input("an exception of unknown type");
    }
  }

  void compute(const std::string& key) {
    StageContext context(options_.stop, [this](double fraction, std::string_view what) {
      if (options_.observer.on_progress) options_.observer.on_progress(report_, fraction, what);
    });
    auto made = called(context);
    if (!made) {
      report_.status = options_.stop.stop_requested() ? StageStatus::cancelled : StageStatus::failed;
      report_.error =
          Error{made.error().kind, fmt::format("stage '{}': {}", stage_.name, made.error().message)};
      return;
    }
    report_.artifacts = *std::move(made);
    report_.status = StageStatus::ran;
    keep(key, context.outside());
  }

  Result<std::vector<Artifact>> called(StageContext& context) const {
    try {
      auto made = stage_.run(inputs_, context);
      if (made && made->size() != stage_.outputs.size())
        return bad_input(fmt::format("made {} values, and declares {}", made->size(), stage_.outputs.size()));
      return made;
    } catch (const std::exception& thrown) {
      return unavailable(fmt::format("threw: {}", thrown.what()));
    } catch (...) {
      return unavailable("threw something that is no std::exception");
    }
  }

  /// Nothing where the codec throws.
  std::optional<std::string> encoded(std::size_t i, const Artifact& a) const {
    if (i >= stage_.codecs.size() || !stage_.codecs[i].encode) return std::nullopt;
    try {
      return stage_.codecs[i].encode(a);
    } catch (...) {
      return std::nullopt;
    }
  }

  /// Names what was made, by its content or by what it follows from, and writes it into the cache.
  void keep(const std::string& key, const std::vector<std::string>& outside) {
    std::vector<std::string> written;
    for (std::size_t i = 0; i < report_.artifacts.size(); ++i) {
      Artifact& a = report_.artifacts[i];
      a.type = stage_.outputs[i];
      if (auto text = encoded(i, a)) {
        a.fingerprint = digest(*text);
        written.push_back(*std::move(text));
      } else if (a.fingerprint.empty() && !key.empty()) {
        std::vector<std::string> parts{key, fmt::to_string(i)};
        parts.insert(parts.end(), outside.begin(), outside.end());
        a.fingerprint = digest(parts);
      }
    }
    // What lies outside was not known when the key was made: such a result is not for the next run to take.
    if (!outside.empty() || written.size() != stage_.outputs.size()) report_.key.clear();
    if (report_.key.empty()) return;
    if (const auto kept = StageCache(options_.cache).write(report_.key, written); !kept)
      report_.note = "not kept in the cache: " + kept.error().message;
  }

  const Stage& stage_;
  std::vector<Artifact> inputs_;
  const PipelineOptions& options_;
  StageReport& report_;
};

}  // namespace

std::string_view to_string(StageStatus status) {
  static constexpr std::array<std::string_view, 5> names{"not run", "ran", "cached", "failed", "cancelled"};
  return names[static_cast<std::size_t>(status)];
}

Stage& Pipeline::add(Stage stage) {
  stages_.push_back(std::move(stage));
  return stages_.back();
}

const StageReport* PipelineRun::find(std::string_view stage) const {
  for (const StageReport& report : stages) {
    if (report.name == stage) return &report;
  }
  return nullptr;
}

PipelineRun Pipeline::run(const PipelineOptions& options) const {
  PipelineRun run;
  const auto planned = plan();
  if (!planned) {
    run.error = planned.error();
    return run;
  }
  std::vector<const StageReport*> report_of(stages_.size(), nullptr);
  for (const PlannedStage& step : *planned) {
    StageReport report;
    report.name = stages_[step.stage].name;
    report.kind = stages_[step.stage].kind;
    run.stages.push_back(std::move(report));
  }
  for (std::size_t i = 0; i < planned->size(); ++i) report_of[(*planned)[i].stage] = &run.stages[i];
  for (std::size_t i = 0; i < planned->size(); ++i) {
    if (options.stop.stop_requested()) {
      run.cancelled = true;
      return run;
    }
    const PlannedStage& step = (*planned)[i];
    std::vector<Artifact> inputs;
    for (const StageSource& source : step.inputs)
      inputs.push_back(report_of[source.stage]->artifacts[source.output]);
    StageReport& report = run.stages[i];
    Step(stages_[step.stage], std::move(inputs), options, report).take();
    if (report.status == StageStatus::cancelled) {
      run.cancelled = true;
      return run;
    }
    if (report.status == StageStatus::failed) {
      run.error = report.error;
      return run;
    }
  }
  return run;
}

namespace pipeline_detail {

std::string readable(const std::type_info& type) {
  if (type == typeid(std::string)) return "text";
  int failed = 0;
  char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &failed);
  std::string result = failed == 0 ? name : type.name();
  std::free(name);
  constexpr std::string_view own = "ridgeline::";
  for (std::size_t at = result.find(own); at != std::string::npos; at = result.find(own, at))
    result.erase(at, own.size());
  return result;
}

}  // namespace pipeline_detail
}  // namespace ridgeline
