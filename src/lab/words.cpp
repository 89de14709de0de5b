#include "lab/words.h"

#include <fmt/format.h>

#include <optional>

#include "base/text.h"
#include "mission/parameters.h"

namespace ridgeline::lab {
namespace {

constexpr std::string_view of_parameters = "parameters.", of_thresholds = "threshold.";

/// As people write it; ten digits hide what a change of units leaves behind.
std::string decimal(double value) { return fmt::format("{:.10g}", value); }

std::optional<double> parameter(const Mission& m, const std::string& name) {
  if (const auto own = m.parameters.find(name); own != m.parameters.end()) return own->second.value;
  const mission::ScopedName scoped = mission::split_name(m, name);
  if (!mission::find_parameter(scoped.name)) return std::nullopt;
  const MissionPhase* phase = scoped.phase.empty() ? nullptr : mission::find_phase(m, scoped.phase);
  return phase ? parameter_of(m, *phase, scoped.name) : std::nullopt;
}

const MissionThreshold* threshold(const Mission& m, const std::string& name) {
  for (const MissionThreshold& t : m.thresholds) {
    if (t.phase + "." + t.metric == name) return &t;
  }
  return nullptr;
}

std::string limit(const MissionThreshold& t, Use use) {
  if (use == Use::number) return fmt::format("{}", t.limit);
  const std::string figure = decimal(t.limit * t.unit_per_si);
  return use == Use::command || t.unit.empty() ? figure + t.unit : figure + " " + t.unit;
}

}  // namespace

Words::Words(const Mission& m, std::map<std::string, std::string> own)
    : mission_(m), own_(std::move(own)), fields_{{"mission", m.id},      {"name", m.name},
                                                 {"persona", m.persona}, {"story", m.story},
                                                 {"crisis", m.crisis},   {"hardware", m.hardware},
                                                 {"model", m.model},     {"precision", m.precision}} {}

Result<std::string> Words::value_of(const std::string& name, Use use) const {
  const auto own = own_.find(name);
  if (own == own_.end()) return of_mission(name, use);
  return fill(own->second, [this](const std::string& inner, Use u) { return of_mission(inner, u); }, use);
}

bool Words::has(const std::string& name) const { return own_.count(name) + fields_.count(name) > 0; }

Result<std::string> Words::of_mission(const std::string& name, Use use) const {
  if (const auto field = fields_.find(name); field != fields_.end()) return field->second;
  if (name.rfind(of_parameters, 0) == 0) {
    if (const auto value = parameter(mission_, name.substr(of_parameters.size()))) return decimal(*value);
  } else if (name.rfind(of_thresholds, 0) == 0) {
    if (const auto* found = threshold(mission_, name.substr(of_thresholds.size()))) return limit(*found, use);
  }
  const auto close = nearest(name, names());
  return bad_input(fmt::format("nothing fills {{{}}}{}{}", name,
                               close.empty() ? "" : "; did you mean: ", fmt::join(close, ", ")));
}

std::vector<std::string> Words::names() const {
  std::vector<std::string> all;
  for (const auto& entry : fields_) all.push_back(entry.first);
  for (const auto& entry : own_) all.push_back(entry.first);
  for (const auto& entry : mission_.parameters) all.push_back(std::string(of_parameters) + entry.first);
  for (const MissionThreshold& t : mission_.thresholds)
    all.push_back(fmt::format("{}{}.{}", of_thresholds, t.phase, t.metric));
  return all;
}

}  // namespace ridgeline::lab
