#include "report/prediction_page.h"

#include <fmt/format.h>

#include <cmath>

#include "report/format.h"
#include "report/prediction_sheets.h"
#include "report/roofline_chart.h"
#include "report/waterfall_chart.h"

namespace ridgeline::report {
namespace {

std::string footprint_reason(const Footprint& f) {
  return fmt::format("needs {} of {}; try more devices, fewer bits or a smaller batch", show(f.total()),
                     show(f.capacity));
}

/// Operators one after the other, then what belongs to none of them.
std::vector<WaterfallStep> latency_steps(const Profile& p) {
  std::vector<WaterfallStep> steps;
  Seconds rest = p.latency;
  for (const OpTime& op : p.ops) {
    steps.push_back({op.name, op.time.value(), bound_by(op), false});
    rest -= op.time;
  }
  // Below a millionth of the whole it is rounding.
  if (std::abs(rest.value()) > 1e-6 * p.latency.value())
    steps.push_back({"of the whole pass", rest.value(), "overhead", false});
  steps.push_back({"latency", p.latency.value(), "total", true});
  return steps;
}

bool finite(const Profile& p) {
  double sum = p.latency.value() + p.peak.value() + p.bandwidth.value();
  for (const OpTime& op : p.ops) sum += op.time.value() + op.flops.value() + op.bytes.value();
  return std::isfinite(sum);
}

std::string prediction_tail(const std::vector<Input>& inputs, const PageSource& source) {
  return inputs_section(inputs) + made_by_section(source);
}

}  // namespace

std::vector<Chart> prediction_charts(const Profile& p, const std::string& of) {
  std::vector<Chart> charts;
  if (p.ops.empty() || !finite(p)) return charts;
  const std::string id = of.empty() ? "" : "-" + of, words = of.empty() ? "" : ", " + of;
  if (p.peak > FlopsPerSecond(0) && p.bandwidth > BytesPerSecond(0))
    charts.push_back(roofline_chart({roofline_plot(p, "")}, "roofline" + id, "Roofline" + words));
  charts.push_back(
      waterfall_chart(latency_steps(p), "s", "latency" + id, "Where the time goes" + words,
                      fmt::format("The operators of one pass in their order, and what binds each; {} in all.",
                                  show(p.latency))));
  return charts;
}

std::string prediction_page(const Profile& p, const std::vector<Input>& inputs, const PageSource& source) {
  const Sheet sheet = prediction_sheet(p);
  const bool fits = p.footprint.fits();
  std::string body = fits ? verdict_block(Tone::plain, to_string(p.regime),
                                          {fmt::format("{:.3g} FLOP/B; the ridge point is at {:.4g} FLOP/B",
                                                       p.intensity.value(), p.ridge.value())})
                          : verdict_block(Tone::bad, "DOES NOT FIT", {footprint_reason(p.footprint)});
  body += section("Pictures", pictures(prediction_charts(p), "The prediction has no operators to draw."));
  body += section("Figures", scrolled(sheet.html()));
  return page(sheet.title(), body + prediction_tail(inputs, source), source);
}

std::string serving_page(const ReadServing& read, const std::vector<Input>& inputs,
                         const PageSource& source) {
  const ServingPrediction& p = read.prediction;
  const Sheet sheet = prediction_sheet(read.point, p), step = prediction_sheet(p.decode);
  const bool fits = p.footprint.fits();
  std::string body =
      fits ? verdict_block(
                 Tone::plain, fmt::format("Bound by {}", to_string(p.limit)),
                 {fmt::format("TTFT {}, TPOT {} on average", show(p.ttft.value), show(p.tpot.value))})
           : verdict_block(Tone::bad, "DOES NOT FIT", {footprint_reason(p.footprint)});
  body += section("Figures", scrolled(sheet.html()));
  body += section("One decode step",
                  pictures(prediction_charts(p.decode), "The prediction has no operators to draw.") +
                      scrolled(step.html()));
  return page(sheet.title(), body + prediction_tail(inputs, source), source);
}

}  // namespace ridgeline::report
