#include "explain/run_sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "base/text.h"
#include "base/two_digits.h"
#include "explain/run_labels.h"

namespace ridgeline::explain {
namespace {

const MetricDifference* find(const RunDifference& d, std::string_view name) {
  for (const MetricDifference& m : d.metrics) {
    if (m.metric->name == name) return &m;
  }
  return nullptr;
}

/// What the comparison is about first: Offline the rate, others the percentile that counts or the next best.
const MetricDifference* main_metric(const RunDifference& d, const Run& a) {
  if (a.scenario.kind == ScenarioKind::offline) return find(d, "throughput");
  std::vector<std::string> names;
  for (const auto& [name, p] : {std::pair("p50", 0.5), std::pair("p90", 0.9), std::pair("p95", 0.95),
                                std::pair("p99", 0.99), std::pair("p99.9", 0.999)}) {
    if (a.scenario.percentile == p) names.emplace_back(name);
  }
  for (const char* name : {"p99", "p95", "p90", "p50", "mean", "throughput"}) names.emplace_back(name);
  for (const std::string& name : names) {
    if (const MetricDifference* m = find(d, name)) return m;
  }
  return d.metrics.empty() ? nullptr : &d.metrics.front();
}

/// Of a share the difference is in points, elsewhere it is relative, and absolute where A has nothing.
struct Change {
  double value = 0;  ///< in per cent, points, or the metric's unit
  std::optional<double> low, high;
  std::string unit;  ///< " %", " points"; empty: absolute
};

Change change_of(const MetricDifference& m) {
  const bool points = m.metric->unit == MetricUnit::share;
  if (!points && !m.relative) return {m.absolute.value, m.absolute.low, m.absolute.high, ""};
  const Estimate& e = points ? m.absolute : *m.relative;
  Change change{100 * e.value, {}, {}, points ? " points" : " %"};
  if (e.low) change.low = 100 * *e.low;
  if (e.high) change.high = 100 * *e.high;
  return change;
}

std::string size_of(const MetricDifference& m, const Change& c, double value, Rounding rounding) {
  if (c.unit.empty()) return show_value(*m.metric, value);
  return two_digits(value, rounding) + c.unit;
}

/// "8.0 % to 16 %", never narrower than it is.
std::string interval_of(const MetricDifference& m, const Change& c) {
  return fmt::format("{} to {}", size_of(m, c, *c.low, Rounding::down), size_of(m, c, *c.high, Rounding::up));
}

std::string values_of(const MetricDifference& m) {
  return fmt::format("{} in A, {} in B", show_value(*m.metric, m.a), show_value(*m.metric, m.b));
}

/// Of what a person chose: "95 %", "5 %".
std::string round_percent(double share) { return fmt::format("{:.4g} %", 100 * share); }
std::string percent_of(double share) { return two_digits(100 * share, Rounding::nearest) + " %"; }

std::string shown(const MetricDifference& m, const RunComparison& how) {
  const Change c = change_of(m);
  return fmt::format("{} is {} {} in B ({} interval {}): {}.", label_of(*m.metric),
                     size_of(m, c, std::abs(c.value), Rounding::nearest), c.value > 0 ? "higher" : "lower",
                     round_percent(how.confidence), interval_of(m, c), values_of(m));
}

std::string not_shown(const MetricDifference& m) {
  const Change c = change_of(m);
  if (m.a == m.b && *c.low == 0 && *c.high == 0)
    return fmt::format("{} is the same in both: {}.", label_of(*m.metric), show_value(*m.metric, m.a));
  const std::string up = size_of(m, c, std::max(*c.high, 0.0), Rounding::up);
  const std::string down = size_of(m, c, std::max(-*c.low, 0.0), Rounding::up);
  std::string could = fmt::format("up to {} higher or {} lower", up, down);
  if (*c.high <= 0) could = fmt::format("up to {} lower", down);
  if (*c.low >= 0) could = fmt::format("up to {} higher", up);
  return fmt::format("{}: no difference shown (in B it could be {}): {}.", label_of(*m.metric), could,
                     values_of(m));
}

std::string unknown(const MetricDifference& m) {
  return fmt::format("{}: {}; whether that is more than chance is unknown, for the runs {} to tell.",
                     label_of(*m.metric), values_of(m),
                     m.queries_needed ? "are too short" : "are too short or kept too little");
}

std::string about(const MetricDifference& m, const RunComparison& how) {
  std::string text = m.evidence == Evidence::shown       ? shown(m, how)
                     : m.evidence == Evidence::not_shown ? not_shown(m)
                                                         : unknown(m);
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// Up to four others whose difference is shown, as listed.
std::string others_shown(const RunDifference& d, const MetricDifference* main) {
  constexpr std::size_t most = 4;
  std::string list;
  std::size_t count = 0, compared = 0;
  for (const MetricDifference& m : d.metrics) {
    if (&m == main || m.evidence == Evidence::unknown) continue;
    ++compared;
    if (m.evidence != Evidence::shown || ++count > most) continue;
    const Change c = change_of(m);
    list += fmt::format("{}{} {}{} ({})", list.empty() ? "" : ", ", label_of(*m.metric),
                        c.value > 0 ? "+" : "", size_of(m, c, c.value, Rounding::nearest), interval_of(m, c));
  }
  if (compared == 0) return "";
  if (count == 0)
    return fmt::format("No difference is shown in the other {} figures that can be told apart.", compared);
  return fmt::format("Of {} other figures {} {} shown to differ: {}{}.", compared, count,
                     count == 1 ? "is" : "are", list, count > most ? ", ..." : "");
}

std::string probability(const RunDifference& d, const RunComparison& how) {
  if (!d.b_slower) return "";
  const Estimate& p = *d.b_slower;
  std::string text =
      fmt::format("A query of B is slower than one of A with probability {}", percent_of(p.value));
  if (p.low) {
    text += fmt::format(" ({} interval {} % to {} %)", round_percent(how.confidence),
                        two_digits(100 * *p.low, Rounding::down), two_digits(100 * *p.high, Rounding::up));
  }
  return text + fmt::format("; 50 % is even. Cliff's delta is {:+.3f}.", *d.effect_size);
}

std::string signed_time(Seconds s) { return (s > Seconds(0) ? "+" : "") + show(s); }

std::string shift(const RunDifference& d) {
  if (d.shift.size() != 9) return "";
  const auto at = [&](std::size_t i) { return signed_time(Seconds(d.shift[i].seconds.value)); };
  return fmt::format("By decile B - A is {} at the 10th percentile, {} at the median, {} at the 90th.", at(0),
                     at(4), at(8));
}

std::string parts(const RunDifference& d) {
  if (d.parts.empty()) return "";
  std::vector<PhaseDifference> sorted = d.parts;
  std::stable_sort(sorted.begin(), sorted.end(), [](const PhaseDifference& x, const PhaseDifference& y) {
    return std::abs(x.seconds.value()) > std::abs(y.seconds.value());
  });
  std::string list;
  Seconds sum{};
  for (const PhaseDifference& part : sorted) {
    sum += part.seconds;
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", part.phase, signed_time(part.seconds));
  }
  return fmt::format("The mean latency differs by {}: {}.", signed_time(sum), list);
}

std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string queries_needed(const RunDifference& d, const MetricDifference& m, const RunComparison& how) {
  if (!m.queries_needed || m.evidence == Evidence::shown) return "";
  return fmt::format(
      "To show a change of {} in {} four times in five takes about {} queries a run; there are {} and {}.",
      round_percent(how.detect), label_of(*m.metric), grouped(*m.queries_needed), grouped(d.a_queries),
      grouped(d.b_queries));
}

std::string what_else(const Run& a, const Run& b) {
  std::string text;
  if (a.workload != b.workload && !a.workload.empty() && !b.workload.empty())
    text = fmt::format("The runs are of different workloads: {} and {}.", a.workload, b.workload);
  for (const auto& [run, name] : {std::pair(&a, 'A'), std::pair(&b, 'B')}) {
    if (run->interrupted)
      text += fmt::format("{}{} broke off before its end.", text.empty() ? "" : " ", name);
  }
  return text;
}

}  // namespace

std::vector<std::string> sentences_of(const RunDifference& d, const Run& a, const Run& b,
                                      const RunComparison& how) {
  std::vector<std::string> sentences;
  const auto add = [&](std::string sentence) {
    if (!sentence.empty()) sentences.push_back(std::move(sentence));
  };
  const MetricDifference* main = main_metric(d, a);
  if (main) add(about(*main, how));
  add(others_shown(d, main));
  if (main) add(queries_needed(d, *main, how));
  add(probability(d, how));
  add(shift(d));
  add(parts(d));
  add(what_else(a, b));
  return sentences;
}

}  // namespace ridgeline::explain
