#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/coefficients.h"

namespace ridgeline {
namespace {

/// 2905 as "2,905".
std::string thousands(std::size_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

bool applies(const CalibrationScope& scope, const CalibrationScope& asked) {
  return (scope.generation.empty() || scope.generation == asked.generation) &&
         (scope.stack.empty() || scope.stack == asked.stack) &&
         (scope.version.empty() || scope.version == asked.version);
}

const CalibrationLevel* level_of(const std::vector<CalibrationLevel>& levels, const CalibrationScope& scope) {
  const auto found =
      std::find_if(levels.begin(), levels.end(), [&](const CalibrationLevel& l) { return l.scope == scope; });
  return found == levels.end() || found->rows == 0 ? nullptr : &*found;
}

std::vector<double> logs_for(const std::vector<CalibrationLevel>& levels, const CalibrationScope& asked) {
  std::vector<double> logs = engine::prior_logs();
  for (const CalibrationLevel& level : levels) {
    if (!applies(level.scope, asked)) continue;
    for (const auto& factor : level.factors) logs[factor.coefficient] += factor.log_factor;
  }
  return logs;
}

/// What of the question was measured.
struct Coverage {
  const CalibrationLevel *generation = nullptr, *stack = nullptr, *version = nullptr, *both = nullptr;
};

Coverage coverage_of(const std::vector<CalibrationLevel>& levels, const CalibrationScope& asked) {
  Coverage found;
  if (!asked.generation.empty()) found.generation = level_of(levels, {asked.generation, "", ""});
  if (asked.stack.empty()) return found;
  found.stack = level_of(levels, {"", asked.stack, ""});
  if (!asked.generation.empty()) found.both = level_of(levels, {asked.generation, asked.stack, ""});
  if (!asked.version.empty()) found.version = level_of(levels, {"", asked.stack, asked.version});
  return found;
}

std::string fitted_text(std::size_t rows, const Coverage& found, const CalibrationScope& asked) {
  std::string text = fmt::format("fitted on {} serving points, {} of {} on {}", thousands(rows),
                                 thousands(found.both->rows), asked.stack, asked.generation);
  if (found.version) text += fmt::format(", {} of version {}", thousands(found.version->rows), asked.version);
  return text;
}

std::string transported_text(const Coverage& found, const CalibrationScope& asked) {
  const std::string stack = found.stack ? asked.stack
                            : asked.stack.empty()
                                ? "mean of all stacks"
                                : fmt::format("mean of all stacks ({} not measured)", asked.stack);
  std::string text = fmt::format("transported: {}, ", stack);
  if (found.both) {
    text += fmt::format("{} (version {} not measured)", asked.generation, asked.version);
  } else if (found.generation) {
    text += found.stack ? fmt::format("{} as other stacks found it", asked.generation) : asked.generation;
  } else {
    text += "mean of all generations";
    if (!asked.generation.empty()) text += fmt::format(" ({} not measured)", asked.generation);
  }
  return text;
}

/// Each transported part differs from the mean about as much as unseen groups do: variances add.
double widened(double spread, unsigned transported) { return spread * std::sqrt(1.0 + transported); }

}  // namespace

std::string group_key(std::string_view model, std::string_view hardware, std::string_view stack) {
  return fmt::format("{}, {}, {}", model, hardware, stack);
}

CalibrationMatch Calibrations::find(const Hardware& hardware, std::string_view stack,
                                    std::string_view version, std::string_view model) const {
  const CalibrationScope asked{hardware.generation, std::string(stack), std::string(version)};
  const Coverage found = coverage_of(levels, asked);
  CalibrationMatch match;
  match.calibration = engine::calibration_from(logs_for(levels, asked));
  match.generation_measured = found.generation != nullptr;
  match.stack_measured = found.stack != nullptr;
  match.version_measured = found.version != nullptr;

  Calibration& c = match.calibration;
  if (empty()) {
    c.provenance = {ProvenanceKind::assumed, "priors of the coefficients; nothing was fitted", ""};
    return match;
  }
  const bool measured = found.both && (version.empty() || found.version);
  const bool model_seen = model.empty() || std::find(seen.begin(), seen.end(),
                                                     group_key(model, hardware.id, stack)) != seen.end();
  c.provenance = measured ? Provenance{ProvenanceKind::fitted, fitted_text(rows, found, asked), date}
                          : Provenance{ProvenanceKind::derived, transported_text(found, asked), date};
  if (measured && model_seen) {
    c.spread = seen_spread;
    c.first_token_spread = seen_first_token_spread;
  } else {
    const unsigned transported = (found.generation ? 0U : 1U) + (found.stack ? 0U : 1U);
    c.spread = widened(spread, transported);
    c.first_token_spread = widened(first_token_spread, transported);
  }
  return match;
}

}  // namespace ridgeline
