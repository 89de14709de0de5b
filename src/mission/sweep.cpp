#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/portable_math.h"
#include "mission/parameters.h"

namespace ridgeline {
namespace {

using mission::ScopedName;

/// One unit of the third significant digit of a value at hand.
double third_digit(double value) { return value == 0 ? 0 : power_of_ten(decade(value) - 2); }

/// The nearest value of three significant digits, or whole number.
double rounded(const MissionParameter& p, double value) {
  if (p.whole) return std::round(value);
  const double unit = third_digit(value);
  if (unit == 0) return 0;
  // Through text, so that 0.0731 is the number that a user types.
  return std::strtod(fmt::format("{:.3g}", value).c_str(), nullptr);
}

/// Between neighbours there is nothing to try.
bool are_neighbours(const MissionParameter& p, double a, double b) {
  const double unit = p.whole ? 1 : third_digit(std::max(std::abs(a), std::abs(b)));
  return std::abs(a - b) <= unit * 1.5;
}

class Sweep {
 public:
  Sweep(const Mission& m, const MissionData& data, std::string name, const MissionParameter& parameter)
      : mission_(m), data_(data), name_(std::move(name)), parameter_(parameter) {}

  Result<MissionSweep> from(double start) {
    found_.parameter = name_;
    found_.unit = parameter_.unit;
    RIDGELINE_TRY(at_start, broken_at(start));
    if (!at_start.empty()) {
      return infeasible(
          fmt::format("{} breaks {}'s {} already at {:g}{}{}; start where all thresholds hold (try the fix)",
                      mission_.id, at_start[0].threshold.phase, at_start[0].threshold.metric, start,
                      found_.unit.empty() ? "" : " ", found_.unit));
    }
    RIDGELINE_CHECK(bracket(start));
    RIDGELINE_CHECK(bisect());
    return found_;
  }

 private:
  Result<std::vector<ThresholdReport>> broken_at(double value) {
    Mission tried = mission_;
    RIDGELINE_CHECK(set(tried, name_, value));
    RIDGELINE_TRY(report, run(tried, data_));
    ++found_.runs;
    std::vector<ThresholdReport> broken;
    for (const ThresholdReport& threshold : report.thresholds) {
      if (!threshold.holds) broken.push_back(threshold);
    }
    return broken;
  }

  /// Leaves holds and breaks on either side of a change.
  Status bracket(double start) {
    const double sign = parameter_.falls ? -1 : 1,
                 end = parameter_.falls ? parameter_.least : parameter_.most;
    found_.holds = start;
    for (double stride = parameter_.step;; stride *= 2) {
      if (found_.holds == end) {
        return infeasible(fmt::format("{} holds all thresholds up to {} {:g}{}{}", mission_.id, name_, end,
                                      found_.unit.empty() ? "" : " ", found_.unit));
      }
      double next = rounded(parameter_, start + sign * stride);
      next = parameter_.falls ? std::max(next, end) : std::min(next, end);
      RIDGELINE_TRY(broken, broken_at(next));
      if (broken.empty()) {
        found_.holds = next;
        continue;
      }
      found_.breaks = next;
      found_.broken = std::move(broken);
      return Status::success();
    }
  }

  Status bisect() {
    while (!are_neighbours(parameter_, found_.holds, found_.breaks)) {
      const double middle = rounded(parameter_, (found_.holds + found_.breaks) / 2);
      if (middle == found_.holds || middle == found_.breaks) break;
      RIDGELINE_TRY(broken, broken_at(middle));
      if (broken.empty()) {
        found_.holds = middle;
      } else {
        found_.breaks = middle;
        found_.broken = std::move(broken);
      }
    }
    return Status::success();
  }

  const Mission& mission_;
  const MissionData& data_;
  std::string name_;
  const MissionParameter& parameter_;
  MissionSweep found_;
};

/// Where the sweep starts: what the first phase that it changes runs with.
Result<double> start_of(const Mission& m, const ScopedName& scoped) {
  for (const MissionPhase& phase : m.phases) {
    const bool changes =
        scoped.phase.empty() ? phase.own.count(scoped.name) == 0 : mission::is_called(m, phase, scoped.phase);
    if (!changes) continue;
    if (const auto value = parameter_of(m, phase, scoped.name)) return *value;
    return bad_input(
        fmt::format("{}: {} says nothing of it; set it to where the sweep starts", scoped.name, m.id));
  }
  return bad_input(fmt::format("{}: every phase of {} has its own; name one, such as {}.{}", scoped.name,
                               m.id, m.phases.front().id, scoped.name));
}

}  // namespace

Result<MissionSweep> sweep(const Mission& m, const MissionData& data, const std::string& name) {
  const ScopedName scoped = mission::split_name(m, name);
  RIDGELINE_TRY(parameter, mission::find_parameter(scoped.name));
  RIDGELINE_TRY(start, start_of(m, scoped));
  return Sweep(m, data, name, *parameter).from(start);
}

}  // namespace ridgeline
