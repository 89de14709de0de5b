#pragma once
// A convolutional net bound to a batch size: primitives with their memory, in execution order.

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "live/workload/runtime.h"
#include "ridgeline/catalog.h"

namespace ridgeline::live {

/// Weights in the layouts that primitives asked for, each made once. Values follow from the seed and the
/// names "LAYER.weight" and "LAYER.bias" alone, so a second layout is made afresh, not kept beside.
class ConvWeights {
 public:
  ConvWeights(std::uint64_t seed, Runtime& runtime) : seed_(seed), runtime_(runtime) {}
  /// `plain` has the same logical sizes in row-major order.
  dnnl::memory get(const std::string& name, float deviation, const dnnl::memory::desc& plain,
                   const dnnl::memory::desc& wanted);
  /// The images, row-major: the first of them are the same in every batch.
  Floats input(std::size_t count) const { return synthetic(seed_, "input", 1.0F, count); }

 private:
  struct Packed {
    Floats values;
    dnnl::memory memory;
  };
  std::uint64_t seed_;
  Runtime& runtime_;
  std::multimap<std::string, Packed> packed_;
};

/// Standard deviations of the synthetic weights: the scale of the signal survives the layer.
float conv_weight_deviation(const ConvLayer&);
inline constexpr float conv_bias_deviation = 0.1F;

/// A primitive bound to its memory, and what it reports when it has run.
struct ConvStep {
  dnnl::primitive primitive;
  dnnl::memory::desc scratchpad;
  std::unordered_map<int, dnnl::memory> arguments;
  ExecutedOp record;
};

struct ConvPlan {
  std::vector<ConvStep> steps;
  std::shared_ptr<float[]> arena;  ///< where activations live; plans of smaller batches share it
  Floats input_values;             ///< kept apart: a run must not write over its images
  dnnl::memory input, output;
};

/// Names what has no executor; the layer table is trusted otherwise.
Status check_supported(const ConvNet&);

/// Throws dnnl::error and std::bad_alloc. `arena` is reused when it holds at least what the plan needs.
ConvPlan make_conv_plan(const ConvNet&, std::uint32_t batch, Runtime&, ConvWeights&,
                        const std::shared_ptr<float[]>& arena, std::size_t arena_floats,
                        std::size_t& needed_floats);

}  // namespace ridgeline::live
