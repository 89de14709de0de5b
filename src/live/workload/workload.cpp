#include <fmt/format.h>

#include <new>

#include "live/workload/conv_net.h"
#include "live/workload/transformer.h"
#include "ridgeline/measurement.h"

namespace ridgeline {
namespace {

template <class T>
Result<std::unique_ptr<Workload>> as_workload(Result<std::unique_ptr<T>> made) {
  if (!made) return made.error();
  return std::unique_ptr<Workload>(*std::move(made));
}

const char* kind_of(const Architecture& a) {
  if (std::holds_alternative<Recommender>(a)) return "recommenders";
  if (std::holds_alternative<UNet>(a)) return "U-Nets";
  if (std::holds_alternative<StateSpace>(a)) return "state-space models";
  if (std::holds_alternative<EncoderDecoder>(a)) return "encoder-decoder models";
  return "this architecture";
}

Result<std::unique_ptr<Workload>> make(const Model& model, const WorkloadOptions& options) {
  if (const auto* net = std::get_if<ConvNet>(&model.architecture))
    return as_workload(live::ConvNetWorkload::make(*net, options));
  if (const auto* transformer = std::get_if<Transformer>(&model.architecture)) {
    WorkloadOptions with_length = options;
    if (with_length.prompt_tokens == 0) with_length.prompt_tokens = model.default_sequence;
    return as_workload(live::TransformerWorkload::make(*transformer, with_length));
  }
  return unavailable(fmt::format("no executor for {}", kind_of(model.architecture)));
}

}  // namespace

Result<std::unique_ptr<Workload>> make_workload(const Model& model, const WorkloadOptions& options) {
  if (options.max_batch == 0 || options.threads == 0)
    return bad_input(fmt::format("{}: max_batch and threads start at 1", model.id));
  try {
    auto made = make(model, options);
    if (!made) return Error{made.error().kind, fmt::format("{}: {}", model.id, made.error().message)};
    return made;
  } catch (const std::bad_alloc&) {
    return infeasible(fmt::format("{}: not enough memory for the weights and activations", model.id));
  } catch (const dnnl::error& e) {
    return unavailable(fmt::format("{}: oneDNN refused: {}", model.id, e.message));
  }
}

}  // namespace ridgeline
