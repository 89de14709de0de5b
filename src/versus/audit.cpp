#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "ridgeline/provenance.h"
#include "versus/break_even.h"
#include "versus/efficiency.h"
#include "versus/phases.h"
#include "versus/roofline.h"
#include "versus/shared_error.h"

namespace ridgeline {
namespace {

using namespace versus;

constexpr std::array<const char*, 2> letters{"A", "B"};

Error of_side(std::size_t s, const VersusSide& side, Error error) {
  error.message = fmt::format("{} ({}): {}", letters[s], side.mission.hardware, error.message);
  return error;
}

Status comparable(const Mission& a, const Mission& b) {
  if (a.phases.empty()) return bad_input(fmt::format("mission {} has no phase", a.id));
  if (a.model != b.model)
    return bad_input(fmt::format("A runs {} and B runs {}; an audit compares one model", a.model, b.model));
  const bool alike = a.engine == b.engine && std::equal(a.phases.begin(), a.phases.end(), b.phases.begin(),
                                                        b.phases.end(), [](const auto& x, const auto& y) {
                                                          return x.id == y.id && x.scenario == y.scenario;
                                                        });
  if (!alike) return bad_input("A and B run different missions; an audit compares one");
  return Status::success();
}

Result<const VersusMetricKind*> metric_of(const VersusQuestion& q) {
  const std::string& name = q.metric.empty() ? q.a.mission.metric : q.metric;
  if (const VersusMetricKind* kind = find_versus_metric(name)) return kind;
  std::vector<std::string> known;
  for (const VersusMetricKind& kind : versus_metrics()) known.emplace_back(kind.name);
  if (name.empty()) {
    return bad_input(fmt::format("mission {} names no metric that decides; give one of {}", q.a.mission.id,
                                 fmt::join(known, ", ")));
  }
  return bad_input(fmt::format("unknown metric '{}'; use one of {}", name, fmt::join(known, ", ")));
}

/// The heat model of each side under a name of its own, with what its device draws: in the same housing, each
/// with its own power. Idle power keeps its share.
struct OwnHeat {
  ThermalEndurance endurance;
  std::optional<HeatModel> model;
};
Result<OwnHeat> own_heat(std::size_t s, VersusSide& side, MissionData& data) {
  OwnHeat own;
  Mission& m = side.mission;
  if (m.heat.empty()) return own;
  const auto found = std::find_if(data.heats.begin(), data.heats.end(),
                                  [&](const HeatModel& heat) { return heat.id == m.heat; });
  if (found == data.heats.end()) {
    std::vector<std::string> known;
    for (const HeatModel& heat : data.heats) known.push_back(heat.id);
    return bad_input(
        fmt::format("no heat model is called '{}'; there are: {}", m.heat, fmt::join(known, ", ")));
  }
  HeatModel heat = *found;
  own.endurance.model = heat.id;
  RIDGELINE_TRY(hardware, data.catalog.hardware(m.hardware));
  if (hardware->tdp && !parameter_of(m, decisive(m), "power.active")) {
    heat.idle.value = heat.idle.value * (hardware->tdp->value / heat.active.value);
    heat.active.value = hardware->tdp->value;
    heat.active.provenance = hardware->tdp->provenance;
  }
  heat.id = fmt::format("{}@{}", heat.id, letters[s]);
  m.heat = heat.id;
  data.heats.push_back(heat);
  own.model = mission::heat_of(m, decisive(m), heat);
  RIDGELINE_CHECK(validate(*own.model));
  own.endurance.steady = steady_heat(*own.model);
  own.endurance.active = own.model->active.value;
  return own;
}

AccuracyGuard accuracy_of(const Mission& m, const std::vector<VersusPhase>& phases, std::size_t s) {
  AccuracyGuard guard;
  guard.precision = m.precision;
  for (const MissionThreshold& t : m.thresholds) {
    if (t.phase == decisive(m).id && t.metric == "accuracy") guard.minimum = t.limit;
  }
  for (const VersusPhase& phase : phases) {
    if (phase.id != decisive(m).id || !phase.sides[s]) continue;
    for (const MissionMetric& metric : phase.sides[s]->metrics) {
      if (metric.name == "accuracy") guard.accuracy = metric.value;
    }
  }
  return guard;
}

std::vector<Input> side_inputs(const VersusSide& side, const Point& point, const OwnHeat& heat) {
  const Mission& m = side.mission;
  std::vector<Input> inputs = point.evaluation.inputs;
  const auto add = [&inputs](std::vector<Input> more) {
    std::move(more.begin(), more.end(), std::back_inserter(inputs));
  };
  if (m.engine == MissionEngine::continuous) add(serving_inputs(point.deployment.calibration));
  if (heat.model) add(ridgeline::inputs_of(*heat.model));
  for (const auto& [name, value] : m.parameters)
    inputs.push_back({"mission." + name, fmt::format("{:g}", value.value), value.provenance});
  if (const auto curve = m.curves.find(m.training); curve != m.curves.end())
    inputs.push_back({"mission.accuracy", m.training, curve->second.provenance});
  return inputs;
}

/// What only one side used has its letter in front.
std::vector<Input> of_both(const std::vector<Input>& a, const std::vector<Input>& b) {
  std::vector<Input> inputs = of_both_sides(a, b);
  for (Input& input : inputs) {
    if (input.key.starts_with("baseline.")) input.key = "A." + input.key.substr(9);
    if (input.key.starts_with("proposal.")) input.key = "B." + input.key.substr(9);
  }
  return weakest_first(std::move(inputs));
}

Result<VersusMetric> metric_row(const VersusMetricKind& kind, const std::array<const VersusSide*, 2>& sides,
                                const std::array<const Point*, 2>& points,
                                const std::optional<SharedErrors>& shared) {
  VersusMetric row;
  row.kind = &kind;
  row.what = what_of(kind, points[0]->evaluation);
  for (std::size_t s = 0; s < 2; ++s) {
    RIDGELINE_TRY(figure, figure_of(kind, *sides[s], *points[s]));
    row.sides[s] = std::move(figure);
  }
  const auto& [a, b] = row.sides;
  if (!a.value || !b.value || !(*a.value > 0) || !(*b.value > 0)) return row;
  row.ratio = ratio_of(kind.better, *a.value, a.interval, *b.value, b.interval);
  if (shared && row.ratio->interval) {
    RIDGELINE_TRY(ratio, shared->around(*row.ratio, kind));
    row.ratio = ratio;
  }
  return row;
}

/// Those that the work has; simulated ones where they decide.
Result<std::vector<VersusMetric>> metric_rows(const VersusMetricKind& deciding,
                                              const std::array<const VersusSide*, 2>& sides,
                                              const std::array<const Point*, 2>& points) {
  std::optional<SharedErrors> shared;
  if (share_errors(points[0]->deployment, points[1]->deployment)) {
    RIDGELINE_TRY(errors, SharedErrors::make(sides, points));
    shared = std::move(errors);
  }
  std::vector<VersusMetric> rows;
  for (const VersusMetricKind& kind : versus_metrics()) {
    const bool there = points[0]->evaluation.find(kind.name) != nullptr || kind.name == "per_watt";
    if (&kind != &deciding && (kind.simulated || !there)) continue;
    RIDGELINE_TRY(row, metric_row(kind, sides, points, shared));
    rows.push_back(std::move(row));
  }
  return rows;
}

VersusVerdict judge(const VersusMetricKind& kind, const std::vector<VersusMetric>& rows) {
  VersusVerdict verdict;
  verdict.metric = &kind;
  const auto row =
      std::find_if(rows.begin(), rows.end(), [&](const VersusMetric& m) { return m.kind == &kind; });
  if (!row->ratio) {
    const std::size_t s = row->sides[0].value ? 1 : 0;
    verdict.reason = fmt::format("{} of {} is unknown: {} (--metric names another)", row->what, letters[s],
                                 row->sides[s].missing);
    return verdict;
  }
  const VersusRatio& ratio = *row->ratio;
  verdict.ratio = ratio;
  const bool b = ratio.value > 1;
  const double times = b ? ratio.value : 1 / ratio.value;
  if (ratio.value == 1) {
    verdict.outcome = VersusOutcome::equal;
    verdict.reason = fmt::format("{} is the same on both", row->what);
    return verdict;
  }
  const std::string by = fmt::format("{} is {:.3g} times as good on {}", b ? "B" : "A", times, row->what);
  if (!ratio.interval) {
    verdict.outcome = b ? VersusOutcome::b : VersusOutcome::a;
    verdict.reason = by + "; the errors of the predictions are unknown";
    return verdict;
  }
  const double low = b ? ratio.interval->first : 1 / ratio.interval->second,
               high = b ? ratio.interval->second : 1 / ratio.interval->first;
  if (low <= 1) {
    verdict.outcome = VersusOutcome::cannot_tell;
    verdict.reason = fmt::format("{}, but the 90 % interval, {:.3g} to {:.3g}, includes 1", by, low, high);
  } else {
    verdict.outcome = b ? VersusOutcome::b : VersusOutcome::a;
    verdict.reason = fmt::format("{} (90 %: {:.3g} to {:.3g})", by, low, high);
  }
  return verdict;
}

Setup setup_of(const Point& point, const Profile& pass) {
  const mission::Deployment& d = point.deployment;
  return {*d.model, *d.hardware, d.precision, pass.shape, d.calibration, pass.parallelism, {}};
}

/// Of what takes most of the time: prompts, or decode steps; else of the pass.
std::optional<Explanation> explain(const Point& a, const Point& b) {
  const bool prompts = a.prompt && b.prompt && a.prompt_share + b.prompt_share > 1;
  auto why = compare(setup_of(a, prompts ? *a.prompt : a.pass), setup_of(b, prompts ? *b.prompt : b.pass));
  return why ? std::optional(std::move(*why)) : std::nullopt;
}

std::vector<std::string> notes_of(const Versus& v, const std::array<const Point*, 2>& points,
                                  std::size_t left_out) {
  std::vector<std::string> notes;
  const std::vector<std::string>&a = points[0]->evaluation.notes, &b = points[1]->evaluation.notes;
  const auto holds = [](const std::vector<std::string>& all, const std::string& note) {
    return std::find(all.begin(), all.end(), note) != all.end();
  };
  for (const std::string& note : a) notes.push_back(holds(b, note) ? note : "A, " + note);
  for (const std::string& note : b) {
    if (!holds(a, note)) notes.push_back("B, " + note);
  }
  if (v.systems[0].precision != v.systems[1].precision) {
    notes.push_back(
        fmt::format("A computes in {} and B in {}: what that does to the answers is not known here",
                    v.systems[0].precision, v.systems[1].precision));
  }
  const bool shared = v.verdict.ratio && v.verdict.ratio->shared;
  notes.emplace_back(
      shared ? "A and B are of one architecture and predicted with the same coefficients: what is wrong with "
               "these is wrong "
               "for both, and the intervals of B over A allow for that alone"
             : "the intervals of B over A take the errors of the two predictions for independent");
  if (left_out > 0) {
    notes.push_back(
        fmt::format("{} devices of the catalog are not in the front: the mission does not fit them, or they "
                    "lack a format or a "
                    "link that it needs",
                    left_out));
  }
  return notes;
}

std::string work_of(const Mission& m, const Point& point) {
  if (point.prompt) return point.evaluation.work;
  const double batch = mission::number_of(m, decisive(m), "max_batch"),
               isl = mission::number_of(m, decisive(m), "isl");
  return fmt::format("batches of {:g}{}", batch, isl > 0 ? fmt::format(", {:g} tokens each", isl) : "");
}

Result<VersusSystem> system_of(const VersusSide& side, const Point& point, const OwnHeat& heat) {
  VersusSystem system;
  system.hardware = point.deployment.hardware->id;
  system.name = point.deployment.hardware->name;
  system.precision = side.mission.precision;
  system.devices = point.evaluation.devices;
  system.evaluation = point.evaluation;
  system.pass = point.pass;
  system.prompt = point.prompt;
  system.roofline = roofline_of(point);
  system.heat = heat.endurance;
  system.prompt_share = point.prompt_share;
  system.compute = sustained_compute(point, heat.endurance.steady);
  system.memory = sustained_memory(point);
  return system;
}

}  // namespace

Result<Versus> audit_versus(const VersusQuestion& asked, const MissionData& shipped) {
  RIDGELINE_CHECK(comparable(asked.a.mission, asked.b.mission));
  RIDGELINE_TRY(kind, metric_of(asked));
  VersusQuestion question = asked;
  MissionData data = shipped;
  const std::array<VersusSide*, 2> sides{&question.a, &question.b};
  std::array<OwnHeat, 2> heats;
  std::array<std::optional<Point>, 2> predicted;
  for (std::size_t s = 0; s < 2; ++s) {
    auto heat = own_heat(s, *sides[s], data);
    if (!heat) return of_side(s, *sides[s], heat.error());
    heats[s] = std::move(*heat);
  }
  for (std::size_t s = 0; s < 2; ++s) {
    auto point = point_of(*sides[s], data);
    if (!point) return of_side(s, *sides[s], point.error());
    predicted[s] = std::move(*point);
  }
  const std::array<const Point*, 2> points{&*predicted[0], &*predicted[1]};
  const std::array<const VersusSide*, 2> readable{sides[0], sides[1]};

  Versus v;
  const Mission& m = question.a.mission;
  v.mission = m.id;
  v.mission_name = m.name;
  v.model = points[0]->deployment.model->id;
  v.seed = m.seed;
  v.work = work_of(m, *points[0]);
  for (std::size_t s = 0; s < 2; ++s) {
    RIDGELINE_TRY(system, system_of(*sides[s], *points[s], heats[s]));
    v.systems[s] = std::move(system);
  }
  const Efficiencies efficient =
      question.skip.front ? no_efficiencies(points) : efficiencies(readable, points, data);
  if (!question.skip.scenarios) v.phases = play_phases(readable, points);
  const VersusPhase* decides = v.phases.empty() ? nullptr : &v.phases[m.phases.size() - 1];
  for (std::size_t s = 0; s < 2; ++s) {
    if (decides && decides->sides[s]) predicted[s]->played = decides->sides[s]->metrics;
    v.systems[s].efficiency = efficient.sides[s];
    v.systems[s].accuracy = accuracy_of(sides[s]->mission, v.phases, s);
  }
  RIDGELINE_TRY(rows, metric_rows(*kind, readable, points));
  v.metrics = std::move(rows);
  v.verdict = judge(*kind, v.metrics);
  if (!question.skip.break_evens) {
    RIDGELINE_TRY(turns, break_evens({*kind, question, points}, data));
    v.break_evens = std::move(turns);
  }
  v.why = explain(*points[0], *points[1]);
  v.notes = notes_of(v, points, efficient.left_out);
  v.inputs =
      of_both(side_inputs(*sides[0], *points[0], heats[0]), side_inputs(*sides[1], *points[1], heats[1]));
  return v;
}

}  // namespace ridgeline
