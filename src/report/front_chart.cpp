#include "report/front_chart.h"

#include <fmt/format.h>

#include "report/front_picture.h"
#include "report/study_parts.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr double front_top = 16, front_bottom = 300, front_key_top = front_bottom + 62;

Table front_axes_table(const Study& study, const StudyResult& result) {
  const std::size_t mx = study.objectives[0].metric, my = study.objectives[1].metric;
  Table table({{"point", Align::right},
               {"at"},
               {std::string(metric_name(study, mx)), Align::right},
               {std::string(metric_name(study, my)), Align::right}});
  for (const StudyPoint& p : result.front)
    table.add({std::to_string(p.index), point_text(study, p.at), metric_text(study, mx, p.metrics[mx]),
               metric_text(study, my, p.metrics[my])});
  return table;
}

std::string front_caption(const FrontPicture& picture, const Study& study, const StudyResult& result) {
  std::string words = fmt::format("{} of {} points, by the first two of {} objectives: across {}, upwards {}",
                                  whole(result.front.size()), whole(result.points), study.objectives.size(),
                                  picture.x_better, picture.y_better);
  if (study.objectives.size() == 2) words += "; what they dominate lies on the worse side of the steps";
  return words + ".";
}

}  // namespace

Chart front_chart(const Study& study, const StudyResult& result) {
  const FrontPicture picture = front_picture(study, result);
  Chart chart{"front", "Pareto front", front_caption(picture, study, result), "",
              front_axes_table(study, result)};
  const ChartAxis x = picture.x_axis(chart_left, chart_right), y = picture.y_axis(front_bottom, front_top);
  std::string body = x_axis(x, front_top, front_bottom, 1, picture.x_label) +
                     y_axis(y, front_top, front_bottom, 1, picture.y_label);
  if (study.objectives.size() == 2)
    body += fmt::format("<path class=\"step\" d=\"{}\"/>\n", picture.steps(study, x, y));
  for (const FrontDot& dot : picture.dots)
    body += fmt::format(
        "<g class=\"s{}\" transform=\"translate({:.1f} {:.1f}) scale(1.5)\"><title>{}</title>{}</g>\n",
        dot.style, x.at(dot.x), y.at(dot.y), xml_escaped(dot.title), mark_styles[dot.style].mark);
  double row = front_key_top;
  for (std::size_t i = 0; i < picture.devices.size(); ++i, row += 20)
    body += fmt::format(
        "<g class=\"s{}\" transform=\"translate({:g} {:g}) scale(1.6)\">{}</g><text x=\"{:g}\" "
        "y=\"{:g}\">{}</text>\n",
        i, chart_left + 8, row - 5, mark_styles[i].mark, chart_left + 22, row,
        xml_escaped(picture.devices[i]));
  chart.svg = chart_svg(chart, row - 8, body);
  return chart;
}

}  // namespace ridgeline::report
