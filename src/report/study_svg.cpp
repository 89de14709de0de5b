// The front by its first two objectives. Coordinates are pixels; y grows downwards.

#include <fmt/format.h>

#include "report/front_picture.h"
#include "report/study_parts.h"
#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

constexpr double left = 92, top = 78, plot_width = 640, plot_height = 440;
constexpr double width = left + plot_width + 30, bottom = top + plot_height + 64;

std::string grid(const ChartAxis& x, const ChartAxis& y) {
  std::string out =
      fmt::format("<rect class=\"frame\" width=\"{:g}\" height=\"{:g}\"/>\n", plot_width, plot_height);
  for (const double tick : x.ticks())
    out += fmt::format(
        "<path class=\"major\" d=\"M{0:.1f} 0V{1:g}\"/><text class=\"tick\" x=\"{0:.1f}\" y=\"{2:g}\" "
        "text-anchor=\"middle\">{3}</text>\n",
        x.at(tick), plot_height, plot_height + 18, tick_text(tick));
  for (const double tick : y.ticks())
    out += fmt::format(
        "<path class=\"major\" d=\"M0 {0:.1f}H{1:g}\"/><text class=\"tick\" x=\"-8\" y=\"{2:.1f}\" "
        "text-anchor=\"end\">{3}</text>\n",
        y.at(tick), plot_width, y.at(tick) + 4, tick_text(tick));
  return out;
}

std::string legend(const FrontPicture& picture) {
  std::string out;
  double at = left;
  for (std::size_t i = 0; i < picture.devices.size(); ++i) {
    out += fmt::format(
        "<use href=\"#mark{}\" transform=\"translate({:g} 60) scale(1.5)\" fill=\"{}\"/><text class=\"note\" "
        "x=\"{:g}\" y=\"64.5\">{}</text>\n",
        i, at + 5, mark_styles[i].colour, at + 16, xml_escaped(picture.devices[i]));
    at += 38 + 7.4 * static_cast<double>(picture.devices[i].size());
  }
  return out;
}

}  // namespace

Result<std::string> svg(const Study& study, const StudyResult& result) {
  if (study.objectives.size() < 2)
    return bad_input("a picture of the front needs two objectives; the study has one");
  if (result.front.empty())
    return bad_input("a picture of the front needs a point on it; no point keeps to the constraints");
  const FrontPicture picture = front_picture(study, result);
  const ChartAxis x = picture.x_axis(0, plot_width), y = picture.y_axis(plot_height, 0);
  const std::string title = xml_escaped(fmt::format("Pareto front: {}, {} of {} points", models_text(study),
                                                    whole(result.front.size()), whole(result.points)));
  std::string fixed = fixed_text(study);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
      "height=\"{1:g}\" "
      "role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{2}</title>\n{3}{4}"
      "<rect width=\"{0:g}\" height=\"{1:g}\" fill=\"#fff\"/>\n"
      "<text class=\"title\" x=\"{5:g}\" y=\"26\">{2}</text><text class=\"subtitle\" x=\"{5:g}\" "
      "y=\"44\">{6}</text>\n",
      width, bottom, title, svg_style_sheet, svg_marks_defined(), left,
      xml_escaped(calibration_text(study) + (fixed.empty() ? "" : "; " + fixed) +
                  (result.interrupted() ? "; interrupted" : "")));
  out += legend(picture);
  out += fmt::format("<g transform=\"translate({:g} {:g})\">\n", left, top) + grid(x, y);
  if (study.objectives.size() == 2)
    out +=
        fmt::format("<path class=\"equal\" stroke-opacity=\".45\" d=\"{}\"/>\n", picture.steps(study, x, y));
  for (const FrontDot& dot : picture.dots)
    out += fmt::format(
        "<use href=\"#mark{}\" transform=\"translate({:.1f} {:.1f}) scale(1.4)\" "
        "fill=\"{}\"><title>{}</title></use>\n",
        dot.style, x.at(dot.x), y.at(dot.y), mark_styles[dot.style].colour, xml_escaped(dot.title));
  out += fmt::format(
      "<text class=\"axis\" x=\"{:g}\" y=\"{:g}\" text-anchor=\"middle\">{}</text>"
      "<text class=\"axis\" transform=\"translate(-66 {:g}) rotate(-90)\" text-anchor=\"middle\">{}</text>\n",
      plot_width / 2, plot_height + 46,
      xml_escaped(fmt::format("{} ({})", picture.x_label, picture.x_better)), plot_height / 2,
      xml_escaped(fmt::format("{} ({})", picture.y_label, picture.y_better)));
  return out + "</g>\n</svg>\n";
}

}  // namespace ridgeline::report
