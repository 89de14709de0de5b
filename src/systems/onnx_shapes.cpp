#include "systems/onnx_shapes.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <set>

namespace ridgeline::systems {
namespace {

using Given = std::map<std::string, std::int64_t>;

std::string name_of(const OnnxInput& input, std::size_t axis) {
  return input.names[axis].empty() ? fmt::format("{}[{}]", input.name, axis) : input.names[axis];
}

std::set<std::string> open_names(const std::vector<OnnxInput>& inputs) {
  std::set<std::string> names;
  for (const OnnxInput& input : inputs) {
    for (std::size_t i = 0; i < input.dims.size(); ++i) {
      if (input.dims[i] < 0) names.insert(name_of(input, i));
    }
  }
  return names;
}

Status check(const std::vector<OnnxInput>& inputs, const Given& given) {
  const auto names = open_names(inputs);
  for (const auto& [name, size] : given) {
    if (size < 0) return bad_input(fmt::format("--dim: {} is {}, and must be at least 1", name, size));
    if (names.contains(name)) continue;
    return bad_input(
        names.empty()
            ? fmt::format("--dim: no dimension '{}'; all dimensions of the model are fixed", name)
            : fmt::format("--dim: no dimension '{}'; the model has: {}", name, fmt::join(names, ", ")));
  }
  return Status::success();
}

}  // namespace

std::vector<std::int64_t> OnnxShapes::of(std::size_t input, std::uint32_t samples) const {
  assert(samples == 1 || takes_batches);
  std::vector<std::int64_t> shape = dims[input];
  for (const std::size_t axis : batched[input]) shape[axis] = samples;
  return shape;
}

Result<OnnxShapes> plan_shapes(const std::vector<OnnxInput>& inputs, const Given& given) {
  RIDGELINE_CHECK(check(inputs, given));
  std::set<std::string> batch_names;
  for (const OnnxInput& input : inputs) {
    if (input.dims.empty() || input.dims.front() >= 0) continue;
    if (const std::string name = name_of(input, 0); !given.contains(name)) batch_names.insert(name);
  }
  OnnxShapes shapes;
  std::set<std::string> assumed;
  for (const OnnxInput& input : inputs) {
    auto& dims = shapes.dims.emplace_back(input.dims);
    auto& batched = shapes.batched.emplace_back();
    for (std::size_t i = 0; i < dims.size(); ++i) {
      if (dims[i] >= 0) continue;
      const std::string name = name_of(input, i);
      const auto found = given.find(name);
      dims[i] = 1;
      if (found != given.end() && found->second > 0) {
        dims[i] = found->second;
      } else if (found != given.end() || batch_names.contains(name)) {
        batched.push_back(i);
        shapes.takes_batches = true;
      } else {
        assumed.insert(name);
      }
    }
  }
  shapes.assumed.assign(assumed.begin(), assumed.end());
  return shapes;
}

}  // namespace ridgeline::systems
