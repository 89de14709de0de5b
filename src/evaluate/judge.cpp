#include "evaluate/judge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "base/text.h"

namespace ridgeline::evaluation {
namespace {

/// A value this close to its limit, as a share of the limit, is too close for comfort.
constexpr double near = 0.1;

/// So many significant digits, without an exponent.
std::string digits_of(double value, int digits) {
  const int decimals = value > 0 ? std::max(0, digits - 1 - static_cast<int>(std::floor(decade(value)))) : 0;
  return fmt::format("{:.{}f}", value, decimals);
}

std::string with_unit(double value, EvaluationUnit unit, int digits) {
  const bool prefixed = unit != EvaluationUnit::dollars && unit != EvaluationUnit::per_second;
  if (!prefixed) return fmt::format("{} {}", digits_of(value, digits), to_string(unit));
  const int step = si_step(value);
  static constexpr const char* prefixes[] = {"p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"};
  return fmt::format("{} {}{}", digits_of(value / power_of_ten(3 * step), digits), prefixes[step + 4],
                     to_string(unit));
}

/// Of the limit, on the side where it holds: 0.2 is a fifth to spare.
double spare(const EvaluationMetric& m) {
  const double sign = m.kind->side == LimitSide::at_most ? 1 : -1;
  return sign * (*m.limit - *m.value) / *m.limit;
}

bool straddles(const EvaluationMetric& m) {
  return m.interval && m.interval->first < *m.limit && *m.limit < m.interval->second;
}

/// The metric and its figures, each told from the others: "TTFT is 113 ms".
struct Words {
  std::string is, limit, worse_end, better_end, value;
  std::string_view beyond;  ///< "above" or "below"
};

Words words_of(const EvaluationMetric& m) {
  const EvaluationUnit unit = m.kind->unit;
  const bool at_most = m.kind->side == LimitSide::at_most;
  Words w;
  w.value = shown(*m.value, unit, *m.limit);
  w.is = fmt::format("{} is {}{}", m.what, m.upper_bound ? "at most " : "", w.value);
  w.limit = shown(*m.limit, unit, *m.value);
  w.beyond = at_most ? "above" : "below";
  if (!m.interval) return w;
  const std::string low = shown(m.interval->first, unit, *m.limit);
  const std::string high = shown(m.interval->second, unit, *m.limit);
  w.worse_end = at_most ? high : low;
  w.better_end = at_most ? low : high;
  return w;
}

std::string broken(const EvaluationMetric& m, const Words& w) {
  if (straddles(m)) {
    return fmt::format("{}, {} the limit of {}, but the 90 % interval reaches {}", w.is, w.beyond, w.limit,
                       w.better_end);
  }
  if (m.upper_bound) {
    return fmt::format("{}, which does not show it within the limit of {}, {:.3g} % of that bound", w.is,
                       w.limit, 100 * *m.limit / *m.value);
  }
  return fmt::format("{}, {} the limit of {}", w.is, w.beyond, w.limit);
}

std::string doubtful(const EvaluationMetric& m, const Words& w, const std::vector<std::string>& assumed) {
  if (straddles(m)) {
    return fmt::format("{}, within the limit of {}, but the 90 % interval reaches {}", w.is, w.limit,
                       w.worse_end);
  }
  if (spare(m) < near) return fmt::format("{}, less than 10 % from the limit of {}", w.is, w.limit);
  return fmt::format("{}, within the limit of {}, but rests on what was assumed: {}", w.is, w.limit,
                     fmt::join(assumed, ", "));
}

}  // namespace

std::string shown(double value, EvaluationUnit unit, double other) {
  int digits = 3;
  const auto rounded = [&](double x) { return fmt::format("{:.{}e}", x, digits - 1); };
  while (digits < 17 && value != other && rounded(value) == rounded(other)) ++digits;
  return with_unit(value, unit, digits);
}

void judge(EvaluationMetric& m, const std::vector<std::string>& assumed, const std::string& missing) {
  if (!m.value) m.reason = fmt::format("{} is unknown: {}", m.what, missing);
  if (!m.limit) return;
  if (!m.value) {
    m.status = EvaluationStatus::unknown;
    return;
  }
  const Words w = words_of(m);
  if (spare(m) < 0) {
    m.status = straddles(m) ? EvaluationStatus::warn : EvaluationStatus::fail;
    m.reason = broken(m, w);
  } else if (straddles(m) || spare(m) < near || !assumed.empty()) {
    m.status = EvaluationStatus::warn;
    m.reason = doubtful(m, w, assumed);
  } else {
    m.status = EvaluationStatus::pass;
    m.reason = fmt::format("{}, within the limit of {}", w.is, w.limit);
  }
}

void conclude(EvaluationLevel& level) {
  const EvaluationMetric* worst = nullptr;
  unsigned limits = 0, as_bad = 0;
  for (const EvaluationMetric& m : level.metrics) {
    if (!m.status) continue;
    ++limits;
    if (worst == nullptr || *m.status > *worst->status) {
      worst = &m;
      as_bad = 0;
    }
    as_bad += *m.status == *worst->status ? 1 : 0;
    // Of those that pass, the closest to its limit.
    if (*m.status == EvaluationStatus::pass && *worst->status == EvaluationStatus::pass &&
        spare(m) < spare(*worst))
      worst = &m;
  }
  if (worst == nullptr) {
    level.status = EvaluationStatus::pass;
    level.reason = "no limit was set";
    return;
  }
  level.status = *worst->status;
  level.reason = worst->reason;
  if (level.status == EvaluationStatus::pass && limits > 1)
    level.reason = fmt::format("all {} limits hold; the closest: {}", limits, worst->reason);
  else if (as_bad > 1)
    level.reason += fmt::format("; {} more limit{} alike", as_bad - 1, as_bad == 2 ? "" : "s");
}

}  // namespace ridgeline::evaluation
