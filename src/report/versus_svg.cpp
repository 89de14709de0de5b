// Both rooflines on one plane, logarithmic both ways, with every operator at its intensity. Coordinates are
// pixels; y grows downwards.

#include <fmt/format.h>

#include <algorithm>

#include "base/portable_math.h"
#include "base/text.h"
#include "report/format.h"
#include "report/svg_parts.h"
#include "report/versus.h"
#include "report/versus_parts.h"

namespace ridgeline::report {
namespace {

constexpr double plane_left = 118, plane_top = 96, plane_width = 620, plane_height = 400;
constexpr double page_width = plane_left + plane_width + 30, page_height = plane_top + plane_height + 106;

/// One logarithmic axis.
struct Decades {
  double low = 1, high = 10, pixels = 1;
  double at(double value) const { return portable_log(value / low) / portable_log(high / low) * pixels; }
};

struct Plane {
  Decades x, y;
  double px(double intensity) const { return x.at(intensity); }
  double py(double rate) const { return plane_height - y.at(rate); }
};

/// Both ridges, every operator, and a margin.
Plane plane_of(const Versus& v) {
  double low_x = 1e300, high_x = 0, low_y = 1e300, high_y = 0;
  for (const VersusSystem& s : v.systems) {
    low_x = std::min(low_x, s.roofline.ridge.value() / 10);
    high_x = std::max(high_x, s.roofline.ridge.value() * 4);
    high_y = std::max(high_y, s.roofline.peak.value());
    for (const RooflineOp& op : s.roofline.ops) {
      if (!(op.attained > FlopsPerSecond(0))) continue;
      low_x = std::min(low_x, op.intensity.value());
      high_x = std::max(high_x, op.intensity.value());
      low_y = std::min(low_y, op.attained.value());
    }
  }
  low_y = std::min(low_y, high_y / 100);
  return {{low_x / 1.6, high_x * 1.6, plane_width}, {low_y / 1.8, high_y * 2.2, plane_height}};
}

std::string grid_of(const Plane& plane) {
  std::string out =
      fmt::format("<rect class=\"frame\" width=\"{:g}\" height=\"{:g}\"/>\n", plane_width, plane_height);
  for (int n = decade(plane.x.low); power_of_ten(n) <= plane.x.high; ++n) {
    const double tick = power_of_ten(n);
    if (tick < plane.x.low) continue;
    out += fmt::format(
        "<path class=\"major\" d=\"M{0:.1f} 0V{1:g}\"/><text class=\"tick\" x=\"{0:.1f}\" y=\"{2:g}\" "
        "text-anchor=\"middle\">{3}</text>\n",
        plane.px(tick), plane_height, plane_height + 18, tick_text(tick));
  }
  for (int n = decade(plane.y.low); power_of_ten(n) <= plane.y.high; ++n) {
    const double tick = power_of_ten(n);
    if (tick < plane.y.low) continue;
    const int step = si_step(tick);
    out += fmt::format(
        "<path class=\"major\" d=\"M0 {0:.1f}H{1:g}\"/><text class=\"tick\" x=\"-8\" y=\"{2:.1f}\" "
        "text-anchor=\"end\">{3}</text>\n",
        plane.py(tick), plane_width, plane.py(tick) + 4,
        si(tick / power_of_ten(3 * step) * power_of_ten(3 * step), "FLOP/s"));
  }
  return out;
}

std::string roof_of(const Plane& plane, const Roofline& r, std::size_t side) {
  const double from = std::max(plane.x.low, plane.y.low / r.bandwidth.value());
  return fmt::format(
      "<path d=\"M{:.1f} {:.1f}L{:.1f} {:.1f}H{:g}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"{}/>\n",
      plane.px(from), plane.py(from * r.bandwidth.value()), plane.px(r.ridge.value()),
      plane.py(r.peak.value()), plane_width, mark_styles[side].colour,
      side == 1 ? " stroke-dasharray=\"7 4\"" : "");
}

/// Larger where more of the time goes.
std::string marks_of(const Plane& plane, const Roofline& r, std::size_t side) {
  std::string out;
  for (const RooflineOp& op : r.ops) {
    if (!(op.attained > FlopsPerSecond(0))) continue;
    const double scale = 1 + 2.2 * std::min(1.0, op.share);
    out += fmt::format(
        "<use href=\"#mark{0}\" transform=\"translate({1:.1f} {2:.1f}) scale({3:.2f})\" fill=\"{4}\" "
        "fill-opacity=\".8\"><title>{5}</title></use>\n",
        side, plane.px(op.intensity.value()), plane.py(op.attained.value()), scale, mark_styles[side].colour,
        xml_escaped(fmt::format("{}, {} {}: {} at {} FLOP/B, {} of the time, bound by {}", side_names[side],
                                op.pass, op.name, si(op.attained.value(), "FLOP/s"),
                                plain(op.intensity.value()), percent(op.share), bound_text(op.bound))));
  }
  return out;
}

/// Of each pass the operator that takes most of the time: its name, over the higher of the two marks.
std::string labels_of(const Plane& plane, const Versus& v) {
  std::string out;
  std::vector<const RooflineOp*> named;
  for (const RooflineOp& op : v.systems[0].roofline.ops) {
    if (!(op.attained > FlopsPerSecond(0))) continue;
    const auto same =
        std::find_if(named.begin(), named.end(), [&](const RooflineOp* n) { return n->pass == op.pass; });
    if (same == named.end()) {
      named.push_back(&op);
    } else if (op.share > (*same)->share) {
      *same = &op;
    }
  }
  for (const RooflineOp* op : named) {
    double rate = op->attained.value();
    for (const RooflineOp& other : v.systems[1].roofline.ops) {
      if (other.pass == op->pass && other.name == op->name) rate = std::max(rate, other.attained.value());
    }
    const double x = plane.px(op->intensity.value());
    const bool right = x > plane_width * 0.75;
    out += fmt::format(
        "<text class=\"note\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" stroke=\"#fff\" "
        "stroke-width=\"4\" "
        "paint-order=\"stroke\">{}</text>\n",
        right ? x - 4 : x + 4, plane.py(rate) - 13, right ? "end" : "start",
        xml_escaped(op->pass + ": " + op->name));
  }
  return out;
}

std::string legend_of(const Versus& v) {
  std::string out;
  for (std::size_t s = 0; s < 2; ++s) {
    const Roofline& r = v.systems[s].roofline;
    const double y = 56 + 20 * static_cast<double>(s);
    out += fmt::format(
        "<path d=\"M{0:g} {1:g}h30\" stroke=\"{2}\" stroke-width=\"2\"{3}/><use href=\"#mark{4}\" "
        "transform=\"translate({5:g} {1:g}) scale(1.5)\" fill=\"{2}\"/><text class=\"note\" x=\"{6:g}\" "
        "y=\"{7:g}\">{8}</text>\n",
        plane_left, y, mark_styles[s].colour, s == 1 ? " stroke-dasharray=\"7 4\"" : "", s, plane_left + 15,
        plane_left + 40, y + 4.5,
        xml_escaped(fmt::format("{}: {}, {} and {} each", side_names[s], system_text(v.systems[s]),
                                si(r.peak.value(), "FLOP/s"), si(r.bandwidth.value(), "B/s"))));
  }
  return out;
}

}  // namespace

std::string svg(const Versus& v) {
  const Plane plane = plane_of(v);
  const std::string title = xml_escaped(fmt::format("What {} does on {}", v.model, v.mission));
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:g} {1:g}\" width=\"{0:g}\" "
      "height=\"{1:g}\" "
      "role=\"img\" aria-labelledby=\"title\">\n<title id=\"title\">{2}</title>\n{3}{4}"
      "<rect width=\"{0:g}\" height=\"{1:g}\" fill=\"#fff\"/>\n<text class=\"title\" x=\"{5:g}\" "
      "y=\"30\">{2}</text>\n",
      page_width, page_height, title, svg_style_sheet, svg_marks_defined(), plane_left);
  out += legend_of(v);
  out += fmt::format("<g transform=\"translate({:g} {:g})\">\n", plane_left, plane_top) + grid_of(plane);
  for (std::size_t s = 0; s < 2; ++s) out += roof_of(plane, v.systems[s].roofline, s);
  for (std::size_t s = 0; s < 2; ++s) out += marks_of(plane, v.systems[s].roofline, s);
  out += labels_of(plane, v);
  out += fmt::format(
      "<text class=\"axis\" x=\"{:g}\" y=\"{:g}\" text-anchor=\"middle\">arithmetic intensity, FLOP/B</text>"
      "<text class=\"axis\" transform=\"translate(-98 {:g}) rotate(-90)\" text-anchor=\"middle\">attained by "
      "one device</text>\n"
      "<text class=\"note\" x=\"0\" y=\"{:g}\">Lines: what the datasheet allows. Marks: operators as "
      "predicted,</text>"
      "<text class=\"note\" x=\"0\" y=\"{:g}\">larger where more of the time goes; on a slope memory binds, "
      "below a flat part arithmetic may.</text>\n",
      plane_width / 2, plane_height + 42, plane_height / 2, plane_height + 70, plane_height + 87);
  return out + "</g>\n</svg>\n";
}

}  // namespace ridgeline::report
