#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/csv.h"
#include "ridgeline/fleet.h"

namespace ridgeline {
namespace {

constexpr Seconds day{86400};

/// "13:30", or nothing.
std::optional<Seconds> time_of_day(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  unsigned parts[2] = {0, 0};
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == colon) continue;
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    unsigned& part = parts[i < colon ? 0 : 1];
    part = part * 10 + static_cast<unsigned>(text[i] - '0');
  }
  if (parts[0] > 23 || parts[1] > 59) return std::nullopt;
  return Seconds(parts[0] * 3600.0 + parts[1] * 60.0);
}

/// cos(15 degrees x hours), without the C library's.
double cosine_of_hour(unsigned hours) {
  static constexpr std::array<double, 7> quarter{
      1, 0.96592582628906829, 0.86602540378443865, 0.70710678118654752, 0.5, 0.25881904510252076, 0};
  hours %= 24;
  if (hours > 12) hours = 24 - hours;
  return hours <= 6 ? quarter[hours] : -quarter[12 - hours];
}

}  // namespace

Seconds DemandCurve::length(std::size_t i) const {
  return (i + 1 < points.size() ? points[i + 1].start : period) - points[i].start;
}

double DemandCurve::peak() const { return points[busiest()].qps; }

std::size_t DemandCurve::busiest() const {
  const auto most = std::max_element(
      points.begin(), points.end(), [](const DemandPoint& a, const DemandPoint& b) { return a.qps < b.qps; });
  return static_cast<std::size_t>(most - points.begin());
}

double DemandCurve::mean() const {
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) sum += points[i].qps * length(i).value();
  return sum / period.value();
}

Result<DemandCurve> read_demand(const std::string& path) {
  RIDGELINE_TRY(csv, CsvReader::open(path));
  RIDGELINE_TRY(time, csv.require("time"));
  RIDGELINE_TRY(rate, csv.require("qps"));
  DemandCurve curve;
  curve.name = path.substr(path.rfind('/') + 1);
  bool of_day = false;
  while (true) {
    RIDGELINE_TRY(more, csv.next());
    if (!more) break;
    const auto at = time_of_day(csv.cell(time));
    DemandPoint point;
    if (at) {
      point.start = *at;
    } else {
      if (csv.cell(time).find(':') != std::string::npos)
        return csv.error(fmt::format("time: '{}'; use HH:MM of a day, or seconds", csv.cell(time)));
      RIDGELINE_TRY(seconds, csv.number(time));
      point.start = Seconds(seconds);
    }
    if (!curve.points.empty() && of_day != at.has_value())
      return csv.error("time: HH:MM and seconds in one file; use one of them");
    of_day = at.has_value();
    RIDGELINE_TRY(qps, csv.number(rate));
    if (qps < 0) return csv.error(fmt::format("qps: {:g}; must be 0 or more", qps));
    point.qps = qps;
    const Seconds before = curve.points.empty() ? Seconds(0) : curve.points.back().start;
    if (curve.points.empty() ? point.start != Seconds(0) : point.start <= before)
      return csv.error("time: the first must be 0 (00:00), and each later than the one before");
    curve.points.push_back(point);
  }
  if (curve.points.empty()) return csv.error("no rows; give at least one time and rate");
  if (curve.points.size() < 2 && !of_day)
    return csv.error("one row of seconds has no end; give two, or HH:MM of a day");
  if (!(curve.peak() > 0)) return csv.error("qps: nothing above 0 in the whole file");
  const std::size_t n = curve.points.size();
  curve.period = of_day ? day : curve.points[n - 1].start * 2.0 - curve.points[n - 2].start;
  return curve;
}

Result<DemandCurve> daily_demand(double peak, double trough, unsigned peak_hour) {
  if (!(peak > 0 && std::isfinite(peak)))
    return bad_input(fmt::format("demand: the peak is {:g} queries/s; must be above 0", peak));
  if (!(trough >= 0 && trough <= peak))
    return bad_input(fmt::format("demand: the trough is {:g} queries/s; must be from 0 to the peak", trough));
  if (peak_hour > 23)
    return bad_input(fmt::format("demand: the peak's hour is {}; must be 0 to 23", peak_hour));
  DemandCurve curve;
  curve.name = fmt::format("a day from {:g} to {:g} queries/s, most at {:02}:00", trough, peak, peak_hour);
  curve.period = day;
  for (unsigned hour = 0; hour < 24; ++hour) {
    const double share = (1 + cosine_of_hour(hour + 24 - peak_hour)) / 2;
    curve.points.push_back({one_hour * hour, trough + (peak - trough) * share});
  }
  return curve;
}

}  // namespace ridgeline
