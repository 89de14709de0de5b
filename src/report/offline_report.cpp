#include <fmt/format.h>

#include "report/format.h"
#include "report/record.h"
#include "report/sheet.h"

namespace ridgeline::report {
namespace {

std::string per_second(Hertz rate, const char* what) {
  return fmt::format("{} {}/s", plain(rate.value()), what);
}

std::string lengths(const OfflineWorkload& w) {
  if (w.output_tokens > 0) {
    const std::string beams = w.beams > 1 ? fmt::format(", {} beams", w.beams) : "";
    return fmt::format(", {:g} tokens in, {:g} out{}", w.prompt_tokens, w.output_tokens, beams);
  }
  return w.prompt_tokens > 0 ? fmt::format(", {:g} tokens", w.prompt_tokens) : "";
}

std::string parts(const OfflinePrediction& p) {
  std::string text = fmt::format("compute {} at full clocks", show(p.compute));
  const auto add = [&](Seconds time, std::string_view what) {
    if (time.value() > 0) text += fmt::format(", {} {}", what, show(time));
  };
  add(p.memory, "memory");
  add(p.network, "network");
  add(p.overhead, "overhead");
  return text;
}

Json to_json(const ErrorSummary& e) {
  const auto known = [&](double value) { return e.rows > 0 ? number(value) : Json(); };
  return {{"median", known(e.median)}, {"mape", known(e.mape)}, {"bias", known(e.bias)}, {"rows", e.rows}};
}

Json to_json(const std::vector<MlperfGroup>& groups) {
  Json out = Json::array();
  for (const MlperfGroup& group : groups) {
    Json entry = {{"key", group.key}, {"groups", group.groups}};
    entry.update(to_json(group.errors));
    out.push_back(std::move(entry));
  }
  return out;
}

Json body(const MlperfValidation& v) {
  std::size_t suspect = 0;
  Json unanswered = Json::array();
  for (const MlperfPoint& point : v.points) {
    suspect += point.beats_roofline;
    if (point.error.empty()) continue;
    unanswered.push_back({{"line", v.table.rows[point.row].line}, {"reason", point.error}});
  }
  return {{"file", v.table.path},
          {"cross_validated", v.cross_validated},
          {"offline", to_json(v.offline)},
          {"offline_groups",
           {{"median", v.offline_groups.rows > 0 ? number(v.offline_groups.median) : Json()},
            {"mean", v.offline_groups.rows > 0 ? number(v.offline_groups.mape) : Json()},
            {"groups", v.offline_groups.rows}}},
          {"energy", to_json(v.energy)},
          {"wall_power", to_json(v.wall_power)},
          {"workloads", to_json(v.workloads)},
          {"generations", to_json(v.generations)},
          {"suspect", suspect},
          {"unanswered", std::move(unanswered)},
          {"left_out", v.table.left_out}};
}

void add_errors(Table& table, const std::string& name, std::size_t groups, const ErrorSummary& e) {
  if (e.rows == 0) return;
  table.add({name, std::to_string(e.rows), groups > 0 ? std::to_string(groups) : absent,
             percent(e.median / 100), percent(e.mape / 100), signed_percent(e.bias / 100)});
}

void add_groups(Table& table, const std::vector<MlperfGroup>& groups) {
  for (const MlperfGroup& group : groups) add_errors(table, group.key, group.groups, group.errors);
  if (!groups.empty()) table.rule();
}

Sheet sheet_of(const Model& model, const Hardware& hardware, const OfflineWorkload& w,
               const OfflinePrediction& p, const std::optional<SystemPower>& system) {
  Sheet sheet(fmt::format("{} on {}, saturated: {}{}", model.id, hardware.id,
                          to_string(w.precision.compute()), lengths(w)),
              22);
  const auto line = [&](std::string_view label, std::string value) { sheet.line(label, std::move(value)); };
  std::string rate = per_second(p.samples, "samples");
  if (p.samples_interval) {
    rate += fmt::format(" [{}, {}] 90 %", plain(p.samples_interval->first.value()),
                        plain(p.samples_interval->second.value()));
  }
  line("one device", rate);
  if (p.tokens.value() > 0) line("output tokens", per_second(p.tokens, "tokens"));
  line("bound by", std::string(to_string(p.limit)));
  line("a sample", fmt::format("{} of one device: {}", show(p.time), parts(p)));
  line("clocks sustained", percent(p.clock_share));
  line("share of peak", percent(p.mfu));
  if (p.batch > 0) line("a replica", fmt::format("{} devices, {:.4g} sequences", p.devices, p.batch));
  if (p.power) {
    line("power of the device", show(*p.power));
    line("energy of the device",
         show(*p.energy_per_sample) + " a sample" +
             (p.energy_per_token ? ", " + show(*p.energy_per_token) + " a token" : ""));
  }
  if (system) line("system at the wall", with_90(system->watts, system->interval));
  line("coefficients", p.basis);
  return sheet;
}

}  // namespace

std::string text(const Model& model, const Hardware& hardware, const OfflineWorkload& w,
                 const OfflinePrediction& p, const std::optional<SystemPower>& system) {
  return sheet_of(model, hardware, w, p, system).text();
}

std::string markdown(const Model& model, const Hardware& hardware, const OfflineWorkload& w,
                     const OfflinePrediction& p, const std::optional<SystemPower>& system) {
  return sheet_of(model, hardware, w, p, system).markdown();
}

std::string json(const Model& model, const Hardware& hardware, const OfflineWorkload& w,
                 const OfflinePrediction& p, const std::optional<SystemPower>& system) {
  Json interval, wall;
  if (p.samples_interval) interval = {number(p.samples_interval->first), number(p.samples_interval->second)};
  if (system) {
    wall = {{"watts", number(system->watts)}, {"host", to_string(system->host)}, {"interval_watts", Json()}};
    if (system->interval)
      wall["interval_watts"] = {number(system->interval->first), number(system->interval->second)};
  }
  return document("ridgeline.offline/1",
                  {{"model", model.id},
                   {"hardware", hardware.id},
                   {"workload", w.name.empty() ? Json() : Json(w.name)},
                   {"precision", to_string(w.precision.compute())},
                   {"prompt_tokens", w.prompt_tokens},
                   {"output_tokens", w.output_tokens},
                   {"samples_per_second", number(p.samples)},
                   {"samples_per_second_interval", interval},
                   {"tokens_per_second", p.tokens.value() > 0 ? number(p.tokens) : Json()},
                   {"bound_by", to_string(p.limit)},
                   {"device_seconds", number(p.time)},
                   {"compute_seconds", number(p.compute)},
                   {"memory_seconds", number(p.memory)},
                   {"network_seconds", number(p.network)},
                   {"overhead_seconds", number(p.overhead)},
                   {"clock_share", number(p.clock_share)},
                   {"mfu", number(p.mfu)},
                   {"flops", number(p.flops)},
                   {"bytes", number(p.bytes)},
                   {"devices_a_replica", p.devices},
                   {"sequences_a_replica", p.batch > 0 ? number(p.batch) : Json()},
                   {"device_watts", number(p.power)},
                   {"joules_per_sample", number(p.energy_per_sample)},
                   {"joules_per_token", number(p.energy_per_token)},
                   {"system", wall},
                   {"basis", p.basis},
                   {"inputs", report::to_json(p.inputs)}});
}

std::string text(const MlperfValidation& v) {
  Table table({{"Offline, rate of a device"},
               {"rows", Align::right},
               {"groups", Align::right},
               {"median", Align::right},
               {"MAPE", Align::right},
               {"bias", Align::right}});
  add_groups(table, v.workloads);
  add_groups(table, v.generations);
  add_errors(table, "all rows", v.offline_groups.rows, v.offline);
  add_errors(table, "energy a sample", 0, v.energy);
  add_errors(table, "watts at the wall", 0, v.wall_power);
  std::string result = table.text();
  result +=
      fmt::format("\n{}\n", v.cross_validated
                                ? "Cross-validated: each workload on a device by a fit that had not seen it."
                                : "In-sample where the coefficients were fitted on these results.");
  if (v.offline_groups.rows > 0) {
    result +=
        fmt::format("Of the {} groups (workload x device) the median error is {:.1f} %, the mean {:.1f} %.\n",
                    v.offline_groups.rows, v.offline_groups.median, v.offline_groups.mape);
  }
  for (const auto& [reason, rows] : v.table.left_out)
    result += fmt::format("left out: {} rows: {}\n", rows, reason);
  for (const MlperfPoint& point : v.points) {
    if (point.beats_roofline)
      result += fmt::format("line {}: beats the roofline\n", v.table.rows[point.row].line);
    if (!point.error.empty())
      result += fmt::format("line {}: {}\n", v.table.rows[point.row].line, point.error);
  }
  return result;
}

std::string json(const MlperfValidation& v) { return document("ridgeline.mlperf-validation/1", body(v)); }

std::string text(const MlperfFit& fit) {
  Table table({{"coefficient"}, {"value", Align::right}, {"error", Align::right}, {"unit"}});
  for (const OfflineCoefficient& c : fit.coefficients.all) {
    table.add({c.name, fmt::format("{:.4g}", c.value), percent(c.error),
               std::string(offline_coefficient_kind(c.name)->unit)});
  }
  return table.text() + (fit.converged ? "" : "\nThe fit did not converge.\n") + "\nIn-sample\n" +
         text(fit.in_sample) + "\nEach group left out\n" + text(fit.cross_validated) +
         "\nEach device left out\n" + text(fit.other_devices);
}

std::string json(const MlperfFit& fit) {
  Json coefficients = Json::array();
  for (const OfflineCoefficient& c : fit.coefficients.all) {
    coefficients.push_back({{"name", c.name},
                            {"value", number(c.value)},
                            {"error", number(c.error)},
                            {"unit", offline_coefficient_kind(c.name)->unit}});
  }
  return document("ridgeline.mlperf-fit/1", {{"converged", fit.converged},
                                             {"coefficients", std::move(coefficients)},
                                             {"in_sample", body(fit.in_sample)},
                                             {"cross_validated", body(fit.cross_validated)},
                                             {"other_devices", body(fit.other_devices)}});
}

}  // namespace ridgeline::report
