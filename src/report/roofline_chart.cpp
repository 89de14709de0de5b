#include "report/roofline_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/format.h"
#include "report/prediction_sheets.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr double roofline_top = 16, roofline_bottom = 300;

struct RooflineAxes {
  ChartAxis x, y;
};

/// Every mark and every ridge, with a margin.
RooflineAxes roofline_axes(const std::vector<RooflinePlot>& plots) {
  double low_x = 0, high_x = 0, low_y = 0, high_y = 0;
  const auto hold = [](double value, double& low, double& high) {
    low = low > 0 ? std::min(low, value) : value;
    high = std::max(high, value);
  };
  for (const RooflinePlot& plot : plots) {
    hold(plot.peak / plot.bandwidth, low_x, high_x);
    hold(plot.peak, low_y, high_y);
    for (const RooflineMark& mark : plot.marks) {
      if (!mark.placed()) continue;
      hold(mark.flops / mark.bytes, low_x, high_x);
      hold(mark.attained, low_y, high_y);
    }
  }
  return {ChartAxis(low_x / 3, high_x * 4, chart_left, chart_right, true),
          ChartAxis(low_y / 3, high_y * 2.5, roofline_bottom, roofline_top, true)};
}

std::string series_dash(std::size_t series) { return series == 1 ? " stroke-dasharray=\"7 4\"" : ""; }

std::string roof_path(const RooflineAxes& axes, const RooflinePlot& plot, std::size_t series) {
  // Where the slope enters the plane: from the left, or from below.
  const double ridge = plot.peak / plot.bandwidth;
  const double from = std::max(axes.x.low(), axes.y.low() / plot.bandwidth);
  return fmt::format("<path class=\"roof l{}\"{} d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}H{:g}\"/>\n", series,
                     series_dash(series), axes.x.at(from), axes.y.at(from * plot.bandwidth), axes.x.at(ridge),
                     axes.y.at(plot.peak), chart_right);
}

/// Of one device by what binds; of two by the device.
std::size_t style_of(const RooflineMark& mark, std::size_t series, bool alone) {
  if (!alone) return series;
  return mark.bound == "memory" ? 0 : mark.bound == "compute" ? 2 : 3;
}

std::string mark_title(const RooflinePlot& plot, const RooflineMark& mark) {
  return fmt::format("{}{}: {} at {} FLOP/B, {} of the time, bound by {}",
                     plot.name.empty() ? "" : plot.name + ", ", mark.name, si(mark.attained, "FLOP/s"),
                     plain(mark.flops / mark.bytes), percent(mark.share), mark.bound);
}

std::string draw_roofline_marks(const RooflineAxes& axes, const RooflinePlot& plot, std::size_t series,
                                bool alone) {
  std::string out;
  for (const RooflineMark& mark : plot.marks) {
    if (!mark.placed()) continue;
    const std::size_t style = style_of(mark, series, alone);
    out += fmt::format(
        "<g class=\"s{}\" fill-opacity=\".85\" transform=\"translate({:.1f} {:.1f}) "
        "scale({:.2f})\"><title>{}</title>{}</g>\n",
        style, axes.x.at(mark.flops / mark.bytes), axes.y.at(mark.attained),
        1.5 + 2.2 * std::clamp(mark.share, 0.0, 1.0), xml_escaped(mark_title(plot, mark)),
        mark_styles[style].mark);
  }
  return out;
}

/// The operators that take most of the time and those that stand alone by name, below each other where they
/// would meet.
std::string roofline_names(const RooflineAxes& axes, const RooflinePlot& plot) {
  std::vector<const RooflineMark*> named;
  for (const RooflineMark& mark : plot.marks) {
    if (mark.placed()) named.push_back(&mark);
  }
  std::stable_sort(named.begin(), named.end(),
                   [](const RooflineMark* a, const RooflineMark* b) { return a->share > b->share; });
  const auto alone = [&](const RooflineMark* mark) {
    return std::none_of(named.begin(), named.end(), [&](const RooflineMark* other) {
      return other != mark &&
             std::abs(axes.x.at(other->flops / other->bytes) - axes.x.at(mark->flops / mark->bytes)) < 40 &&
             std::abs(axes.y.at(other->attained) - axes.y.at(mark->attained)) < 40;
    });
  };
  std::vector<const RooflineMark*> shown;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (i < 4 || alone(named[i])) shown.push_back(named[i]);
  }
  named = std::move(shown);
  std::stable_sort(named.begin(), named.end(),
                   [](const RooflineMark* a, const RooflineMark* b) { return a->attained > b->attained; });
  std::string out;
  double below = 0;
  for (const RooflineMark* mark : named) {
    const double x = axes.x.at(mark->flops / mark->bytes);
    const bool left = x > chart_left + 0.6 * (chart_right - chart_left);
    const double y = std::max(axes.y.at(mark->attained) + 5, below);
    const double aside = 10 + 8 * std::clamp(mark->share, 0.0, 1.0);
    below = y + 16;
    out += fmt::format("<text class=\"mark-text\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n",
                       left ? x - aside : x + aside, y, left ? "end" : "start", xml_escaped(mark->name));
  }
  return out;
}

/// A mark's style and what it stands for.
std::vector<std::pair<std::size_t, std::string>> roofline_key(const std::vector<RooflinePlot>& plots) {
  std::vector<std::pair<std::size_t, std::string>> key;
  if (plots.size() > 1) {
    for (std::size_t i = 0; i < plots.size(); ++i) key.emplace_back(i, plots[i].name);
    return key;
  }
  for (const auto& [bound, words] : {std::pair{"memory", "bound by memory"},
                                     {"compute", "bound by compute"},
                                     {"network", "bound by the network"}}) {
    const auto& marks = plots[0].marks;
    const auto found = std::find_if(
        marks.begin(), marks.end(),
        [&, wanted = bound](const RooflineMark& mark) { return mark.placed() && mark.bound == wanted; });
    if (found != marks.end()) key.emplace_back(style_of(*found, 0, true), words);
  }
  return key;
}

Table roofline_table(const std::vector<RooflinePlot>& plots) {
  const bool alone = plots.size() == 1;
  std::vector<Table::Column> columns{{"operator"},
                                     {"FLOPs", Align::right},
                                     {"bytes", Align::right},
                                     {"FLOP/B", Align::right},
                                     {"attained", Align::right},
                                     {"of the time", Align::right},
                                     {"bound by"}};
  if (!alone) columns.insert(columns.begin(), {"device"});
  Table table(std::move(columns));
  for (const RooflinePlot& plot : plots) {
    for (const RooflineMark& mark : plot.marks) {
      std::vector<std::string> cells{mark.name,
                                     si(mark.flops, "FLOP"),
                                     si(mark.bytes, "B"),
                                     mark.placed() ? plain(mark.flops / mark.bytes) : absent,
                                     mark.placed() ? si(mark.attained, "FLOP/s") : absent,
                                     percent(mark.share),
                                     mark.bound};
      if (!alone) cells.insert(cells.begin(), plot.name);
      table.add(std::move(cells));
    }
  }
  return table;
}

std::string roofline_caption(const std::vector<RooflinePlot>& plots) {
  std::string words = "Lines: what the datasheet allows, ";
  for (std::size_t i = 0; i < plots.size(); ++i)
    words += fmt::format("{}{}{} and {}", i ? "; " : "", plots.size() > 1 ? plots[i].name + " " : "",
                         si(plots[i].peak, "FLOP/s"), si(plots[i].bandwidth, "B/s"));
  words += ". Marks: operators as predicted, of one device, larger where more of the time goes.";
  std::vector<std::string> without;
  for (const RooflineMark& mark : plots[0].marks) {
    if (!mark.placed()) without.push_back(mark.name);
  }
  constexpr std::size_t most_named = 6;
  if (without.size() > most_named) {
    const std::size_t more = without.size() - most_named + 1;
    without.resize(most_named - 1);
    without.push_back(fmt::format("{} more", more));
  }
  if (!without.empty()) words += fmt::format(" Without FLOPs to place: {}.", fmt::join(without, ", "));
  return words;
}

}  // namespace

RooflinePlot roofline_plot(const Profile& profile, const std::string& name) {
  RooflinePlot plot{name, profile.peak.value(), profile.bandwidth.value(), {}};
  for (const OpTime& op : profile.ops) {
    const double time = op.time.value(), latency = profile.latency.value();
    plot.marks.push_back({op.name, op.flops.value(), op.bytes.value(), time > 0 ? op.flops.value() / time : 0,
                          latency > 0 ? time / latency : 0, bound_by(op)});
  }
  return plot;
}

Chart roofline_chart(const std::vector<RooflinePlot>& plots, const std::string& id,
                     const std::string& title) {
  Chart chart{id, title, roofline_caption(plots), "", roofline_table(plots)};
  const RooflineAxes axes = roofline_axes(plots);
  std::string body = x_axis(axes.x, roofline_top, roofline_bottom, 1, "FLOP per byte moved") +
                     y_axis(axes.y, roofline_top, roofline_bottom, 1e12, "TFLOP/s attained");
  for (std::size_t i = 0; i < plots.size(); ++i) body += roof_path(axes, plots[i], i);
  for (std::size_t i = 0; i < plots.size(); ++i)
    body += draw_roofline_marks(axes, plots[i], i, plots.size() == 1);
  if (plots.size() == 1) body += roofline_names(axes, plots[0]);
  double y = roofline_bottom + 62;
  for (const auto& [style, words] : roofline_key(plots)) {
    body += fmt::format(
        "<g class=\"s{}\" transform=\"translate({:g} {:g}) scale(1.6)\">{}</g><text x=\"{:g}\" "
        "y=\"{:g}\">{}</text>\n",
        style, chart_left + 8, y - 5, mark_styles[style].mark, chart_left + 22, y, xml_escaped(words));
    y += 20;
  }
  chart.svg = chart_svg(chart, y - 8, body);
  return chart;
}

}  // namespace ridgeline::report
