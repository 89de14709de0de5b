#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/explanation.h"
#include "report/format.h"
#include "report/table.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::string share(double part) {
  if (std::abs(part) < 0.0005) return percent(0);
  return part < 0 ? "-" + percent(-part) : percent(part);
}

std::string times(double ratio, bool fits) { return fmt::format("{:.2f}x{}", ratio, fits ? "" : "*"); }

}  // namespace

PartsTable parts_table(const Explanation& e) {
  std::vector<MetricPart> parts = e.latency.parts;
  std::stable_sort(parts.begin(), parts.end(), [](const MetricPart& a, const MetricPart& b) {
    return std::abs(a.value) > std::abs(b.value);
  });
  const bool equal = e.profiles.kind == DifferenceCase::equal;
  Table table({{e.latency.per == "pass" ? "factor" : "factor, per " + e.latency.per},
               {"gained", Align::right},
               {"share", Align::right},
               {"alone", Align::right},
               {"without it", Align::right}});
  bool starred = false;
  for (const MetricPart& part : parts) {
    const auto c = std::find_if(e.counterfactuals.begin(), e.counterfactuals.end(),
                                [&](const Counterfactual& x) { return x.factor == part.factor; });
    const bool nothing = std::abs(part.value) < 1e-9 * e.latency.baseline;
    table.add({part.factor, show(Seconds(nothing ? 0 : part.value)),
               equal ? absent : share(nothing ? 0 : part.value / e.latency.difference),
               times(c->alone, c->alone_fits), times(c->without, c->without_fits)});
    starred = starred || !c->alone_fits || !c->without_fits;
  }
  table.rule();
  table.add({"sum", show(Seconds(e.latency.difference)), equal ? absent : percent(1),
             times(e.profiles.speedup, true)});
  return {std::move(table), starred ? "* does not fit" : ""};
}

std::string text(const Explanation& e) {
  std::string result = headline(e.profiles);
  if (e.profiles.kind != DifferenceCase::infeasible && !e.latency.parts.empty()) {
    const PartsTable parts = parts_table(e);
    result += "\n" + parts.table.text() + (parts.below.empty() ? "" : parts.below + "\n");
  }
  if (!e.sentences.empty()) result += "\n";
  for (const std::string& sentence : e.sentences) result += wrap("• " + sentence) + "\n";
  return result;
}

std::string markdown(const Explanation& e) { return difference_markdown(e.profiles, text(e)); }

}  // namespace ridgeline::report
