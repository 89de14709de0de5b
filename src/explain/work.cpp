#include "explain/work.h"

#include <fmt/format.h>

#include <algorithm>

#include "explain/setup.h"

namespace ridgeline::explain {
namespace {

constexpr const char* token = "token";
constexpr const char* prompt_token = "prompt token";

bool works_on_images(const Model& m) {
  const auto* transformer = std::get_if<Transformer>(&m.architecture);
  if (transformer != nullptr && transformer->patch_tokens > 0) return true;
  if (std::holds_alternative<UNet>(m.architecture)) return true;
  return std::holds_alternative<ConvNet>(m.architecture) &&
         (m.task.find("image") != std::string::npos || m.task.find("detection") != std::string::npos) &&
         m.task.find("anomaly") == std::string::npos;
}

std::string unit_of(const Setup& setup) {
  const auto& groups = setup.shape.groups;
  if (generates(setup.model)) {
    const auto decodes = [](const SequenceGroup& g) { return g.new_tokens == 1; };
    if (std::all_of(groups.begin(), groups.end(), decodes)) return token;
    return std::none_of(groups.begin(), groups.end(), decodes) ? prompt_token : "mixed pass";
  }
  if (works_on_images(setup.model)) return "image";
  return std::holds_alternative<Transformer>(setup.model.architecture) ? "sequence" : "sample";
}

std::string phase_of(const std::string& unit) {
  return unit == token ? "decode" : unit == prompt_token ? "prefill" : "a pass of both phases";
}

}  // namespace

double amount_of(const StepShape& step, const std::string& unit) {
  double sum = 0;
  for (const SequenceGroup& group : step.groups) {
    sum += unit == prompt_token ? static_cast<double>(group.sequences) * group.new_tokens : group.sequences;
  }
  return sum;
}

Product product_of(const Setup& setup) {
  std::string unit = unit_of(setup);
  const double amount = unit == "mixed pass" ? 1 : amount_of(setup.shape, unit);
  return {std::move(unit), amount};
}

Result<Work> common_work(const Setup& a, const Setup& b) {
  if (a.model.task != b.model.task) {
    return bad_input(
        fmt::format("these setups do different work: {} is for {}, {} for {}; compare models of one task",
                    a.model.id, a.model.task, b.model.id, b.model.task));
  }
  const Product from = product_of(a), to = product_of(b);
  const bool same_shape = (changed_fields(a, b) & (model | batch | context | tokens | shape)) == 0;
  if (same_shape) return Work{};
  if (from.unit != to.unit) {
    if (generates(a.model) && generates(b.model)) {
      return bad_input(fmt::format(
          "these setups do different work: {} against {}; a pass that makes tokens and one that reads "
          "a prompt have no unit in common",
          phase_of(from.unit), phase_of(to.unit)));
    }
    return bad_input(
        fmt::format("these setups do different work: one makes a {}, the other a {}", from.unit, to.unit));
  }
  if (from.unit == "mixed pass") {
    return bad_input(
        "these setups do different work: passes of prompts and decoding sequences together have no unit in "
        "common "
        "unless they are the same");
  }
  return Work{from.unit, from.amount, to.amount};
}

}  // namespace ridgeline::explain
