#include "report/run_difference_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/shift_chart.h"
#include "report/svg_parts.h"
#include "report/waterfall_chart.h"

namespace ridgeline::report {
namespace {

NamedRun read_side(const JsonPlace& at, std::uint64_t& queries, std::uint64_t& block) {
  NamedRun side;
  side.name = at["name"].text();
  side.run.origin = at["origin"].named(RunOrigin::measured);
  side.run.scenario.kind = at["scenario"].named(ScenarioKind::closed_loop);
  side.run.workload = at["workload"].text();
  side.run.system = at["system"].text();
  queries = at["queries"].whole();
  if (const auto neighbours = at.find("block_queries")) block = neighbours->whole();
  return side;
}

Estimate read_estimate(const JsonPlace& at) {
  const auto estimate = at.estimate();
  if (!estimate) at.complain("must be an estimate");
  return estimate.value_or(Estimate{});
}

void read_metric_difference(const JsonPlace& at, std::vector<MetricDifference>& into) {
  MetricDifference m;
  m.metric = find_run_metric(at["metric"].text());
  if (!m.metric) return at["metric"].complain("must be a metric of runs");
  m.a = at["a"].number_or_nan();
  m.b = at["b"].number_or_nan();
  m.absolute = read_estimate(at["difference"]);
  m.relative = at["relative"].estimate();
  m.evidence = at["evidence"].named(Evidence::unknown);
  if (const auto needed = at.find("queries_needed")) m.queries_needed = needed->whole();
  into.push_back(std::move(m));
}

/// The names of phases outlive all differences.
std::string_view phase_name(const JsonPlace& at) {
  const std::string name = at.text();
  for (const std::string_view known :
       {"queueing", "batching", "prefill", "decode", "interference", "throttling"}) {
    if (name == known) return known;
  }
  at.complain("must be a phase of a query");
  return "";
}

std::vector<Chart> run_difference_charts(const RunDifference& d) {
  std::vector<Chart> charts;
  const auto mean = std::find_if(d.metrics.begin(), d.metrics.end(),
                                 [](const MetricDifference& m) { return m.metric->name == "mean"; });
  if (!d.parts.empty() && mean != d.metrics.end()) {
    std::vector<WaterfallStep> steps{{"A", mean->a, "total", true}};
    for (const PhaseDifference& part : d.parts)
      steps.push_back({std::string(part.phase), part.seconds.value(),
                       part.seconds.value() <= 0 ? "less" : "more", false});
    steps.push_back({"B", mean->b, "total", true});
    if (std::all_of(steps.begin(), steps.end(),
                    [](const WaterfallStep& s) { return std::isfinite(s.value); }))
      charts.push_back(waterfall_chart(steps, "s", "difference", "Mean latency, from A to B",
                                       "The phases' parts add up to the difference of the means."));
  }
  if (!d.shift.empty()) charts.push_back(shift_chart(d.shift, shift_table(d)));
  return charts;
}

}  // namespace

ReadRunDifference read_run_difference(const JsonPlace& at) {
  ReadRunDifference read;
  RunDifference& d = read.difference;
  read.a = read_side(at["a"], d.a_queries, d.a_block);
  read.b = read_side(at["b"], d.b_queries, d.b_block);
  d.paired = at["paired"].flag();
  read.how.confidence = at["confidence"].number();
  read.how.replicas = static_cast<std::uint32_t>(at["replicas"].whole());
  read.how.seed = at["seed"].whole();
  read.how.detect = at["detect"].number();
  for (const JsonPlace& m : at["metrics"].items()) read_metric_difference(m, d.metrics);
  d.b_slower = at["b_slower"].estimate();
  d.effect_size = at["cliffs_delta"].figure();
  for (const JsonPlace& s : at["shift"].items())
    d.shift.push_back({s["quantile"].number(), read_estimate(s["difference_seconds"])});
  for (const JsonPlace& p : at["parts_of_mean"].items())
    d.parts.push_back({phase_name(p["phase"]), Seconds(p["seconds"].number_or_nan())});
  d.sentences = at["sentences"].texts();
  return read;
}

std::string run_difference_page(const ReadRunDifference& read, const std::vector<Input>& inputs,
                                const PageSource& source) {
  const RunDifference& d = read.difference;
  std::string body = verdict_block(Tone::plain, "B - A, run against run", d.sentences);
  Table sides({{""}, {"file"}, {"run"}});
  sides.add({"A", read.a.name, what_ran(read.a.run, d.a_queries)});
  sides.add({"B", read.b.name, what_ran(read.b.run, d.b_queries)});
  body += scrolled(sides.html());
  body += section("Pictures",
                  pictures(run_difference_charts(d), "The runs support no picture of their difference."));
  body += section("Figures",
                  scrolled(metrics_table(d, read.how).html()) + paragraphs({how_resampled(d, read.how)}));
  if (!d.parts.empty()) body += section("By phase", scrolled(phase_table(d).html()));
  if (!inputs.empty()) body += inputs_section(inputs);
  return page(fmt::format("{} against {}", read.b.name, read.a.name), body + made_by_section(source), source);
}

}  // namespace ridgeline::report
