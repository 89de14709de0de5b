#include "ridgeline/provenance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "base/text.h"
#include "ridgeline/calibration.h"

namespace ridgeline {

namespace {

bool same(const Input& a, const Input& b) {
  return a.key == b.key && a.value == b.value && a.provenance == b.provenance;
}

bool holds(const std::vector<Input>& inputs, const Input& wanted) {
  return std::any_of(inputs.begin(), inputs.end(),
                     [&wanted](const Input& input) { return same(input, wanted); });
}

}  // namespace

std::vector<Input> weakest_first(std::vector<Input> inputs) {
  std::vector<Input> result;
  result.reserve(inputs.size());
  for (Input& input : inputs) {
    if (!holds(result, input)) result.push_back(std::move(input));
  }
  std::stable_sort(result.begin(), result.end(), [](const Input& a, const Input& b) {
    return a.provenance.kind > b.provenance.kind;  // the enumeration has the strongest first
  });
  return result;
}

std::string rests_on(const std::vector<Input>& inputs) {
  std::array<std::size_t, static_cast<std::size_t>(ProvenanceKind::assumed) + 1> counts{};
  for (const Input& input : inputs) ++counts[static_cast<std::size_t>(input.provenance.kind)];
  std::string kinds;
  for (std::size_t i = counts.size(); i-- > 0;) {
    if (counts[i] == 0) continue;
    kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", counts[i],
                         to_string(static_cast<ProvenanceKind>(i)));
  }
  if (kinds.empty()) return "rests on no values";
  return fmt::format("rests on {} value{}", kinds, inputs.size() == 1 ? "" : "s");
}

std::vector<Input> of_both_sides(const std::vector<Input>& baseline, const std::vector<Input>& proposal) {
  std::vector<Input> inputs;
  for (Input input : baseline) {
    if (!holds(proposal, input)) input.key = "baseline." + input.key;
    inputs.push_back(std::move(input));
  }
  for (Input input : proposal) {
    if (holds(baseline, input)) continue;
    input.key = "proposal." + input.key;
    inputs.push_back(std::move(input));
  }
  return weakest_first(std::move(inputs));
}

std::vector<Input> serving_inputs(const Calibration& calibration) {
  static constexpr std::string_view names[] = {"interference", "prompt_stretch", "burst",
                                               "step_wait",    "per_prompt",     "per_request",
                                               "per_user",     "queue",          "handover"};
  std::vector<Input> inputs;
  for (const std::string_view name : names) {
    const auto index = find_coefficient(name);
    assert(index);
    const Coefficient& coefficient = coefficients()[*index];
    const double value = coefficient.get(calibration);
    inputs.push_back(
        {fmt::format("calibration.serving.{}", name),
         coefficient.unit == "s" ? show(Seconds(value)) : fmt::format("{:.4g} {}", value, coefficient.unit),
         calibration.provenance});
  }
  return inputs;
}

}  // namespace ridgeline
