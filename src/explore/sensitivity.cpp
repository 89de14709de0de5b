#include "explore/sensitivity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "engine/interval_90.h"

namespace ridgeline::studies {
namespace {

constexpr double assumed_share = 0.1;
constexpr std::size_t most_rivals = 64, most_inputs = 12;

/// One end of an input's interval: the study as it would be.
struct Outcome {
  std::optional<double> objective;
  bool feasible = false, wins = false;
};

Outcome outcome_of(const Study& study, const std::vector<Member>& rivals) {
  Evaluator evaluator(study);
  const StudyObjective& objective = study.objectives.front();
  Outcome outcome;
  const Evaluated winner = evaluator.evaluate(rivals.front().index);
  if (winner.fate != Fate::predicted) return outcome;
  if (std::isfinite(winner.values[objective.metric])) outcome.objective = winner.values[objective.metric];
  outcome.feasible = standing_of(study, winner.values).keeps_all();
  if (!outcome.feasible) return outcome;
  std::uint32_t missing = 0;
  const double best = keys_of(study, winner.values, missing)[0];
  outcome.wins = std::none_of(rivals.begin() + 1, rivals.end(), [&](const Member& rival) {
    const Evaluated other = evaluator.evaluate(rival.index);
    return other.fate == Fate::predicted && standing_of(study, other.values).keeps_all() &&
           keys_of(study, other.values, missing)[0] < best;
  });
  return outcome;
}

class Inputs {
 public:
  Inputs(const Study& study, const std::vector<Member>& rivals)
      : study_(study), rivals_(rivals), winner_(point_at(study, digits_of(study, rivals.front().index))) {}

  std::vector<InputSensitivity> all() {
    for (const HardwareField& field : hardware_fields()) add_field(field);
    for (std::size_t i = 0; i < coefficients().size(); ++i) add_coefficient(i);
    const auto as_is = outcome_of(study_, rivals_).objective;
    const auto effect = [&](const InputSensitivity& s) {
      if (!as_is || !s.at_low || !s.at_high) return std::numeric_limits<double>::infinity();
      return std::max(std::abs(*s.at_low - *as_is), std::abs(*s.at_high - *as_is));
    };
    std::erase_if(found_, [&](const InputSensitivity& s) {
      return effect(s) == 0 && s.feasible_at_low && s.feasible_at_high && s.wins_at_low && s.wins_at_high;
    });
    std::stable_sort(found_.begin(), found_.end(), [&](const InputSensitivity& a, const InputSensitivity& b) {
      return effect(a) > effect(b);
    });
    if (found_.size() > most_inputs) found_.resize(most_inputs);
    return std::move(found_);
  }

 private:
  template <class Change>
  void add(std::string name, double low, double high, bool assumed, const Change& change) {
    const auto end = [&](double factor) {
      Study changed = study_;
      change(changed, factor);
      return outcome_of(changed, rivals_);
    };
    const Outcome at_low = end(low), at_high = end(high);
    InputSensitivity s;
    s.input = std::move(name);
    s.low = low;
    s.high = high;
    s.assumed = assumed;
    s.at_low = at_low.objective;
    s.at_high = at_high.objective;
    s.feasible_at_low = at_low.feasible;
    s.feasible_at_high = at_high.feasible;
    s.wins_at_low = at_low.wins;
    s.wins_at_high = at_high.wins;
    found_.push_back(std::move(s));
  }

  /// As a multiple of the value; ±10 % where the catalog gives no interval.
  void add_field(const HardwareField& field) {
    const Hardware& hardware = study_.devices[winner_.device].hardware;
    const std::optional<double> is = field.get(hardware);
    const bool is_axis = std::any_of(study_.axes.begin(), study_.axes.end(), [&](const StudyAxis& a) {
      return a.kind == AxisKind::field && field_of(a).name == field.name;
    });
    if (!is || is_axis) return;
    double low = 1 - assumed_share, high = 1 + assumed_share;
    bool assumed = true;
    if (field.name == "memory.bandwidth" && hardware.memory.bandwidth->interval) {
      low = hardware.memory.bandwidth->interval->first.value() / *is;
      high = hardware.memory.bandwidth->interval->second.value() / *is;
      assumed = false;
    }
    add(fmt::format("{} {}", hardware.id, field.name), low, high, assumed, [&](Study& study, double factor) {
      field.set(study.devices[winner_.device].hardware, *is * factor);
    });
  }

  /// Of every device of the winner's generation, which the fit saw as one.
  void add_coefficient(std::size_t index) {
    const StudyDevice& device = study_.devices[winner_.device];
    if (index >= device.coefficient_errors.size() || device.coefficient_errors[index] <= 0) return;
    const Coefficient& c = coefficients()[index];
    const double is = c.get(device.calibration);
    const double end = portable_exp(engine::two_sided_90 * device.coefficient_errors[index]);
    const double high = std::min(end, c.limit / is);
    if (!(is > 0) || !(high >= 1)) return;
    add(fmt::format("calibration {}", c.name), 1 / end, high, false, [&](Study& study, double factor) {
      for (StudyDevice& other : study.devices) {
        if (other.hardware.generation == device.hardware.generation) c.set(other.calibration, is * factor);
      }
    });
  }

  const Study& study_;
  const std::vector<Member>& rivals_;
  Point winner_;
  std::vector<InputSensitivity> found_;
};

}  // namespace

std::vector<InputSensitivity> sensitivities(const Study& study, const std::vector<Member>& rivals) {
  std::vector<Member> nearest = rivals;
  if (nearest.size() > most_rivals) nearest.resize(most_rivals);
  return Inputs(study, nearest).all();
}

}  // namespace ridgeline::studies
