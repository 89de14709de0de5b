#include <cmath>

#include "live/workload/conv_plan.h"

namespace ridgeline::live {

dnnl::memory ConvWeights::get(const std::string& name, float deviation, const dnnl::memory::desc& plain,
                              const dnnl::memory::desc& wanted) {
  const auto [first, last] = packed_.equal_range(name);
  for (auto it = first; it != last; ++it)
    if (it->second.memory.get_desc() == wanted) return it->second.memory;

  const auto count = static_cast<std::size_t>(onednn::values(plain));
  Floats values = synthetic(seed_, name, deviation, count);
  dnnl::memory result(plain, runtime_.engine(), values.get());
  if (plain != wanted) {
    Floats packed = allocate_floats(wanted.get_size() / sizeof(float) + 1);
    const dnnl::memory target(wanted, runtime_.engine(), packed.get());
    runtime_.reorder(result, target);
    result = target;
    values = std::move(packed);
  }
  packed_.emplace(name, Packed{std::move(values), result});
  return result;
}

float conv_weight_deviation(const ConvLayer& l) {
  const unsigned window = l.kind == ConvLayer::Kind::linear ? l.in_h * l.in_w : l.kernel * l.kernel_width();
  const unsigned groups = l.kind == ConvLayer::Kind::linear ? 1 : l.groups;
  const float fan_in = static_cast<float>(l.in_c / groups) * static_cast<float>(window);
  return std::sqrt((l.activation.empty() ? 1.0F : 2.0F) / fan_in);  // an activation halves the signal
}

}  // namespace ridgeline::live
