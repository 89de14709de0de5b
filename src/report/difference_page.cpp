#include "report/difference_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/explanation.h"
#include "report/format.h"
#include "report/profile_reader.h"
#include "report/roofline_chart.h"
#include "report/waterfall_chart.h"

namespace ridgeline::report {
namespace {

MetricAttribution read_metric(const JsonPlace& at, const char* name) {
  MetricAttribution m;
  m.metric = name;
  m.unit = at["unit"].text();
  m.per = at["per"].text();
  m.baseline = at["baseline"].number_or_nan();
  m.proposal = at["proposal"].number_or_nan();
  m.difference = at["difference"].number_or_nan();
  return m;
}

Counterfactual read_counterfactual(const JsonPlace& at) {
  return {at["factor"].text(), at["speedup_alone"].number_or_nan(), at["speedup_without"].number_or_nan(),
          at["alone_fits"].flag(), at["without_fits"].flag()};
}

bool has_counterfactuals(const Explanation& e) { return !e.counterfactuals.empty(); }

/// From the baseline's latency to the proposal's, of a unit of work.
std::vector<WaterfallStep> difference_steps(const Explanation& e) {
  std::vector<WaterfallStep> steps{{"A", e.latency.baseline, "total", true}};
  for (const MetricPart& part : e.latency.parts)
    steps.push_back({part.factor, -part.value, part.value >= 0 ? "less" : "more", false});
  steps.push_back({"B", e.latency.proposal, "total", true});
  return steps;
}

bool has_roof(const Profile& p) {
  return p.peak > FlopsPerSecond(0) && p.bandwidth > BytesPerSecond(0) && !p.ops.empty();
}

std::vector<Chart> difference_charts(const Explanation& e) {
  std::vector<Chart> charts;
  const ProfileDifference& d = e.profiles;
  const auto unknown = [](const WaterfallStep& step) { return !std::isfinite(step.value); };
  const std::vector<WaterfallStep> steps = difference_steps(e);
  if (!e.latency.parts.empty() && std::none_of(steps.begin(), steps.end(), unknown))
    charts.push_back(
        waterfall_chart(steps, "s", "difference", "From A to B",
                        fmt::format("Latency of a {}: the parts add up to what B, {}, gains over A, {}.",
                                    e.latency.per, d.proposal.hardware, d.baseline.hardware)));
  if (has_roof(d.baseline) && has_roof(d.proposal))
    charts.push_back(roofline_chart({roofline_plot(d.baseline, "A: " + d.baseline.hardware),
                                     roofline_plot(d.proposal, "B: " + d.proposal.hardware)},
                                    "rooflines", "Both rooflines"));
  return charts;
}

std::string latency_parts(const Explanation& e) {
  if (has_counterfactuals(e)) {
    const PartsTable parts = parts_table(e);
    return scrolled(parts.table.html()) +
           paragraphs(parts.below.empty() ? std::vector<std::string>{} : std::vector{parts.below});
  }
  Table table({{"factor"}, {"gained", Align::right}});
  for (const MetricPart& part : e.latency.parts) table.add({part.factor, show(Seconds(part.value))});
  return scrolled(table.html());
}

std::string other_metrics(const Explanation& e) {
  Table table({{"of"}, {"A", Align::right}, {"B", Align::right}, {"B is better by", Align::right}});
  const auto add = [&](const MetricAttribution& m, const char* what) {
    if (m.unit.empty()) return;
    const auto figure = [&](double value) {
      return !std::isfinite(value)            ? absent
             : m.unit == "s" || m.unit == "J" ? si(value, m.unit)
                                              : plain(value) + (m.unit == "1/s" ? " /s" : " " + m.unit);
    };
    table.add(
        {fmt::format("{} {}", what, m.per), figure(m.baseline), figure(m.proposal), figure(m.difference)});
  };
  add(e.throughput, "rate, per");
  if (e.energy) add(*e.energy, "energy at most, per");
  if (e.cost) add(*e.cost, "cost, per");
  return scrolled(table.html()) + paragraphs(e.unknown);
}

}  // namespace

Explanation read_difference(const JsonPlace& at) {
  Explanation e;
  ProfileDifference& d = e.profiles;
  d.kind = at["case"].named(DifferenceCase::network_dominated);
  d.speedup = at["speedup"].number_or_nan();
  d.bandwidth_ratio = at["bandwidth_ratio"].number_or_nan();
  d.peak_ratio = at["peak_ratio"].number_or_nan();
  d.work = {at["work"]["unit"].text(), at["work"]["baseline"].number_or_nan(),
            at["work"]["proposal"].number_or_nan()};
  at["difference_seconds"].read(d.difference);
  d.analysis = at["analysis"].texts();
  d.baseline = read_profile(at["baseline"]);
  d.proposal = read_profile(at["proposal"]);
  e.latency.per = d.work.unit;
  e.latency.unit = "s";
  e.latency.baseline = d.baseline.latency.value() / d.work.baseline;
  e.latency.proposal = d.proposal.latency.value() / d.work.proposal;
  e.latency.difference = d.difference.value();
  for (const JsonPlace& part : at["parts"].items()) {
    const auto error = part.find("error_95_seconds");
    e.latency.parts.push_back(
        {part["factor"].text(), part["seconds"].number_or_nan(), error ? error->figure() : std::nullopt});
  }
  if (const auto metrics = at.find("metrics")) {
    e.throughput = read_metric((*metrics)["throughput"], "throughput");
    if (const auto energy = metrics->find("energy_at_most")) e.energy = read_metric(*energy, "energy");
    if (const auto cost = metrics->find("cost")) e.cost = read_metric(*cost, "cost");
    e.unknown = (*metrics)["unknown"].texts();
  }
  if (const auto list = at.find("counterfactuals")) {
    for (const JsonPlace& c : list->items()) e.counterfactuals.push_back(read_counterfactual(c));
    for (const MetricPart& part : e.latency.parts) {
      if (std::none_of(e.counterfactuals.begin(), e.counterfactuals.end(),
                       [&](const Counterfactual& c) { return c.factor == part.factor; }))
        list->complain("must have every factor of the parts");
    }
  }
  if (const auto sentences = at.find("sentences")) e.sentences = sentences->texts();
  return e;
}

std::string difference_page(const Explanation& e, const std::vector<Input>& inputs,
                            const PageSource& source) {
  const ProfileDifference& d = e.profiles;
  const bool infeasible = d.kind == DifferenceCase::infeasible;
  std::string body = verdict_block(
      infeasible ? Tone::bad : Tone::plain,
      infeasible ? "DOES NOT FIT" : fmt::format("B is {:.2f} times as fast as A", d.speedup), d.analysis);
  body += section("Pictures", pictures(difference_charts(e), "There is no difference to draw."));
  if (!e.sentences.empty()) body += section("What it says", paragraphs(e.sentences));
  if (!infeasible && !e.latency.parts.empty()) body += section("Parts of the difference", latency_parts(e));
  body += section("Both sides", "<div class=\"wrap\">" + scrolled(sides_table(d).html()) + "</div>\n");
  if (!e.throughput.unit.empty()) body += section("Rate, energy and cost", other_metrics(e));
  body += inputs_section(inputs) + made_by_section(source);
  return page(fmt::format("{} on {}, against {}", d.baseline.model, d.proposal.hardware, d.baseline.hardware),
              body, source);
}

}  // namespace ridgeline::report
