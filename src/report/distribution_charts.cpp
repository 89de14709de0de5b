#include "report/distribution_charts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/portable_math.h"
#include "base/text.h"
#include "report/format.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr double ns = 1e-9;  ///< in seconds
constexpr double marks_height = 102, plot_bottom = 312, picture_height = 358;

double count_of(Nanoseconds time) { return static_cast<double>(time.count()); }

/// Ends of bins in nanoseconds, ascending; bin i is [edges[i], edges[i + 1]).
std::vector<double> linear_edges(double least, double most) {
  const bool one_value = most <= least;
  const double step =
      step_above(one_value ? std::max(std::abs(most) / 40, 1.0) : std::max((most - least) / 40, 1.0));
  double edge = std::floor(least / step) * step;
  if (one_value) edge -= 4 * step;
  if (least >= 0) edge = std::max(edge, 0.0);
  std::vector<double> edges{edge};
  for (int i = 1; edges.back() <= most || (one_value && i < 10); ++i) edges.push_back(edge + i * step);
  return edges;
}

/// Equal ratios: so many bins to a decade that there are some thirty, ends rounded to nanoseconds. Requires
/// least >= 1.
std::vector<double> log_edges(double least, double most) {
  double per_decade = 5;
  const double decades = portable_log(most / least) / portable_log(10);
  for (const double more : {10.0, 20.0, 50.0, 100.0, 200.0, 500.0}) {
    if (decades * per_decade < 24) per_decade = more;
  }
  double k = std::floor(portable_log(least) / portable_log(10) * per_decade - 1e-9);
  const auto edge = [&](double n) {
    return std::floor(portable_exp(n / per_decade * portable_log(10)) + 1e-6);
  };
  std::vector<double> edges{std::max(edge(k), 1.0)};
  while (edges.back() <= most || edges.size() < 3) {
    if (const double next = edge(++k); next > edges.back()) edges.push_back(next);
  }
  return edges;
}

struct LatencyMark {
  std::string name;
  double seconds = 0;
  bool limit = false;
};

/// The mean, the percentiles that the sample supports, and the limit where the axis holds it; ascending.
std::vector<LatencyMark> latency_marks(const Run& run, const Summary& summary, const LatencySample& sample,
                                       const ChartAxis& x) {
  std::vector<LatencyMark> marks;
  if (summary.mean) marks.push_back({"mean", summary.mean->value});
  for (const auto& [name, p] : {std::pair{"P50", 0.50}, {"P90", 0.90}, {"P95", 0.95}, {"P99", 0.99}}) {
    if (const auto value = sample.quantile(p)) marks.push_back({name, count_of(*value) * ns});
  }
  const double limit = to_seconds(run.scenario.latency_limit()).value();
  if (limit > 0 && x.holds(limit)) marks.push_back({"limit", limit, true});
  std::stable_sort(marks.begin(), marks.end(),
                   [](const LatencyMark& a, const LatencyMark& b) { return a.seconds < b.seconds; });
  return marks;
}

/// A line and its text each, one text below the other. Those of the left have their text on the right and
/// descend; of those on the right it is the other way round, so that few lines cross another's text.
std::string draw_marks(const std::vector<LatencyMark>& marks, const ChartAxis& x) {
  const double turn = chart_left + 0.6 * (chart_right - chart_left);
  const auto first_right = std::find_if(marks.begin(), marks.end(),
                                        [&](const LatencyMark& mark) { return x.at(mark.seconds) > turn; });
  std::vector<LatencyMark> rows(marks.begin(), first_right);
  rows.insert(rows.end(), std::reverse_iterator(marks.end()), std::reverse_iterator(first_right));
  std::string lines, texts;
  double y = 14;
  for (const LatencyMark& mark : rows) {
    const double at = x.at(mark.seconds);
    const char* kind = mark.limit ? "limit" : "mark";
    lines += fmt::format("<path class=\"{}\" d=\"M{:.1f} {:g}V{:g}\"/>", kind, at, y - 8, plot_bottom);
    texts += fmt::format("<text class=\"{}-text\" x=\"{:.1f}\" y=\"{:g}\" text-anchor=\"{}\">{} {}</text>\n",
                         kind, at + (at > turn ? -4 : 4), y, at > turn ? "end" : "start", mark.name,
                         show(Seconds(mark.seconds)));
    y += 17;
  }
  return lines + texts;
}

std::string buckets_note(const LatencySample& sample) {
  return sample.exact() ? "" : " From the run's digest: latencies are up to 0.1 % too high.";
}

}  // namespace

Chart latency_histogram(const Run& run, const Summary& summary, const LatencySample& sample, Axes axes) {
  const bool log = axes == Axes::logarithmic;
  const double least = log ? std::max(count_of(sample.least()), 1.0) : count_of(sample.least());
  const double most = std::max(count_of(sample.most()), least);
  const std::vector<double> edges = log ? log_edges(least, most) : linear_edges(least, most);

  const char* what = run.scenario.kind == ScenarioKind::offline ? "samples" : "queries";
  Chart chart{
      log ? "histogram-logarithmic" : "histogram-linear",
      fmt::format("Latency histogram, {}", log ? "logarithmic" : "linear"), "", "",
      Table(
          {{"from", Align::right}, {"below", Align::right}, {what, Align::right}, {"share", Align::right}})};
  chart.caption = fmt::format("{} {} in {} bins, both axes {}.{}", sample.count(), what, edges.size() - 1,
                              log ? "logarithmic: the tail shows" : "linear", buckets_note(sample));

  std::vector<std::uint64_t> counts;
  // A logarithmic axis has no place for what is not positive; it is in the first bin.
  std::uint64_t below = 0;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
    const auto end = Nanoseconds(static_cast<std::int64_t>(edges[i + 1]) - 1);
    const std::uint64_t up_to = i + 2 == edges.size() ? sample.count() : sample.at_most(end);
    counts.push_back(up_to - below);
    below = up_to;
    if (counts.back() == 0) continue;
    chart.table.add({show(Seconds(edges[i] * ns)), show(Seconds(edges[i + 1] * ns)),
                     fmt::format("{}", counts.back()),
                     percent(static_cast<double>(counts.back()) / static_cast<double>(sample.count()))});
  }

  const ChartAxis x(edges.front() * ns, edges.back() * ns, chart_left, chart_right, log);
  const double highest = static_cast<double>(*std::max_element(counts.begin(), counts.end()));
  const ChartAxis y =
      log ? ChartAxis(0.7, std::max(highest * 1.1, 10.0), plot_bottom, marks_height + 10, true)
          : ChartAxis(0, std::max(highest * 1.05, 5.0), plot_bottom, marks_height + 10, false);
  const AxisUnit unit = time_unit(std::max(std::abs(least), most) * ns);
  std::string body = x_axis(x, marks_height + 10, plot_bottom, unit.si, "latency, " + unit.name) +
                     y_axis(y, marks_height + 10, plot_bottom, 1, what);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const double left = x.at(edges[i] * ns), right = x.at(edges[i + 1] * ns);
    const double top = std::min(y.at(static_cast<double>(counts[i])), plot_bottom - 1);
    body +=
        fmt::format("<rect class=\"bar\" x=\"{:.2f}\" y=\"{:.2f}\" width=\"{:.2f}\" height=\"{:.2f}\"/>\n",
                    left, top, std::max(right - left - 0.5, 0.6), plot_bottom - top);
  }
  body += draw_marks(latency_marks(run, summary, sample, x), x);
  chart.svg = chart_svg(chart, picture_height, body);
  return chart;
}

Chart latency_cdf(const Run& run, const Summary& summary, const LatencySample& sample) {
  const char* what = run.scenario.kind == ScenarioKind::offline ? "samples" : "queries";
  Chart chart{"cdf", "Share within a latency", "", "",
              Table({{what, Align::right}, {"within", Align::right}})};
  chart.caption = fmt::format("Cumulative distribution of {} latencies; latency is logarithmic.{}",
                              sample.count(), buckets_note(sample));
  for (const double p : {0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99, 0.999, 0.9999}) {
    if (const auto value = sample.quantile(p))
      chart.table.add({fmt::format("{:g} %", 100 * p), show(to_seconds(*value))});
  }
  chart.table.add({"100 %", show(to_seconds(sample.most()))});

  const double least = std::max(count_of(sample.least()), 1.0),
               most = std::max(count_of(sample.most()), least);
  const double margin = most > least ? 1 : 1.1;  // one value: a step in the middle
  const ChartAxis x(least * ns / margin, most * ns * std::max(margin, 1.0001), chart_left, chart_right, true);
  const ChartAxis y(0, 100, plot_bottom, marks_height + 10, false);
  const AxisUnit unit = time_unit(most * ns);
  std::string body = x_axis(x, marks_height + 10, plot_bottom, unit.si, "latency, " + unit.name) +
                     y_axis(y, marks_height + 10, plot_bottom, 1, std::string("% of ") + what);
  const std::uint64_t n = sample.count(), points = std::min<std::uint64_t>(n, 300);
  std::string path = fmt::format("M{:.2f} {:.2f}", x.at(least * ns), y.at(0));
  for (std::uint64_t i = 1; i <= points; ++i) {
    const std::uint64_t rank = i * n / points - 1;
    const double share = static_cast<double>(rank + 1) / static_cast<double>(n);
    path += fmt::format("H{:.2f}V{:.2f}", x.at(count_of(sample.at_rank(rank)) * ns), y.at(100 * share));
  }
  body += fmt::format("<path class=\"line\" d=\"{}\"/>\n", path);
  body += draw_marks(latency_marks(run, summary, sample, x), x);
  chart.svg = chart_svg(chart, picture_height, body);
  return chart;
}

}  // namespace ridgeline::report
