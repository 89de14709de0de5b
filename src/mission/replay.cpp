#include "mission/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <utility>

#include "mission/parameters.h"
#include "mission/play.h"

namespace ridgeline {
namespace {

using enum ScenarioKind;
using mission::find_phase;
using mission::scenario_id;

constexpr double mlperf_multi_stream = 8, usual_load = 0.6;

/// What no mission can be played under.
Status check_playable(const Mission& m, ScenarioKind kind) {
  if (kind == interactive)
    return bad_input("--as: interactive needs limits on the time to the tokens, which no mission states");
  if (kind == multi_stream && m.engine == MissionEngine::continuous) {
    return bad_input(
        fmt::format("--as: {}'s engine batches continuously, so each query is one request and multi-stream "
                    "cannot be played",
                    m.id));
  }
  return Status::success();
}

MissionPhase under(const Mission& m, const MissionPhase& phase, ScenarioKind kind) {
  MissionPhase other = phase;
  other.id = scenario_id(kind);
  other.of = phase.id;
  other.scenario = kind;
  if (kind == phase.scenario) return other;
  other.story = mission::story_of(kind, m.engine);
  other.completes = true;
  return other;
}

Result<MissionPhase> phase_of(const Mission& m, const std::string& id) {
  if (const MissionPhase* phase = find_phase(m, id)) return *phase;
  std::vector<std::string> known;
  for (const MissionPhase& phase : m.phases) known.push_back(phase.id);
  return bad_input(fmt::format("{} has no phase '{}'; it has: {}", m.id, id, fmt::join(known, ", ")));
}

}  // namespace

std::string mission::scenario_id(ScenarioKind kind) {
  std::string id;
  for (const char c : to_string(kind)) {
    const auto letter = static_cast<unsigned char>(c);
    if (std::isupper(letter) != 0 && !id.empty()) id += '-';
    id += static_cast<char>(std::tolower(letter));
  }
  return id;
}

std::string mission::story_of(ScenarioKind kind, MissionEngine engine) {
  const bool continuous = engine == MissionEngine::continuous;
  const char* many = continuous ? "requests" : "queries";
  switch (kind) {
    case single_stream:
      return fmt::format("one {} after the other", continuous ? "request" : "query");
    case multi_stream:
      return "several samples at once, the next when all are done";
    case server:
    case interactive:
      return fmt::format("{} come at random", many);
    case offline:
      return fmt::format("all {} are there from the start", continuous ? "requests" : "samples");
    case constant_stream:
      return fmt::format("{} come by the clock", many);
    case closed_loop:
      return "users ask, wait for the answer, and ask again";
  }
  return "";
}

bool mission::states(const Mission& m, const MissionPhase& phase, const char* parameter) {
  return m.parameters.count(parameter) > 0 || phase.own.count(parameter) > 0;
}

double mission::three_digits(double value) {
  return std::strtod(fmt::format("{:.3g}", value).c_str(), nullptr);
}

void mission::complete(const Mission& m, MissionPhase& phase, Hertz saturated) {
  const ScenarioKind kind = phase.scenario;
  if (kind == multi_stream && !states(m, phase, "cameras")) phase.own["cameras"] = mlperf_multi_stream;
  if (kind == closed_loop && !states(m, phase, "users"))
    phase.own["users"] = number_of(m, phase, "max_batch") * number_of(m, phase, "replicas");
  if ((is_open_loop(kind) || kind == offline) && !states(m, phase, "qps")) {
    const double samples = kind == constant_stream ? number_of(m, phase, "cameras") : 1;
    phase.own["qps"] = std::clamp(three_digits(usual_load * saturated.value() / samples), 0.001, 1e6);
  }
}

Status select_phase(Mission& m, const std::string& id, const std::vector<ScenarioKind>& as) {
  RIDGELINE_TRY(phase, phase_of(m, id));
  std::vector<MissionPhase> plays;
  if (as.empty()) plays.push_back(phase);
  for (const ScenarioKind kind : as) {
    RIDGELINE_CHECK(check_playable(m, kind));
    MissionPhase play = under(m, phase, kind);
    for (const MissionPhase& before : plays) {
      if (before.id == play.id) return bad_input(fmt::format("--as: {} twice", play.id));
    }
    plays.push_back(std::move(play));
  }
  std::vector<MissionThreshold> thresholds;
  for (const MissionPhase& play : plays) {
    for (const MissionThreshold& threshold : m.thresholds) {
      if (threshold.phase != id) continue;
      thresholds.push_back(threshold);
      thresholds.back().phase = play.id;
    }
  }
  m.phases = std::move(plays);
  m.thresholds = std::move(thresholds);
  return Status::success();
}

}  // namespace ridgeline
