#include "versus/phases.h"

#include <fmt/format.h>

#include <algorithm>

#include "mission/replay.h"

namespace ridgeline::versus {
namespace {

using enum ScenarioKind;

struct MadePhase {
  ScenarioKind kind;
  const char* id;
};
constexpr MadePhase in_batches[] = {{single_stream, "one-by-one"},
                                    {multi_stream, "together"},
                                    {server, "at-random"},
                                    {offline, "all-at-once"}};
constexpr MadePhase in_continuous[] = {
    {single_stream, "one-by-one"}, {server, "at-random"}, {offline, "all-at-once"}, {closed_loop, "chat"}};

constexpr double longest = 60, shortest = 1, most_queries = 1e5;

MissionPhase make_phase(const Mission& m, const MadePhase& made, Hertz slower, Hertz faster) {
  MissionPhase phase;
  phase.id = made.id;
  phase.story = mission::story_of(made.kind, m.engine);
  phase.scenario = made.kind;
  phase.own = decisive(m).own;
  const double own_duration = mission::number_of(m, decisive(m), "duration");
  phase.own["duration"] = std::clamp(
      std::min(own_duration, mission::three_digits(most_queries / faster.value())), shortest, longest);
  mission::complete(m, phase, slower);
  return phase;
}

std::optional<PhaseReport> play(const VersusSide& side, MissionPhase phase, const Point& point,
                                std::string& failed) {
  auto report = mission::run_phase(side.mission, phase, point.deployment);
  if (!report) {
    failed = report.error().message;
    return std::nullopt;
  }
  PhaseReport played = *std::move(report);
  played.run.queries = {};  // as many as arrived; the metrics are made
  played.run.phases = {};
  played.run.sample_completions = {};
  return played;
}

}  // namespace

std::vector<PlannedPhase> plan_phases(const Mission& m, Hertz slower, Hertz faster) {
  std::vector<PlannedPhase> planned;
  for (const MissionPhase& phase : m.phases) planned.push_back({phase, true});
  const bool continuous = m.engine == MissionEngine::continuous;
  const std::span<const MadePhase> supported =
      continuous ? std::span<const MadePhase>(in_continuous) : std::span<const MadePhase>(in_batches);
  for (const MadePhase& made : supported) {
    const bool there = std::any_of(m.phases.begin(), m.phases.end(),
                                   [&](const MissionPhase& phase) { return phase.scenario == made.kind; });
    if (!there) planned.push_back({make_phase(m, made, slower, faster), false});
  }
  return planned;
}

std::vector<VersusPhase> play_phases(const std::array<const VersusSide*, 2>& sides,
                                     const std::array<const Point*, 2>& points) {
  const auto rate = [&](std::size_t s) { return Hertz(*points[s]->evaluation.find("throughput")->value); };
  const auto [slower, faster] = std::minmax({rate(0), rate(1)});
  const std::array<std::vector<PlannedPhase>, 2> planned{plan_phases(sides[0]->mission, slower, faster),
                                                         plan_phases(sides[1]->mission, slower, faster)};
  std::vector<VersusPhase> phases;
  for (std::size_t i = 0; i < planned[0].size(); ++i) {
    VersusPhase both;
    both.id = planned[0][i].phase.id;
    both.story = planned[0][i].phase.story;
    both.scenario = planned[0][i].phase.scenario;
    both.of_mission = planned[0][i].of_mission;
    for (std::size_t s = 0; s < 2; ++s)
      both.sides[s] = play(*sides[s], planned[s][i].phase, *points[s], both.failed[s]);
    phases.push_back(std::move(both));
  }
  return phases;
}

}  // namespace ridgeline::versus
