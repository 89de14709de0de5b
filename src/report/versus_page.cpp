#include "report/versus_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/roofline_chart.h"
#include "report/versus_parts.h"
#include "report/versus_sections.h"
#include "report/waterfall_chart.h"

namespace ridgeline::report {
namespace {

RooflinePlot side_plot(const Versus& v, std::size_t side) {
  const Roofline& r = v.systems[side].roofline;
  RooflinePlot plot{fmt::format("{}: {}", side_names[side], system_text(v.systems[side])),
                    r.peak.value(),
                    r.bandwidth.value(),
                    {}};
  for (const RooflineOp& op : r.ops)
    plot.marks.push_back({op.pass + ": " + op.name, op.flops.value(), op.bytes.value(), op.attained.value(),
                          op.share, bound_text(op.bound)});
  return plot;
}

std::vector<Chart> versus_charts(const Versus& v) {
  std::vector<Chart> charts;
  const std::vector<RooflinePlot> plots{side_plot(v, 0), side_plot(v, 1)};
  if (std::all_of(plots.begin(), plots.end(),
                  [](const RooflinePlot& plot) { return plot.peak > 0 && plot.bandwidth > 0; }))
    charts.push_back(roofline_chart(plots, "rooflines", "What the mission does on both rooflines"));
  if (!v.why) return charts;
  const MetricAttribution& latency = v.why->latency;
  std::vector<WaterfallStep> steps{{"A", latency.baseline, "total", true}};
  for (const MetricPart& part : latency.parts)
    steps.push_back({part.factor, -part.value, part.value >= 0 ? "less" : "more", false});
  steps.push_back({"B", latency.proposal, "total", true});
  if (std::all_of(steps.begin(), steps.end(), [](const WaterfallStep& s) { return std::isfinite(s.value); }))
    charts.push_back(waterfall_chart(steps, "s", "difference",
                                     fmt::format("Time of a {}, from A to B", latency.per),
                                     "The parts add up to what B gains over A."));
  return charts;
}

}  // namespace

std::string versus_page(const Versus& v, const std::vector<Input>& inputs, const PageSource& source) {
  std::string body = verdict_block(Tone::plain, fmt::format("Verdict: {}", to_string(v.verdict.outcome)),
                                   {v.verdict.reason});
  for (std::size_t s = 0; s < 2; ++s)
    body += paragraphs({fmt::format("{}: {}", side_names[s], system_text(v.systems[s]))});
  body += section("Pictures", pictures(versus_charts(v), "The document has no roofs to draw."));
  for (const VersusSection& part : versus_sections(v)) {
    if (!part.table && part.lines.empty()) continue;
    body += section(part.heading, (part.table ? scrolled(part.table->html()) : "") + paragraphs(part.lines));
  }
  body += inputs_section(inputs) + made_by_section(source, {{"seed", std::to_string(v.seed)}});
  return page(versus_title(v), body, source);
}

}  // namespace ridgeline::report
