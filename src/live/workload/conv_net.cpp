#include "live/workload/conv_net.h"

#include <new>

namespace ridgeline::live {

Result<std::unique_ptr<ConvNetWorkload>> ConvNetWorkload::make(const ConvNet& net,
                                                               const WorkloadOptions& options) {
  RIDGELINE_CHECK(check_supported(net));
  std::unique_ptr<ConvNetWorkload> workload(new ConvNetWorkload(net, options));
  const ComputeScope scope(options.threads);
  workload->plan(options.max_batch);  // the largest first: smaller batches fit its memory
  return workload;
}

ConvPlan& ConvNetWorkload::plan(std::uint32_t batch) {
  const auto found = plans_.find(batch);
  if (found != plans_.end()) return found->second;

  std::size_t needed = 0;
  ConvPlan made = make_conv_plan(net_, batch, runtime_, weights_, arena_, arena_floats_, needed);
  if (needed > arena_floats_) {
    arena_ = made.arena;
    arena_floats_ = needed;
  }
  return plans_.emplace(batch, std::move(made)).first->second;
}

void ConvNetWorkload::execute(std::uint32_t batch, Recorder* recorder) {
  const ComputeScope scope(options_.threads);
  ConvPlan& p = plan(batch);
  if (recorder != nullptr) recorder->begin_pass();
  for (ConvStep& step : p.steps) {
    runtime_.execute(step.primitive, step.scratchpad, step.arguments);
    if (recorder != nullptr) recorder->add(step.record);
  }
}

void ConvNetWorkload::run(std::uint32_t batch, const std::function<void()>& /*on_first_token*/) {
  execute(batch, nullptr);
}

std::vector<std::vector<ExecutedOp>> ConvNetWorkload::trace(std::uint32_t batch) {
  Recorder recorder;
  execute(batch, &recorder);
  return std::move(recorder.passes);
}

std::vector<float> ConvNetWorkload::output(std::uint32_t batch) {
  const dnnl::memory& from = plan(batch).output;
  const dnnl::memory::desc plain = onednn::fp32(onednn::dims_of(from.get_desc()), onednn::Tag::nchw);
  std::vector<float> values(static_cast<std::size_t>(onednn::values(plain)));
  runtime_.reorder(from, dnnl::memory(plain, runtime_.engine(), values.data()));
  return values;
}

}  // namespace ridgeline::live
