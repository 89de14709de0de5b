#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/text.h"
#include "explain/sentences.h"
#include "ridgeline/explanation.h"

namespace ridgeline {
namespace {

/// One figure that both sides have.
struct Gap {
  std::string figure;  ///< "P99"
  bool is_rate = false;
  double expected = 0;
  Estimate measured;
  double relative() const { return (expected - measured.value) / measured.value; }
  bool within_interval() const {
    return measured.low && measured.high && expected >= *measured.low && expected <= *measured.high;
  }
};

void add(std::vector<Gap>& gaps, const char* figure, bool is_rate, const std::optional<Estimate>& expected,
         const std::optional<Estimate>& measured) {
  if (!expected || !measured || measured->value <= 0) return;
  Gap gap;
  gap.figure = figure;
  gap.is_rate = is_rate;
  gap.expected = expected->value;
  gap.measured = *measured;
  gaps.push_back(std::move(gap));
}

std::vector<Gap> common_figures(const Summary& expected, const Summary& measured) {
  std::vector<Gap> gaps;
  add(gaps, "throughput", true, expected.throughput, measured.throughput);
  add(gaps, "P50", false, expected.p50, measured.p50);
  add(gaps, "P90", false, expected.p90, measured.p90);
  add(gaps, "P99", false, expected.p99, measured.p99);
  add(gaps, "mean", false, expected.mean, measured.mean);
  std::stable_sort(gaps.begin(), gaps.end(), [](const Gap& a, const Gap& b) {
    return std::abs(a.relative()) > std::abs(b.relative());
  });
  return gaps;
}

std::string value(const Gap& gap, double number) {
  return gap.is_rate ? fmt::format("{:.3g} samples/s", number) : show(Seconds(number));
}

std::string largest(const Gap& gap, std::string_view origin, std::string_view workload, ScenarioKind kind) {
  const double relative = gap.relative();
  std::string text =
      fmt::format("{}, {}: the largest gap is {}: {} {}, measured {}", workload, to_string(kind), gap.figure,
                  origin, value(gap, gap.expected), value(gap, gap.measured.value));
  if (gap.within_interval())
    return text + ", which is within the measurement's 95 % interval: no difference shown.";
  return text +
         fmt::format(", {} too {}.", explain::percent(std::abs(relative)), relative > 0 ? "high" : "low");
}

/// p99 over p50, where both are known.
std::optional<double> spread(const Summary& s) {
  if (!s.p50 || !s.p99 || s.p50->value <= 0) return std::nullopt;
  return s.p99->value / s.p50->value;
}

/// The tail grew more than the middle: variation that the expectation does not have.
std::optional<std::string> tail_sentence(const Summary& expected, const Summary& measured,
                                         std::string_view origin) {
  const auto predicted = spread(expected), seen = spread(measured);
  if (!predicted || !seen || std::abs(*seen / *predicted - 1) < 0.1) return std::nullopt;
  if (*seen < *predicted) {
    return fmt::format("The measured tail is shorter: P99 is {:.2f} times P50, {} {:.2f}.", *seen, origin,
                       *predicted);
  }
  return fmt::format("The measured tail is longer: P99 is {:.2f} times P50, {} {:.2f}{}.", *seen, origin,
                     *predicted, *predicted < 1.005 ? ", for it has no variation at all" : "");
}

/// How much of the gap at p99 the middle of the distribution has already.
std::optional<std::string> level_sentence(const Summary& expected, const Summary& measured,
                                          const Gap& largest_gap, ScenarioKind kind) {
  if (!expected.p50 || !measured.p50 || measured.p50->value <= 0) return std::nullopt;
  const double gap = (expected.p50->value - measured.p50->value) / measured.p50->value;
  if (std::abs(gap) < 0.03) return std::nullopt;
  const bool said = largest_gap.figure == "P50";
  const std::string start = said ? "It"
                                 : fmt::format("The median is {} too {} as well: it",
                                               explain::percent(std::abs(gap)), gap > 0 ? "high" : "low");
  if (is_open_loop(kind)) {
    return start + " is service, batching or queueing of the typical query that is off, not the tail alone.";
  }
  return start + " is the time of the typical query that is off, not the tail alone.";
}

std::optional<std::string> throughput_sentence(const Summary& expected, const Summary& measured) {
  if (!expected.throughput || !measured.throughput) return std::nullopt;
  const double a = expected.throughput->value, b = measured.throughput->value;
  if (a <= 0 || b <= 0 || std::abs(a / b - 1) < 0.03) return std::nullopt;
  return fmt::format("Back to back, a sample took {} against {} expected.", show(Seconds(1 / b)),
                     show(Seconds(1 / a)));
}

/// Lateness of the driver counts in measured latency, and only there.
std::optional<std::string> lateness_sentence(const Summary& expected, const Summary& measured) {
  if (!measured.lateness_p99 || !measured.p99 || !expected.p99) return std::nullopt;
  const double missing = measured.p99->value - expected.p99->value;
  if (missing <= 0 || measured.lateness_p99->value() < 0.1 * missing) return std::nullopt;
  return fmt::format(
      "The driver handed 1 % of the queries over at least {} late, which counts in their latency.",
      show(*measured.lateness_p99));
}

}  // namespace

std::vector<std::string> explain_gap(const Summary& expected, RunOrigin origin, const Summary& measured,
                                     std::string_view workload, ScenarioKind kind) {
  const std::string_view who = to_string(origin);
  const std::vector<Gap> gaps = common_figures(expected, measured);
  if (gaps.empty()) {
    return {fmt::format("{}, {}: nothing to compare: no figure is both {} and measured.", workload,
                        to_string(kind), who)};
  }
  std::vector<std::string> sentences{largest(gaps.front(), who, workload, kind)};
  const auto keep = [&](std::optional<std::string> sentence) {
    if (sentence) sentences.push_back(*std::move(sentence));
  };
  if (gaps.front().within_interval()) return sentences;
  if (kind == ScenarioKind::offline) {
    // One query: its percentiles are over samples that wait for those before them, so the rate says it all.
    keep(throughput_sentence(expected, measured));
    return sentences;
  }
  // The largest cause first: a gap at p99 or p90 is the tail's before it is the level's.
  const bool tail_first = gaps.front().figure == "P99" || gaps.front().figure == "P90";
  if (tail_first) keep(tail_sentence(expected, measured, who));
  keep(level_sentence(expected, measured, gaps.front(), kind));
  if (!tail_first) keep(tail_sentence(expected, measured, who));
  keep(lateness_sentence(expected, measured));
  return sentences;
}

}  // namespace ridgeline
