#pragma once
// Pipelines: named stages, wired by the types that they take and make, checked before they run, and skipped
// where what they would compute is in the cache already.
//
//   Pipeline pipeline;
//   pipeline.add("load", [] { return Word{"a"}; });
//   pipeline.add("count", [](const Word& word, StageContext&) -> Result<Count> { ... }).result = true;
//   const PipelineRun run = pipeline.run({});
//   run.get<Count>("count");
//
// A stage takes `const T&` for each type that it needs and, if it likes, a StageContext& last; it returns a
// T, a std::tuple of several or nothing, or a Result of these. docs/pipelines.md has the rules.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

/// A value on its way from one stage to another.
struct Artifact {
  std::string type;
  std::shared_ptr<const void> value;
  /// Equal fingerprints are equal values. Empty: unknown, and nothing that is made from it is cached.
  std::string fingerprint;
};

/// How the cache writes a value down and reads it again. `decode` gets what `encode` wrote, and is not asked
/// for anything that was damaged.
struct ArtifactCodec {
  std::function<std::string(const Artifact&)> encode;
  std::function<Result<Artifact>(const std::string&)> decode;
};

/// What a running stage may ask and tell. Of one thread.
class StageContext {
 public:
  using Progress = std::function<void(double fraction, std::string_view what)>;
  StageContext(std::stop_token stop, Progress progress)
      : stop_(std::move(stop)), progress_(std::move(progress)) {}

  /// A long stage looks at this often, and returns any error when it is asked to stop.
  bool stop_requested() const { return stop_.stop_requested(); }
  const std::stop_token& stop() const { return stop_; }
  /// In 0..1, and what it is about: "4 of 10 seeds".
  void progress(double fraction, std::string_view what = {}) {
    if (progress_) progress_(fraction, what);
  }
  /// Something outside that the result follows from, such as the content of a file that was read: part of the
  /// fingerprint of what the stage makes.
  void follows_from(std::string_view content) { outside_.emplace_back(content); }
  const std::vector<std::string>& outside() const { return outside_; }

 private:
  std::stop_token stop_;
  Progress progress_;
  std::vector<std::string> outside_;
};

/// A stage with its types as names: what front ends of other languages make, and add() makes from a function.
struct Stage {
  std::string name;
  std::string kind;                          ///< what it does, for people: "simulate"
  std::vector<std::string> inputs, outputs;  ///< types, in the order in which `run` takes and returns them
  /// Stages that supply inputs. Needed where several make a type, and where it takes several of one type,
  /// which it then gets in this order.
  std::vector<std::string> needs;
  /// Of the code: change it when the same inputs give another result. Empty: the results are never cached.
  std::string version;
  std::string options;                ///< everything else that the result follows from
  bool result = false;                ///< what it makes is wanted although no stage takes it
  std::vector<ArtifactCodec> codecs;  ///< of the outputs; one that lacks a function keeps it out of the cache
  std::function<Result<std::vector<Artifact>>(std::span<const Artifact>, StageContext&)> run;
};

enum class StageStatus { not_run, ran, cached, failed, cancelled };
std::string_view to_string(StageStatus);  ///< "not run", "ran", "cached", "failed", "cancelled"

struct StageReport {
  std::string name, kind;
  StageStatus status = StageStatus::not_run;
  Seconds time{};
  std::string key;                  ///< in the cache; empty where it has no place there
  std::string note;                 ///< "the cache entry was damaged: computed again"
  std::optional<Error> error;       ///< its message names the stage
  std::vector<Artifact> artifacts;  ///< what it made
};

/// Called on the thread that runs the pipeline; may be empty, must not throw.
struct PipelineObserver {
  std::function<void(const StageReport&)> on_start, on_end, on_failure;  ///< end: also cached and cancelled
  std::function<void(const StageReport&, double fraction, std::string_view what)> on_progress;
};

struct PipelineOptions {
  std::string cache;  ///< folder; made when it is not there. Processes may share it. Empty: no cache
  std::stop_token stop;
  PipelineObserver observer;
};

/// Where a planned stage has an input from.
struct StageSource {
  std::size_t stage = 0, output = 0;  ///< the stage as it was added
};
struct PlannedStage {
  std::size_t stage = 0;  ///< as it was added
  std::vector<StageSource> inputs;
};

struct PipelineRun {
  std::vector<StageReport> stages;  ///< in the order of the plan
  std::optional<Error> error;       ///< of the plan, or of the stage that failed
  bool cancelled = false;
  bool done() const { return !error && !cancelled; }
  const StageReport* find(std::string_view stage) const;
  /// The first T that a stage made; null where it made none.
  template <class T>
  const T* get(std::string_view stage) const;
};

class Pipeline {
 public:
  /// The stage stays where it is: the reference is for its needs, version, options and result.
  Stage& add(Stage);
  template <class Function>
  Stage& add(std::string name, Function);
  /// A value that is there from the start.
  template <class T>
  Stage& provide(std::string name, T value);

  const std::deque<Stage>& stages() const { return stages_; }
  /// The order in which the stages run, each after those that supply it, otherwise as they were added.
  /// bad_input, one line with the stage and the type: nobody makes what it needs, several do, stages that
  /// need one another, two of one name, a stage in needs that is not there or supplies nothing, a result that
  /// nobody takes.
  Result<std::vector<PlannedStage>> plan() const;
  /// Plans, then runs the stages one after another. Ends at the first that fails, and before the next one
  /// when it was asked to stop. What a stage throws is its error.
  PipelineRun run(const PipelineOptions&) const;

 private:
  std::deque<Stage> stages_;
};

}  // namespace ridgeline

#include "ridgeline/pipeline_stage.h"
