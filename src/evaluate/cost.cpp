#include "ridgeline/cost.h"

#include <algorithm>

#include "evaluate/work.h"

namespace ridgeline {
namespace {

using evaluation::Work;

using Ends = std::optional<std::pair<double, double>>;

CostLine line_of(CostPart part, const Work& work) {
  CostLine line;
  line.part = std::move(part);
  if (!line.part.rate.value) return line;
  const double rate = *line.part.rate.value;
  line.per_hour = rate * one_hour.value();
  const auto each = [&](const std::optional<Hertz>& events, double many, std::optional<double>& value,
                        Ends& ends) {
    if (!events) return;
    value = rate / events->value() * many;
    if (work.relative_time) ends = {*value * work.relative_time->first, *value * work.relative_time->second};
  };
  each(work.queries, 1, line.per_query, line.query_interval);
  each(work.units, 1e6, line.per_million, line.million_interval);
  return line;
}

std::vector<std::string> notes_of(const Work& work, const DeviceRates& rates,
                                  const std::vector<CostLine>& lines) {
  std::vector<std::string> notes = work.notes;
  const auto add = [&](const std::string& note) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) notes.push_back(note);
  };
  if (rates.power.value) add(evaluation::power_note(rates) + "; hosts are not in them");
  for (const CostLine& line : lines) {
    for (const std::string& what : line.part.rate.assumed) add("assumed: " + what);
  }
  for (const std::string& what : work.assumed) add("assumed: " + what);
  return notes;
}

Result<CostReport> report_of(const Work& work, const Hardware& hardware, const Economics& economics) {
  RIDGELINE_CHECK(check(economics));
  const DeviceRates rates = device_rates(hardware, economics);
  CostReport report;
  report.model = work.model;
  report.hardware = hardware.id;
  report.work = work.description;
  report.devices = work.devices;
  report.query = work.query;
  report.unit = work.unit;
  const bool fits = work.feasible != EvaluationStatus::fail;
  if (fits) {
    report.queries = work.queries;
    report.units = work.units;
    report.inputs = work.inputs;
  } else {
    report.unfit = work.feasibility;
  }
  for (CostPart& part : cost_parts(rates, work.devices)) {
    if (!fits) part.rate = {{}, "it does not fit", {}};
    if (!fits) part.at_most = false;
    report.lines.push_back(line_of(std::move(part), work));
  }
  if (fits) report.notes = notes_of(work, rates, report.lines);
  report.inputs.insert(report.inputs.end(), rates.inputs.begin(), rates.inputs.end());
  return report;
}

}  // namespace

const CostLine& CostReport::line(std::string_view key) const {
  return *std::find_if(lines.begin(), lines.end(), [&](const CostLine& l) { return l.part.key == key; });
}

Result<CostReport> cost_report(const Profile& profile, const Hardware& hardware, const Economics& economics) {
  return report_of(evaluation::work_of(profile), hardware, economics);
}

CostReport no_cost_report(const Model& model, const Hardware& hardware, std::string reason) {
  CostReport report;
  report.model = model.id;
  report.hardware = hardware.id;
  for (CostPart& part : cost_parts({}, 1)) {
    part.rate.missing = "it does not run there";
    report.lines.push_back({std::move(part), {}, {}, {}, {}, {}});
  }
  report.unfit = std::move(reason);
  return report;
}

Result<CostReport> cost_report(const Model& model, const Hardware& hardware, const ServingPoint& point,
                               const Calibration& calibration, const Economics& economics) {
  const auto prediction = predict_serving(model, hardware, point, calibration);
  if (prediction) return report_of(evaluation::work_of(point, *prediction), hardware, economics);
  if (prediction.error().kind != ErrorKind::infeasible) return prediction.error();
  return report_of(evaluation::does_not_fit(model, point, prediction.error().message), hardware, economics);
}

namespace evaluation {

std::string power_note(const DeviceRates& rates) {
  std::string note = rates.drawn_at_most
                         ? "energy, carbon and what electricity costs are upper bounds: every device draws " +
                               std::string(rates.power_at_most ? "its TDP" : "its power at work")
                         : "energy, carbon and what electricity costs are of the power that was given";
  if (rates.power_at_most && rates.utilisation >= 1) note += " all the time";
  if (rates.utilisation < 1) {
    note += rates.idle.value ? " at work, and its idle power else"
                             : ", while it waits too: its idle power is not known";
  }
  return note;
}

}  // namespace evaluation
}  // namespace ridgeline
