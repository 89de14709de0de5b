#include "report/gate_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "report/format.h"

namespace ridgeline::report {
namespace {

std::string_view si_unit(CriterionUnit unit) {
  switch (unit) {
    case CriterionUnit::seconds:
      return "s";
    case CriterionUnit::joules:
      return "J";
    case CriterionUnit::bytes:
      return "B";
    case CriterionUnit::watts:
      return "W";
    default:
      return "";
  }
}

std::string signed_figure(double value, CriterionUnit unit) {
  const std::string text =
      unit == CriterionUnit::share ? fmt::format("{:.2g} pp", 100 * value) : figure_text(value, unit);
  return value < 0 ? text : "+" + text;
}

/// Whether the ends say more than the value.
bool has_width(const Estimate& e) { return (e.low && *e.low != e.value) || (e.high && *e.high != e.value); }

std::string signed_digits(const std::optional<double>& share) {
  if (!share) return absent;
  std::string text = signed_percent(*share);
  return text.substr(0, text.size() - std::string_view(" %").size());
}

std::string criteria_count(std::size_t n) {
  return fmt::format("{} {}", n, n == 1 ? "criterion" : "criteria");
}

}  // namespace

std::string figure_text(double value, CriterionUnit unit) {
  if (!si_unit(unit).empty()) return si(value, si_unit(unit));
  switch (unit) {
    case CriterionUnit::per_second:
      return plain(value) + " /s";
    case CriterionUnit::share:
      return fmt::format("{:.4g} %", 100 * value);
    case CriterionUnit::dollars:
      return plain(value) + " USD";
    default:
      return fmt::format("{:g}", value);
  }
}

std::string figure_text(const Estimate& e, CriterionUnit unit) {
  if (!has_width(e)) return figure_text(e.value, unit);
  if (!si_unit(unit).empty()) return with_interval(e, si_unit(unit));
  const auto end = [&](const std::optional<double>& value) { return value ? plain(*value) : absent; };
  return fmt::format("{} [{}, {}]", figure_text(e.value, unit), end(e.low), end(e.high));
}

std::string change_text(const Estimate& relative) {
  const std::string value = signed_percent(relative.value);
  if (!has_width(relative)) return value;
  return fmt::format("{} [{}, {}]", value, signed_digits(relative.low), signed_digits(relative.high));
}

std::string change_text(const Estimate& absolute, CriterionUnit unit) {
  const std::string value = signed_figure(absolute.value, unit);
  if (!has_width(absolute)) return value;
  const auto end = [&](const std::optional<double>& e) { return e ? signed_figure(*e, unit) : absent; };
  return fmt::format("{} [{}, {}]", value, end(absolute.low), end(absolute.high));
}

CriterionUnit unit_of(MetricUnit unit) {
  static constexpr std::array<CriterionUnit, 5> units = {CriterionUnit::seconds, CriterionUnit::per_second,
                                                         CriterionUnit::share, CriterionUnit::joules,
                                                         CriterionUnit::count};
  return units[static_cast<std::size_t>(unit)];
}

GateRow gate_row(const CriterionResult& result) {
  const Criterion& c = result.criterion;
  const Observation& seen = result.seen;
  const CriterionUnit unit = c.metric_unit;
  GateRow row;
  row.criterion = to_string(c);
  row.metric = c.metric;
  row.base = seen.base ? figure_text(*seen.base, unit) : absent;
  row.head = absent;
  if (seen.head) {
    // Of a change the interval is its own.
    row.head =
        c.kind == LimitKind::value ? figure_text(*seen.head, unit) : figure_text(seen.head->value, unit);
  }
  const bool in_unit = c.kind == LimitKind::change || !seen.relative;
  row.change = absent;
  if (in_unit && seen.absolute) row.change = change_text(*seen.absolute, unit);
  if (!in_unit && seen.relative) row.change = change_text(*seen.relative);
  row.limit = fmt::format("{} {}", to_string(c.comparison), limit_text(c));
  row.outcome = to_string(result.judgement.outcome);
  row.reason = result.judgement.reason;
  return row;
}

std::string gate_sentence(const CriterionResult& result) {
  const GateRow row = gate_row(result);
  std::string figures;
  if (result.judgement.measured) {
    figures = result.criterion.kind == LimitKind::value
                  ? fmt::format(" {},", row.head)
                  : fmt::format(" {} to {}, {}:", row.base, row.head, row.change);
  }
  return fmt::format("{}:{} {}", row.criterion, figures, row.reason);
}

std::vector<const CriterionResult*> by_outcome(const GateReport& report) {
  std::vector<const CriterionResult*> ordered;
  for (const Outcome outcome : {Outcome::failed, Outcome::cannot_tell, Outcome::passed}) {
    for (const CriterionResult& r : report.results) {
      if (r.judgement.outcome == outcome) ordered.push_back(&r);
    }
  }
  return ordered;
}

std::string gate_word(const GateReport& report) { return report.fails() ? "failed" : "passed"; }

std::string gate_counts(const GateReport& report) {
  const std::size_t all = report.results.size(), failed = report.count(Outcome::failed),
                    unknown = report.count(Outcome::cannot_tell);
  std::string text;
  if (failed > 0) text = fmt::format("{} of {} failed", failed, criteria_count(all));
  if (unknown > 0) {
    const bool strict = report.strictness == Strictness::strict;
    text += text.empty() ? fmt::format("{} of {} can't be told", unknown, criteria_count(all))
                         : fmt::format(", {} can't be told", unknown);
    text += strict ? ", which --strict fails" : failed > 0 ? "" : ", which passes without --strict";
  }
  if (text.empty()) text = fmt::format("{} passed", criteria_count(all));
  return report.broken.empty() ? text : "HEAD does not fit; " + text;
}

std::string sparkline(const std::vector<double>& values) {
  static constexpr std::array<const char*, 8> blocks = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  double low = 0, high = 0;
  for (const double v : values) {
    low = std::min(low, v);
    high = std::max(high, v);
  }
  std::string line;
  for (const double v : values) {
    const double share = high > low ? (v - low) / (high - low) : 0;
    line += blocks[static_cast<std::size_t>(std::lround(7 * share))];
  }
  return line;
}

std::string shift_line(const GateReport& report) {
  if (!report.difference || report.difference->shift.empty()) return "";
  const auto& shift = report.difference->shift;
  std::vector<double> values;
  for (const DecileShift& d : shift) values.push_back(d.seconds.value);
  const auto end = [](const DecileShift& d) {
    return fmt::format("{} at {:.0f} %", change_text(d.seconds, CriterionUnit::seconds), 100 * d.quantile);
  };
  return fmt::format("{} from {} to {}", sparkline(values), end(shift.front()), end(shift.back()));
}

}  // namespace ridgeline::report
