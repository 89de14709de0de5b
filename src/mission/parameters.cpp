#include "mission/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"

namespace ridgeline {
namespace {

using mission::check_value;
using mission::find_parameter;
using mission::find_phase;
using mission::is_called;
using mission::ScopedName;
using mission::split_name;

MissionParameter real(std::string_view name, std::string_view unit, double least, double most,
                      std::optional<double> standard, double step, std::string_view meaning) {
  MissionParameter p;
  p.name = name;
  p.unit = unit;
  p.meaning = meaning;
  p.least = least;
  p.most = most;
  p.standard = standard;
  p.step = step;
  return p;
}

MissionParameter whole(std::string_view name, std::string_view unit, double least, double most,
                       double standard, std::string_view meaning) {
  MissionParameter p = real(name, unit, least, most, standard, 1, meaning);
  p.whole = true;
  return p;
}

MissionParameter falling(MissionParameter p) {
  p.falls = true;
  return p;
}

std::vector<MissionParameter> make_parameters() {
  return {
      real("duration", "s", 1, 7200, 60, 10, "least duration of the run"),
      real("qps", "1/s", 0.001, 1e6, 1, 1, "arrivals a second; Offline: the rate that sizes the query"),
      whole("cameras", "", 1, 64, 1, "samples that MultiStream and ConstantStream ask for together"),
      whole("users", "", 1, 100000, 1, "ClosedLoop: users"),
      real("think_time", "s", 0, 3600, 0, 0.001, "ClosedLoop: pause between an answer and the next question"),
      falling(whole("max_batch", "", 1, 1024, 1, "most samples or sequences served together")),
      real("batch_timeout", "s", 0, 60, 0, 0.001, "longest wait for a full batch"),
      whole("saturating_batch", "", 1, 16384, 256,
            "sequences in decode of a saturated engine, the full of utilisation"),
      falling(whole("replicas", "", 1, 64, 1, "workers that share the queue")),
      falling(whole("tensor", "", 1, 64, 1, "devices of one worker of a continuous engine")),
      whole("isl", "tokens", 0, 1 << 20, 0, "prompt tokens"),
      whole("osl", "tokens", 0, 1 << 20, 0, "tokens to generate"),
      real("noise.sigma", "", 0, 1, 0, 0.01, "sigma of the logarithm of the service time"),
      real("background.load", "", 0, 0.95, 0, 0.01, "share of the busy time that other work takes"),
      real("background.burst", "s", 1e-6, 10, 0.02, 0.001, "mean length of a burst of other work"),
      real("switches.rate", "1/s", 0, 1e5, 0, 10, "context switches a second of computing"),
      real("switches.cost", "s", 0, 1, 5e-6, 1e-6, "of each context switch, there and back"),
      real("switches.refill", "s", 0, 1, 0, 1e-5, "of each context switch, to fill the caches again"),
      real("pauses.rate", "1/s", 0, 1e4, 0, 0.1, "pauses a second of computing"),
      real("pauses.length", "s", 0, 60, 0.01, 0.001, "of each pause"),
      real("ambient", "degC", -40, 90, std::nullopt, 1, "air around the device"),
      real("power.idle", "W", 0, 1e4, std::nullopt, 0.001, "of one worker that waits"),
      real("power.active", "W", 0, 1e4, std::nullopt, 0.001, "of one worker that computes at the full clock"),
      falling(real("snr", "dB", -20, 60, 60, 1, "signal over noise, for the accuracy")),
  };
}

bool has_own(const MissionPhase& phase, const std::string& name) { return phase.own.count(name) > 0; }

bool is_of(const std::string& name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether the value makes any difference to the phase; what nobody reads may not be set.
bool is_read(const Mission& m, const MissionPhase& phase, const std::string& name) {
  const bool continuous = m.engine == MissionEngine::continuous;
  if (is_of(name, {"tensor", "saturating_batch"})) return continuous;
  if (name == "cameras") {
    return !continuous &&
           (phase.scenario == ScenarioKind::multi_stream || phase.scenario == ScenarioKind::constant_stream);
  }
  if (is_of(name, {"users", "think_time"})) return phase.scenario == ScenarioKind::closed_loop;
  if (name == "qps") return is_open_loop(phase.scenario) || phase.scenario == ScenarioKind::offline;
  if (name == "snr") return !m.training.empty();
  if (is_of(name, {"ambient", "power.idle", "power.active"})) return !m.heat.empty();
  return !continuous || name != "batch_timeout";
}

Status set_in_phase(Mission& m, const ScopedName& scoped, double value) {
  bool reaches = false;
  for (MissionPhase& phase : m.phases) {
    if (!is_called(m, phase, scoped.phase) || !is_read(m, phase, scoped.name)) continue;
    phase.own[scoped.name] = value;
    reaches = true;
  }
  if (reaches) return Status::success();
  return bad_input(fmt::format("{}: phase {} of {} does not read it", scoped.name, scoped.phase, m.id));
}

Status set_everywhere(Mission& m, const std::string& name, double value) {
  const MissionPhase* reader = nullptr;
  bool reaches = false;
  for (const MissionPhase& phase : m.phases) {
    if (!is_read(m, phase, name)) continue;
    reader = &phase;
    reaches = reaches || !has_own(phase, name);
  }
  if (reader == nullptr) return bad_input(fmt::format("{}: no phase of {} reads it", name, m.id));
  if (!reaches) {
    return bad_input(fmt::format("{}: every phase of {} that reads it has its own; name one, such as {}.{}",
                                 name, m.id, reader->id, name));
  }
  Sourced<double>& kept = m.parameters[name];
  kept.value = value;
  kept.provenance = Provenance{ProvenanceKind::given, "set by the user", ""};
  return Status::success();
}

std::string* choice_of(Mission& m, const std::string& name) {
  if (name == "hardware") return &m.hardware;
  if (name == "model") return &m.model;
  if (name == "precision") return &m.precision;
  if (name == "heat") return &m.heat;
  if (name == "training") return &m.training;
  return nullptr;
}

Status choose(Mission& m, const std::string& name, const std::string& value, std::string& choice) {
  if (name == "precision" && !parse_precision(value))
    return bad_input(fmt::format("precision: '{}' is not a format; use fp16, int8, fp8 ...", value));
  if (name == "training" && m.curves.count(value) == 0) {
    std::vector<std::string> known;
    for (const auto& entry : m.curves) known.push_back(entry.first);
    return bad_input(fmt::format("training: {} has no accuracy for '{}'; it has: {}", m.id, value,
                                 fmt::join(known, ", ")));
  }
  choice = value;
  return Status::success();
}

}  // namespace

const std::vector<MissionParameter>& mission_parameters() {
  static const std::vector<MissionParameter> all = make_parameters();
  return all;
}

const std::vector<MissionTerm>& mission_terms() {
  static const std::vector<MissionTerm> all = {
      {"amortise", "years", "over which a device's price is paid off"},
      {"electricity", "USD/kWh", "its price"},
      {"utilisation", "", "share of the time paid for in which the devices work"},
      {"pue", "", "energy of the facility over that of the devices"},
      {"carbon", "g/kWh", "CO2 equivalent of electricity"},
  };
  return all;
}

Result<const MissionParameter*> mission::find_parameter(const std::string& name) {
  std::vector<std::string> known;
  for (const MissionParameter& p : mission_parameters()) {
    if (p.name == name) return &p;
    known.emplace_back(p.name);
  }
  const auto near = nearest(name, known);
  return bad_input(fmt::format("unknown parameter '{}'; {}: {}", name, near.empty() ? "use" : "did you mean",
                               fmt::join(near.empty() ? known : near, ", ")));
}

Status mission::check_value(const MissionParameter& p, double value) {
  if (!(value >= p.least && value <= p.most))
    return bad_input(fmt::format("{} is {:g}; must be {:g} to {:g}{}{}", p.name, value, p.least, p.most,
                                 p.unit.empty() ? "" : " ", p.unit));
  if (p.whole && value != std::floor(value))
    return bad_input(fmt::format("{} is {:g}; must be a whole number", p.name, value));
  return Status::success();
}

const MissionPhase* mission::find_phase(const Mission& m, const std::string& id) {
  for (const MissionPhase& phase : m.phases) {
    if (phase.id == id) return &phase;
  }
  return nullptr;
}

bool mission::is_called(const Mission& m, const MissionPhase& phase, const std::string& id) {
  return phase.id == id || (phase.of == id && find_phase(m, id) == nullptr);
}

ScopedName mission::split_name(const Mission& m, const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos) return {"", name};
  const std::string id = name.substr(0, dot);
  for (const MissionPhase& phase : m.phases) {
    if (is_called(m, phase, id)) return {id, name.substr(dot + 1)};
  }
  return {"", name};
}

Status set(Mission& m, const std::string& name, double value) {
  const ScopedName scoped = split_name(m, name);
  RIDGELINE_TRY(parameter, find_parameter(scoped.name));
  RIDGELINE_CHECK(check_value(*parameter, value));
  return scoped.phase.empty() ? set_everywhere(m, scoped.name, value) : set_in_phase(m, scoped, value);
}

Status set(Mission& m, const std::string& name, const std::string& value) {
  if (std::string* choice = choice_of(m, name)) return choose(m, name, value, *choice);
  RIDGELINE_TRY(parameter, find_parameter(split_name(m, name).name));
  char* rest = nullptr;
  const double number = std::strtod(value.c_str(), &rest);
  if (value.empty() || *rest != '\0')
    return bad_input(fmt::format("{}: '{}' is not a number{}{}", name, value,
                                 parameter->unit.empty() ? "" : " of ", parameter->unit));
  return set(m, name, number);
}

Status apply_fix(Mission& m) {
  for (const MissionChange& change : m.fix) RIDGELINE_CHECK(set(m, change.name, change.value));
  return Status::success();
}

std::optional<double> parameter_of(const Mission& m, const MissionPhase& phase, std::string_view name) {
  const std::string key(name);
  if (const auto own = phase.own.find(key); own != phase.own.end()) return own->second;
  if (const auto all = m.parameters.find(key); all != m.parameters.end()) return all->second.value;
  const auto parameter = find_parameter(key);
  return parameter ? (*parameter)->standard : std::nullopt;
}

}  // namespace ridgeline
