#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/two_digits.h"
#include "report/format.h"
#include "report/markup.h"
#include "report/run_difference.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

std::string plus(double value) { return value > 0 ? "+" : ""; }

std::string unit_of(const RunMetric& metric) {
  switch (metric.unit) {
    case MetricUnit::seconds:
      return "s";
    case MetricUnit::joules:
      return "J";
    default:
      return "";
  }
}

/// Ends are written as precisely as the value is.
std::string with_ends(const Estimate& e, double scale, int decimals, const char* unit) {
  const auto one = [&](double value) {
    return fmt::format("{}{:.{}f}", plus(value), scale * value, decimals);
  };
  std::string result = one(e.value) + unit;
  if (e.low && e.high) result += fmt::format(" [{}, {}]", one(*e.low), one(*e.high));
  return result;
}

int decimals_for(double value) {
  const double size = std::fabs(value);
  return size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
}

/// The greatest of a value and its ends: what they are all written like.
double greatest(const Estimate& e) {
  return std::max({std::fabs(e.value), std::fabs(e.low.value_or(0)), std::fabs(e.high.value_or(0))});
}

std::string with_prefix(const Estimate& e, const std::string& unit) {
  if (greatest(e) == 0) return "0 " + unit + (e.low && e.high ? " [0, 0]" : "");
  const int step = si_step(greatest(e));
  const auto one = [&](double value) { return value == 0 ? "0" : plus(value) + si_digits(value, step); };
  const std::string name = si(greatest(e), unit);
  std::string result = fmt::format("{} {}", one(e.value), name.substr(name.find(' ') + 1));
  if (e.low && e.high) result += fmt::format(" [{}, {}]", one(*e.low), one(*e.high));
  return result;
}

std::string wrapped(const std::string& sentence, std::size_t width) {
  std::string result;
  std::size_t line = 0;
  for (std::size_t at = 0; at < sentence.size();) {
    const std::size_t space = std::min(sentence.find(' ', at), sentence.size());
    const std::size_t word = space - at;
    if (line > 0 && line + 1 + word > width) {
      result += '\n';
      line = 0;
    } else if (line > 0) {
      result += ' ';
      ++line;
    }
    result.append(sentence, at, word);
    line += word;
    at = space + 1;
  }
  return result + "\n";
}

std::string side(const char* letter, const NamedRun& named, std::uint64_t queries) {
  return fmt::format("  {}  {}: {}\n", letter, named.name, what_ran(named.run, queries));
}
std::string side_markdown(const char* letter, const NamedRun& named, std::uint64_t queries) {
  return fmt::format("- **{}** {}: {}\n", letter, code(named.name), escaped(what_ran(named.run, queries)));
}

}  // namespace

std::string what_ran(const Run& run, std::uint64_t queries) {
  return fmt::format("{}, {}, {} on {}, {} {}", to_string(run.scenario.kind), to_string(run.origin),
                     run.workload.empty() ? "workload" : run.workload,
                     run.system.empty() ? "unknown system" : run.system, queries,
                     run.scenario.kind == ScenarioKind::offline ? "samples" : "queries");
}

Table metrics_table(const RunDifference& d, const RunComparison& how) {
  Table table({{""},
               {"A", Align::right},
               {"B", Align::right},
               {"B - A", Align::right},
               {"relative", Align::right},
               {"difference"},
               {fmt::format("queries for {:.4g} %", 100 * how.detect), Align::right}});
  for (const MetricDifference& m : d.metrics) {
    table.add({std::string(m.metric->name), metric_value(*m.metric, m.a), metric_value(*m.metric, m.b),
               absolute_change(m), relative_change(m), in_words(m.evidence),
               m.queries_needed ? std::to_string(*m.queries_needed) : absent});
  }
  return table;
}

Table shift_table(const RunDifference& d) {
  Table table({{"decile"}, {"B - A", Align::right}});
  for (const DecileShift& shift : d.shift)
    table.add({fmt::format("{:.0f} %", 100 * shift.quantile), with_prefix(shift.seconds, "s")});
  return table;
}

Table phase_table(const RunDifference& d) {
  Table table({{"phase"}, {"B - A, mean", Align::right}});
  Seconds sum{};
  for (const PhaseDifference& part : d.parts) {
    table.add({std::string(part.phase), plus(part.seconds.value()) + show(part.seconds)});
    sum += part.seconds;
  }
  table.rule();
  table.add({"sum", plus(sum.value()) + show(sum)});
  return table;
}

std::string how_resampled(const RunDifference& d, const RunComparison& how) {
  if (d.a_block == 0 && d.b_block == 0) return "No intervals: nothing was resampled.";
  const std::string blocks =
      d.a_block == d.b_block ? fmt::format("{}", d.a_block) : fmt::format("{} and {}", d.a_block, d.b_block);
  return fmt::format(
      "Intervals are {:.4g} %, each of its own figure, from {} replicas of blocks of {} neighbours{}.",
      100 * how.confidence, how.replicas, blocks, d.paired ? "; paired, for the schedules are equal" : "");
}

std::string metric_value(const RunMetric& metric, double value) {
  if (!unit_of(metric).empty()) return si(value, unit_of(metric));
  if (metric.unit == MetricUnit::share) return fmt::format("{:.4g} %", 100 * value);
  return plain(value) + (metric.unit == MetricUnit::per_second ? "/s" : "");
}

std::string absolute_change(const MetricDifference& m) {
  const std::string unit = unit_of(*m.metric);
  if (!unit.empty()) return with_prefix(m.absolute, unit);
  if (m.metric->unit == MetricUnit::share)
    return with_ends(m.absolute, 100, decimals_for(100 * greatest(m.absolute)), " points");
  const char* per_second = m.metric->unit == MetricUnit::per_second ? "/s" : "";
  const bool whole = m.metric->unit == MetricUnit::count;
  return with_ends(m.absolute, 1, whole ? 0 : decimals_for(greatest(m.absolute)), per_second);
}

std::string relative_change(const MetricDifference& m) {
  if (!m.relative) return absent;
  const auto one = [](double share, Rounding rounding) {
    return plus(share) + two_digits(100 * share, rounding);
  };
  std::string result = one(m.relative->value, Rounding::nearest) + " %";
  if (!m.relative->low || !m.relative->high) return result;
  return result + fmt::format(" [{}, {}]", one(*m.relative->low, Rounding::down),
                              one(*m.relative->high, Rounding::up));
}

std::string in_words(Evidence evidence) {
  return evidence == Evidence::not_shown ? "not shown" : std::string(to_string(evidence));
}

std::string paragraph(const RunDifference& d) {
  std::string result;
  for (const std::string& sentence : d.sentences) result += wrapped(sentence, 120);
  return result;
}

std::string text(const RunDifference& d, const NamedRun& a, const NamedRun& b, const RunComparison& how) {
  std::string result = "Run against run, B - A\n" + side("A", a, d.a_queries) + side("B", b, d.b_queries) +
                       "\n" + paragraph(d) + "\n" + metrics_table(d, how).text() + how_resampled(d, how) +
                       "\n";
  if (!d.shift.empty()) result += "\n" + shift_table(d).text();
  if (!d.parts.empty()) result += "\n" + phase_table(d).text();
  return result;
}

std::string markdown(const RunDifference& d, const NamedRun& a, const NamedRun& b, const RunComparison& how) {
  std::string result = "### Run against run, B - A\n\n" + side_markdown("A", a, d.a_queries) +
                       side_markdown("B", b, d.b_queries);
  for (const std::string& sentence : d.sentences) result += "\n" + escaped(sentence) + "\n";
  result += "\n" + metrics_table(d, how).markdown() + "\n" + how_resampled(d, how) + "\n";
  if (!d.shift.empty()) result += folded("by decile", shift_table(d).markdown());
  if (!d.parts.empty()) result += folded("by phase", phase_table(d).markdown());
  return result;
}

}  // namespace ridgeline::report
