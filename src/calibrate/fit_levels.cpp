#include "calibrate/fit_levels.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <tuple>

namespace ridgeline::calibrate {
namespace {

/// Belong to the engine's software, not to the device.
constexpr auto of_the_engine =
    std::to_array<std::string_view>({"interference", "prompt_stretch", "burst", "step_wait", "per_prompt",
                                     "per_request", "per_user", "queue", "handover", "per_sequence"});
/// Releases change kernels for experts, schedulers and launch overheads; rarely anything else.
constexpr auto of_a_version = std::to_array<std::string_view>(
    {"launch", "per_layer", "per_expert_layer", "per_step", "interference", "per_prompt", "prompt_stretch",
     "burst", "step_wait", "per_request", "gemm", "attention", "memory", "cache_memory", "experts",
     "experts_memory"});

/// How far a level's factors are expected to be from 1, in units of the coefficient's own prior spread.
constexpr double base_share = 1, stack_share = 0.7, other_share = 0.5;

bool among(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What a scope may change.
bool may_change(const CalibrationScope& scope, std::string_view name) {
  if (!scope.version.empty()) return among(of_a_version, name);
  if (!scope.generation.empty() && scope.stack.empty()) return !among(of_the_engine, name);
  return true;
}

double share_of(const CalibrationScope& scope) {
  if (scope == CalibrationScope{}) return base_share;
  return scope.generation.empty() && scope.version.empty() ? stack_share : other_share;
}

/// The scopes that a row is in, most general first; parts that it does not know make none.
std::vector<CalibrationScope> scopes_of(const CalibrationScope& row) {
  std::vector<CalibrationScope> scopes{{}};
  if (!row.stack.empty()) scopes.push_back({"", row.stack, ""});
  if (!row.generation.empty()) scopes.push_back({row.generation, "", ""});
  if (!row.generation.empty() && !row.stack.empty()) scopes.push_back({row.generation, row.stack, ""});
  if (!row.stack.empty() && !row.version.empty()) scopes.push_back({"", row.stack, row.version});
  return scopes;
}

auto order_of(const CalibrationScope& scope) {
  const int keys = !scope.generation.empty() + !scope.stack.empty() + !scope.version.empty();
  return std::tuple(keys, !scope.version.empty(), scope.generation, scope.stack, scope.version);
}

}  // namespace

std::vector<Level> levels_of(std::span<const FitRow* const> rows) {
  const auto before = [](const CalibrationScope& a, const CalibrationScope& b) {
    return order_of(a) < order_of(b);
  };
  std::map<CalibrationScope, std::size_t, decltype(before)> counts(before);
  for (const FitRow* row : rows) {
    for (const CalibrationScope& scope : scopes_of(row->scope)) ++counts[scope];
  }
  std::vector<Level> levels;
  for (const auto& [scope, count] : counts) {
    Level level;
    level.scope = scope;
    level.rows = count;
    for (std::size_t i = 0; i < coefficients().size(); ++i) {
      if (!may_change(scope, coefficients()[i].name)) continue;
      level.coefficients.push_back(i);
      level.spread.push_back(share_of(scope) * coefficients()[i].prior_spread);
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

std::vector<std::size_t> levels_at(const std::vector<Level>& levels, const CalibrationScope& row) {
  const std::vector<CalibrationScope> scopes = scopes_of(row);
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (std::find(scopes.begin(), scopes.end(), levels[i].scope) != scopes.end()) found.push_back(i);
  }
  return found;
}

}  // namespace ridgeline::calibrate
