#include "report/waterfall_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr double bar_row = 24, bars_top = 8, figures_left = 336, bars_right = figures_left - 8;
constexpr std::size_t most_bars = 16, most_letters = 16;

struct WaterfallBar {
  WaterfallStep step;
  double from = 0, to = 0;
};

/// At most `most_bars`: the smallest go into one, which stands where the first of them stood.
std::vector<WaterfallStep> drawn_steps(const std::vector<WaterfallStep>& steps) {
  if (steps.size() <= most_bars) return steps;
  std::vector<double> sizes;
  for (const WaterfallStep& step : steps) {
    if (!step.total) sizes.push_back(std::abs(step.value));
  }
  const std::size_t totals = steps.size() - sizes.size(), kept = most_bars - totals - 1;
  std::nth_element(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(kept), sizes.end(),
                   std::greater<>());
  const double least = sizes[kept];  // what is larger is drawn alone
  std::vector<WaterfallStep> drawn;
  WaterfallStep rest{"", 0, "others", false};
  std::size_t count = 0, place = 0;
  for (const WaterfallStep& step : steps) {
    if (step.total || std::abs(step.value) > least) {
      drawn.push_back(step);
      continue;
    }
    if (count++ == 0) place = drawn.size();
    rest.value += step.value;
  }
  rest.name = fmt::format("{} smaller ones", count);
  drawn.insert(drawn.begin() + static_cast<std::ptrdiff_t>(place), rest);
  return drawn;
}

std::vector<WaterfallBar> waterfall_bars(const std::vector<WaterfallStep>& steps) {
  std::vector<WaterfallBar> bars;
  double end = 0;
  for (const WaterfallStep& step : steps) {
    const double from = step.total ? 0 : end;
    end = from + step.value;
    bars.push_back({step, from, end});
  }
  return bars;
}

std::string figure_of_step(const WaterfallStep& step, std::string_view unit, bool differs) {
  return (differs && !step.total && step.value > 0 ? "+" : "") + si(step.value, unit);
}

/// At most `most` letters.
std::string shortened(const std::string& name, std::size_t most) {
  if (display_width(name) <= most) return name;
  std::string result;
  for (const char c : name) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    if (begins && display_width(result) == most - 1) break;
    result += c;
  }
  return result + "…";
}

}  // namespace

Chart waterfall_chart(const std::vector<WaterfallStep>& steps, std::string_view unit, const std::string& id,
                      const std::string& title, const std::string& caption) {
  const bool differs = !steps.empty() && steps.front().total;
  Chart chart{id, title, caption, "",
              Table({{"part"}, {differs ? "change" : "time", Align::right}, {"kind"}})};
  for (const WaterfallStep& step : steps)
    chart.table.add({step.name, figure_of_step(step, unit, differs), step.kind});

  const std::vector<WaterfallBar> bars = waterfall_bars(drawn_steps(steps));
  double low = 0, high = 0;
  std::size_t letters = 0;
  for (const WaterfallBar& bar : bars) {
    low = std::min({low, bar.from, bar.to});
    high = std::max({high, bar.from, bar.to});
    letters = std::max(letters, std::min<std::size_t>(display_width(bar.step.name), most_letters));
  }
  if (high <= low) high = low + 1;
  const double left = 14 + 9.6 * static_cast<double>(letters);
  const double bottom = bars_top + bar_row * static_cast<double>(bars.size()) + 4;
  const ChartAxis x(low, high, left, bars_right, false);
  std::string body =
      fmt::format("<path class=\"grid\" d=\"M{0:.1f} {1:g}V{2:g}\"/>\n", x.at(0), bars_top, bottom);
  double top = bars_top;
  for (std::size_t i = 0; i < bars.size(); ++i, top += bar_row) {
    const auto& [step, from, to] = bars[i];
    const double begin = x.at(std::min(from, to)), end = x.at(std::max(from, to));
    body += fmt::format(
        "<text x=\"{:.1f}\" y=\"{:g}\" text-anchor=\"end\">{}</text><rect class=\"k-{}\" x=\"{:.2f}\" "
        "y=\"{:g}\" width=\"{:.2f}\" height=\"{:g}\"><title>{}</title></rect>",
        left - 8, top + 17, xml_escaped(shortened(step.name, most_letters)), step.kind, begin, top + 4,
        std::max(end - begin, 1.0), bar_row - 8,
        xml_escaped(fmt::format("{}: {}", step.name, figure_of_step(step, unit, differs))));
    body += fmt::format("<text class=\"tick\" x=\"{:g}\" y=\"{:g}\">{}</text>\n", figures_left, top + 17,
                        xml_escaped(fmt::format("{}{}", figure_of_step(step, unit, differs),
                                                step.kind == "total" ? "" : " " + step.kind)));
    if (i + 1 < bars.size() && !bars[i + 1].step.total)
      body += fmt::format("<path class=\"grid\" d=\"M{:.2f} {:g}V{:g}\"/>\n", x.at(to), top + bar_row - 4,
                          top + bar_row + 4);
  }
  chart.svg = chart_svg(chart, bottom + 6, body);
  return chart;
}

}  // namespace ridgeline::report
