#include "mission/play.h"

#include <fmt/format.h>

#include <cassert>
#include <limits>

#include "base/text.h"
#include "serve/counted.h"

namespace ridgeline {
namespace {

using mission::count_of;
using mission::Deployment;
using mission::number_of;
using mission::Played;

constexpr std::uint32_t course_windows = 60;

Result<HeatModel> find_heat(const std::string& id, const MissionData& data) {
  std::vector<std::string> known;
  for (const HeatModel& heat : data.heats) {
    if (heat.id == id) return heat;
    known.push_back(heat.id);
  }
  return bad_input(fmt::format("no heat model is called '{}'; there are: {}", id, fmt::join(known, ", ")));
}

PrecisionPlan plan_of(const Model& model, Precision precision) {
  const auto* t = std::get_if<Transformer>(&model.architecture);
  const bool served = t != nullptr && t->causal && size_of(precision) < size_of(Precision::bf16);
  return served ? PrecisionPlan::quantized(precision) : PrecisionPlan::uniform(precision);
}

Result<ServiceTable> service_of(const Mission& m, const MissionPhase& phase, const Deployment& d) {
  const RequestShape shape{count_of(m, phase, "isl"), count_of(m, phase, "osl")};
  return make_service_table(*d.model, *d.hardware, d.precision, shape, count_of(m, phase, "max_batch"),
                            d.calibration);
}

/// Full batches back to back on every worker.
Hertz saturated_of(const Mission& m, const MissionPhase& phase, const ServiceTable& service) {
  const std::uint32_t full = count_of(m, phase, "max_batch");
  return Hertz(count_of(m, phase, "replicas") * full / to_seconds(service.total[full - 1]).value());
}

Nanoseconds time_of(const Mission& m, const MissionPhase& phase, std::string_view name) {
  return to_nanoseconds(Seconds(number_of(m, phase, name)));
}

}  // namespace

double mission::number_of(const Mission& m, const MissionPhase& phase, std::string_view name) {
  const auto value = parameter_of(m, phase, name);
  assert(value);
  return value.value_or(0);
}

std::uint32_t mission::count_of(const Mission& m, const MissionPhase& phase, std::string_view name) {
  return static_cast<std::uint32_t>(number_of(m, phase, name));
}

Interference mission::interference_of(const Mission& m, const MissionPhase& phase) {
  Interference i;
  i.noise_sigma = number_of(m, phase, "noise.sigma");
  i.background_load = number_of(m, phase, "background.load");
  i.background_burst = time_of(m, phase, "background.burst");
  i.context_switch_rate = Hertz(number_of(m, phase, "switches.rate"));
  i.context_switch_cost = time_of(m, phase, "switches.cost");
  i.cache_refill = time_of(m, phase, "switches.refill");
  i.pause_rate = Hertz(number_of(m, phase, "pauses.rate"));
  if (i.pause_rate.value() > 0) i.pause_lengths = {time_of(m, phase, "pauses.length")};
  return i;
}

std::optional<HeatModel> mission::heat_of(const Mission& m, const MissionPhase& phase,
                                          std::optional<HeatModel> heat) {
  if (!heat) return heat;
  if (const auto celsius = parameter_of(m, phase, "ambient")) heat->ambient_celsius.value = *celsius;
  if (const auto idle = parameter_of(m, phase, "power.idle")) heat->idle.value = Watts(*idle);
  if (const auto active = parameter_of(m, phase, "power.active")) heat->active.value = Watts(*active);
  return heat;
}

Result<Deployment> mission::deploy(const Mission& m, const MissionData& data) {
  Deployment d;
  RIDGELINE_TRY(hardware, data.catalog.hardware(m.hardware));
  RIDGELINE_TRY(model, data.catalog.model(m.model));
  const auto precision = parse_precision(m.precision);
  if (!precision) return bad_input(fmt::format("precision: '{}' is not a format", m.precision));
  d.hardware = hardware;
  d.model = model;
  d.precision = plan_of(*model, *precision);
  d.calibration = data.calibrations.find(*hardware, m.stack, "", model->id).calibration;
  if (!m.heat.empty()) {
    RIDGELINE_TRY(heat, find_heat(m.heat, data));
    d.heat = heat;
  }
  return d;
}

Scenario mission::scenario_of(const Mission& m, const MissionPhase& phase) {
  Scenario s = Scenario::mlperf(phase.scenario);
  s.keep_queries = std::numeric_limits<std::uint64_t>::max();  // metrics are of the queries
  s.min_duration = time_of(m, phase, "duration");
  s.min_queries = 1;
  s.seed = m.seed;
  if (phase.scenario == ScenarioKind::multi_stream || phase.scenario == ScenarioKind::constant_stream)
    s.samples_per_query = count_of(m, phase, "cameras");
  if (is_open_loop(phase.scenario) || phase.scenario == ScenarioKind::offline)
    s.target_qps = number_of(m, phase, "qps");
  if (phase.scenario == ScenarioKind::closed_loop) {
    s.users = count_of(m, phase, "users");
    s.think_time = time_of(m, phase, "think_time");
  }
  return s;
}

Result<Hertz> mission::saturated_rate(const Mission& m, const MissionPhase& phase, const Deployment& d) {
  if (m.engine == MissionEngine::continuous) return saturated_rate_continuous(m, phase, d);
  RIDGELINE_TRY(service, service_of(m, phase, d));
  return saturated_of(m, phase, service);
}

Result<Played> mission::play(const Mission& m, const MissionPhase& phase, const Deployment& d) {
  if (m.engine == MissionEngine::continuous) return play_continuous(m, phase, d);
  SimulatedSystem system;
  system.batching.max_batch = count_of(m, phase, "max_batch");
  system.batching.batch_timeout = time_of(m, phase, "batch_timeout");
  RIDGELINE_TRY(service, service_of(m, phase, d));
  system.service = std::move(service);
  system.name = fmt::format("{} in {}", d.hardware->id, m.precision);
  system.workload = d.model->id;
  system.interference = interference_of(m, phase);
  system.replicas = count_of(m, phase, "replicas");
  system.seed = m.seed;
  system.heat = heat_of(m, phase, d.heat);
  system.windows = course_windows;
  RIDGELINE_TRY(schedule, make_schedule(scenario_of(m, phase)));
  Played played;
  played.saturated = saturated_of(m, phase, system.service);
  RIDGELINE_TRY(counted, serve::simulate_counted(schedule, system));
  played.run = std::move(counted.run);
  played.largest_batch = counted.largest_batch;
  return played;
}

}  // namespace ridgeline
