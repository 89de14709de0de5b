#pragma once
// Runs a convolutional net's layer table on oneDNN: weights packed once, activations blocked between layers.

#include <map>
#include <memory>
#include <vector>

#include "live/workload/conv_plan.h"
#include "ridgeline/measurement.h"

namespace ridgeline::live {

class ConvNetWorkload final : public Workload {
 public:
  static Result<std::unique_ptr<ConvNetWorkload>> make(const ConvNet&, const WorkloadOptions&);

  std::uint32_t max_batch() const override { return options_.max_batch; }
  std::uint32_t tokens_per_sample() const override { return 0; }
  void run(std::uint32_t batch, const std::function<void()>& on_first_token) override;
  std::vector<std::vector<ExecutedOp>> trace(std::uint32_t batch) override;

  /// What the last run of this batch size left in the last layer: image, channel, row, column.
  std::vector<float> output(std::uint32_t batch);

 private:
  ConvNetWorkload(const ConvNet& net, const WorkloadOptions& options)
      : net_(net), options_(options), weights_(options.seed, runtime_) {}
  ConvPlan& plan(std::uint32_t batch);
  void execute(std::uint32_t batch, Recorder*);

  ConvNet net_;
  WorkloadOptions options_;
  Runtime runtime_;
  ConvWeights weights_;
  std::shared_ptr<float[]> arena_;
  std::size_t arena_floats_ = 0;
  std::map<std::uint32_t, ConvPlan> plans_;
};

}  // namespace ridgeline::live
