#include "report/run_charts.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/distribution_charts.h"
#include "report/format.h"
#include "report/run_windows.h"
#include "report/svg_parts.h"
#include "ridgeline/simulation.h"

namespace ridgeline::report {
namespace {

/// One below the other, each phase where the one before it ends.
Chart phases_chart(const LatencySplits& splits) {
  Chart chart{"phases", "Where the time goes", "", "", phases_table(splits)};
  chart.caption = fmt::format("Mean time by phase, of all {} queries and of the slowest {}.",
                              splits.all.queries, splits.slowest.queries);
  const double longest = std::max(splits.all.total().value(), splits.slowest.total().value());
  constexpr double left = 172, row = 20;
  const ChartAxis x(0, longest > 0 ? longest * 1.02 : 1, left, chart_right - 8, false);
  const std::vector<PhaseRow> rows = phase_rows(splits);
  std::string bars;
  double y = 18;
  const auto draw = [&](const LatencySplit& split, const char* name) {
    bars +=
        fmt::format("<text class=\"group\" x=\"8\" y=\"{:g}\">{}: {}</text>\n", y, name, show(split.total()));
    y += 8;
    double from = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double time = (split.*rows[i].mean).value();
      const double begin = x.at(from), end = x.at(from + time);
      bars += fmt::format(
          "<text class=\"tick\" x=\"8\" y=\"{0:g}\">{1}</text><text x=\"{2:g}\" y=\"{0:g}\" "
          "text-anchor=\"end\">{3}"
          "</text><rect fill=\"{4}\" x=\"{5:.2f}\" y=\"{6:g}\" width=\"{7:.2f}\" height=\"{8:g}\"/>\n",
          y + 14, rows[i].name, left - 8, show(Seconds(time)), mark_styles[i].colour, begin, y + 2,
          std::max(end - begin, 0.6), row - 4);
      y += row;
      from += time;
    }
    y += 26;
  };
  draw(splits.all, "Mean query");
  draw(splits.slowest, "Slowest 1 %");
  const double bottom = y - 24;
  const AxisUnit unit = time_unit(longest);
  chart.svg = chart_svg(chart, bottom + 46, x_axis(x, 26, bottom, unit.si, "time, " + unit.name) + bars);
  return chart;
}

/// Completions in equal stretches of the run.
struct Completions {
  double width = 0;  ///< seconds
  std::vector<std::uint64_t> counts;
  const char* what = "queries";
};

std::optional<Completions> completions_of(const Run& run) {
  Completions seen;
  if (run.digest) {
    seen.width = to_seconds(run.digest->width).value();
    for (const RunStretch& stretch : run.digest->stretches) seen.counts.push_back(stretch.completed);
    if (seen.width <= 0 || seen.counts.size() < 2) return std::nullopt;
    return seen;
  }
  std::vector<Nanoseconds> times;
  if (run.scenario.kind == ScenarioKind::offline) {
    seen.what = "samples";
    times = run.sample_completions;
  } else {
    for (const QueryRecord& query : run.queries) times.push_back(query.completed);
  }
  if (times.size() < 2) return std::nullopt;
  const Nanoseconds end = *std::max_element(times.begin(), times.end());
  constexpr std::int64_t stretches = 40;
  const std::int64_t width = end.count() / stretches + 1;
  if (end.count() <= 0) return std::nullopt;
  seen.width = to_seconds(Nanoseconds(width)).value();
  seen.counts.resize(static_cast<std::size_t>(end.count() / width) + 1);
  for (const Nanoseconds time : times)
    ++seen.counts[static_cast<std::size_t>(std::max<std::int64_t>(time.count(), 0) / width)];
  return seen;
}

Chart throughput_chart(const Completions& seen) {
  Chart chart{"throughput", "Completions over time", "", "",
              Table({{"from", Align::right}, {seen.what, Align::right}, {"per second", Align::right}})};
  chart.caption = fmt::format("Completed {} per second, in stretches of {}; the last one may not be full.",
                              seen.what, show(Seconds(seen.width)));
  const double most = static_cast<double>(*std::max_element(seen.counts.begin(), seen.counts.end()));
  constexpr double top = 16, bottom = 220;
  const double length = seen.width * static_cast<double>(seen.counts.size());
  const ChartAxis x(0, length, chart_left, chart_right, false);
  const ChartAxis y(0, most > 0 ? most / seen.width * 1.05 : 1, bottom, top, false);
  const AxisUnit unit = time_unit(length);
  std::string path = fmt::format("M{:.2f} {:.2f}", x.at(0), y.at(0));
  for (std::size_t i = 0; i < seen.counts.size(); ++i) {
    const double from = seen.width * static_cast<double>(i);
    const double rate = static_cast<double>(seen.counts[i]) / seen.width;
    path += fmt::format("V{:.2f}H{:.2f}", y.at(rate), x.at(from + seen.width));
    chart.table.add({show(Seconds(from)), fmt::format("{}", seen.counts[i]), fmt::format("{:.4g}", rate)});
  }
  chart.svg = chart_svg(chart, 266,
                        x_axis(x, top, bottom, unit.si, "time since the start, " + unit.name) +
                            y_axis(y, top, bottom, 1, std::string(seen.what) + " per second") +
                            fmt::format("<path class=\"line\" d=\"{}\"/>\n", path));
  return chart;
}

std::string interval_text(const std::optional<double>& low, const std::optional<double>& high) {
  if (!low && !high) return absent;
  const auto end = [](const std::optional<double>& value) { return value ? show(Seconds(*value)) : absent; };
  return fmt::format("{} to {}", end(low), end(high));
}

}  // namespace

Table percentile_table(const Summary& summary, const LatencySample& sample, const Scenario& scenario) {
  Table table({{"latency"}, {"value", Align::right}, {"95 % interval", Align::right}});
  const auto add = [&](const std::string& name, const std::optional<Estimate>& e) {
    table.add({name, e ? show(Seconds(e->value)) : absent, e ? interval_text(e->low, e->high) : absent});
  };
  const auto add_of_sample = [&](const std::string& name, double p) {
    const auto value = sample.quantile(p);
    table.add({name, value ? show(to_seconds(*value)) : absent, absent});
  };
  if (sample.count() > 0) table.add({"least", show(to_seconds(sample.least())), absent});
  add("mean", summary.mean);
  add("P50", summary.p50);
  add("P90", summary.p90);
  add_of_sample("P95", 0.95);
  add("P99", summary.p99);
  add_of_sample("P99.9", 0.999);
  if (sample.count() > 0) table.add({"greatest", show(to_seconds(sample.most())), absent});
  add(fmt::format("P{:g}, which counts", 100 * scenario.percentile), summary.decisive);
  return table;
}

std::vector<Chart> run_charts(const Run& run, const Summary& summary) {
  std::vector<Chart> charts;
  const LatencySample sample(run);
  if (sample.count() > 0) {
    charts.push_back(latency_histogram(run, summary, sample, Axes::linear));
    charts.push_back(latency_histogram(run, summary, sample, Axes::logarithmic));
    charts.push_back(latency_cdf(run, summary, sample));
  }
  if (const auto seen = completions_of(run)) charts.push_back(throughput_chart(*seen));
  if (const auto splits = split_latency(run)) charts.push_back(phases_chart(*splits));
  return charts;
}

}  // namespace ridgeline::report
