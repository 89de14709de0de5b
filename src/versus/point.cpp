#include "versus/point.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/portable_math.h"
#include "base/text.h"
#include "engine/interval_90.h"
#include "mission/metrics.h"

namespace ridgeline::versus {
namespace {

Status fits(const Profile& pass) {
  const Footprint& memory = pass.footprint;
  if (memory.fits()) return Status::success();
  return infeasible(fmt::format("{} does not fit: {} are needed on each device, {} more than its {}",
                                pass.model, show(memory.total()), show(memory.missing()),
                                show(memory.capacity)));
}

ServingPoint serving_point(const Mission& m, const mission::Deployment& d) {
  const MissionPhase& phase = decisive(m);
  ServingPoint point;
  point.isl = mission::count_of(m, phase, "isl");
  point.osl = mission::count_of(m, phase, "osl");
  point.precision = d.precision;
  point.worker.parallelism.tensor = mission::count_of(m, phase, "tensor");
  point.worker.replicas = mission::count_of(m, phase, "replicas");
  point.max_batch = mission::number_of(m, phase, "max_batch");
  point.concurrency = point.max_batch * point.worker.replicas;
  return point;
}

Result<Work> serve(const Mission& m, const mission::Deployment& d) {
  Work work;
  work.point = serving_point(m, d);
  RIDGELINE_TRY(prediction, predict_serving(*d.model, *d.hardware, *work.point, d.calibration));
  work.serving = std::move(prediction);
  return work;
}

Result<Work> pass(const Mission& m, const mission::Deployment& d) {
  const MissionPhase& phase = decisive(m);
  const std::uint32_t batch = mission::count_of(m, phase, "max_batch"),
                      isl = mission::count_of(m, phase, "isl");
  if (generates(*d.model)) {
    return bad_input(fmt::format(
        "{} generates, and mission {} runs it in whole batches; engine: continuous can be audited",
        d.model->id, m.id));
  }
  const StepShape shape = isl > 0 ? StepShape::prefill(batch, isl) : StepShape::samples(batch);
  RIDGELINE_TRY(profile, predict(*d.model, *d.hardware, d.precision, shape, d.calibration));
  RIDGELINE_CHECK(fits(profile));
  Work work;
  work.pass = std::move(profile);
  return work;
}

std::optional<double> metric_in(std::string_view metric, const std::vector<MissionMetric>& measured) {
  std::optional<double> value, rate, power;
  for (const MissionMetric& found : measured) {
    if (found.name == metric) value = found.value;
    if (found.name == "rate.sustained") rate = found.value;
    if (found.name == "power.mean") power = found.value;
  }
  if (metric == "sustained_per_watt" && rate && power && *power > 0) value = *rate / *power;
  return value;
}

std::string why_missing(const VersusMetricKind& kind, const Mission& m) {
  const bool of_heat = kind.name == "power.mean" || kind.name == "sustained_per_watt";
  if (of_heat && m.heat.empty()) return "no heat model, which has the power (--set heat=...)";
  return fmt::format("the run of phase {} is too short for it, or its model has none", decisive(m).id);
}

/// Simulated again where every time is as long, and as short, as the prediction's interval has it.
Result<VersusFigure> simulated_figure(const VersusMetricKind& kind, const VersusSide& side,
                                      const Point& point) {
  const mission::Deployment& d = point.deployment;
  RIDGELINE_TRY(value, value_of(kind, side, point));
  VersusFigure figure;
  figure.value = value;
  if (!value) {
    figure.missing = why_missing(kind, side.mission);
    return figure;
  }
  const double spread = kind.name == "ttft.p99" ? d.calibration.first_token_spread : d.calibration.spread;
  if (spread <= 0) return figure;
  const double factor = portable_exp(engine::two_sided_90 * spread);
  std::pair<double, double> interval{*value, *value};
  for (const double f : {1 / factor, factor}) {
    const SlowedDevice device = slowed(*d.hardware, d.calibration, Slowdown::all(f));
    RIDGELINE_TRY(end, simulated(kind, side.mission, d.on(device.hardware, device.calibration)));
    if (!end.value) return figure;
    interval = {std::min(interval.first, *end.value), std::max(interval.second, *end.value)};
  }
  figure.interval = interval;
  return figure;
}

VersusFigure named_figure(std::string_view name, const Evaluation& e) {
  VersusFigure figure;
  const EvaluationMetric* m = e.find(name);
  if (m == nullptr) {
    figure.missing =
        fmt::format("{} has none", e.query == "request" ? "a serving point" : "a pass of this model");
    return figure;
  }
  figure.value = m->value;
  figure.interval = m->interval;
  figure.upper_bound = m->upper_bound;
  const std::string prefix = m->what + " is unknown: ";
  if (!m->value) figure.missing = m->reason.starts_with(prefix) ? m->reason.substr(prefix.size()) : m->reason;
  return figure;
}

}  // namespace

SlowedDevice slowed(const Hardware& hardware, const Calibration& calibration, const Slowdown& slow) {
  SlowedDevice result{hardware, calibration};
  Hardware& h = result.hardware;
  for (auto& [format, peak] : h.peak) peak.value = peak.value / slow.compute;
  h.memory.bandwidth->value = h.memory.bandwidth->value / slow.memory;
  for (MemoryLevel& cache : h.caches) {
    if (cache.bandwidth) cache.bandwidth->value = cache.bandwidth->value / slow.memory;
  }
  for (Link& link : h.links) {
    link.bandwidth.value = link.bandwidth.value / slow.network;
    if (link.latency) link.latency->value = link.latency->value * slow.network;
  }
  Calibration& c = result.calibration;
  for (Seconds* time : {&c.hop, &c.remote_hop}) *time = *time * slow.network;
  for (Seconds* time :
       {&c.launch, &c.per_layer, &c.per_expert_layer, &c.per_step, &c.per_sequence, &c.serving.per_prompt,
        &c.serving.per_request, &c.serving.per_user, &c.serving.handover})
    *time = *time * slow.overhead;
  return result;
}

Result<Work> work_of(const Mission& m, const mission::Deployment& d) {
  return m.engine == MissionEngine::continuous ? serve(m, d) : pass(m, d);
}

Result<Evaluation> evaluation_of(const Work& work, const mission::Deployment& d, const Economics& economics) {
  if (work.point) return evaluate(*work.point, *work.serving, *d.hardware, {{}, economics});
  return evaluate(work.pass, *d.hardware, {{}, economics});
}

Result<Point> point_with(const VersusSide& side, const mission::Deployment& d) {
  RIDGELINE_TRY(work, work_of(side.mission, d));
  RIDGELINE_TRY(evaluation, evaluation_of(work, d, side.economics));
  Point result;
  result.deployment = d;
  result.evaluation = std::move(evaluation);
  if (!work.point) {
    result.pass = std::move(work.pass);
    return result;
  }
  RIDGELINE_TRY(prompt, predict(*d.model, *d.hardware, d.precision, StepShape::prefill(1, work.point->isl),
                                d.calibration, work.point->worker.parallelism));
  result.pass = std::move(work.serving->decode);
  result.prompt = std::move(prompt);
  result.prompt_share = work.serving->prompt_share;
  return result;
}

Result<Point> point_of(const VersusSide& side, const MissionData& data) {
  RIDGELINE_TRY(deployment, mission::deploy(side.mission, data));
  return point_with(side, deployment);
}

std::string what_of(const VersusMetricKind& kind, const Evaluation& e) {
  if (const EvaluationMetric* m = e.find(kind.name)) return m->what;
  if (kind.name == "per_watt") return fmt::format("{}s a second and watt", e.query);
  return std::string(kind.meaning);
}

Result<VersusFigure> figure_of(const VersusMetricKind& kind, const VersusSide& side, const Point& point) {
  if (kind.simulated) return simulated_figure(kind, side, point);
  return evaluated_figure(kind, point.evaluation);
}

VersusFigure evaluated_figure(const VersusMetricKind& kind, const Evaluation& evaluation) {
  if (kind.name != "per_watt") return named_figure(kind.name, evaluation);
  VersusFigure figure = named_figure("energy_per_query", evaluation);
  if (figure.value) figure.value = 1 / *figure.value;
  if (figure.interval) figure.interval = {1 / figure.interval->second, 1 / figure.interval->first};
  figure.upper_bound = false;
  return figure;
}

Result<std::optional<double>> value_of(const VersusMetricKind& kind, const VersusSide& side,
                                       const Point& point) {
  if (!kind.simulated) return evaluated_figure(kind, point.evaluation).value;
  if (!point.played.empty()) return metric_in(kind.name, point.played);
  RIDGELINE_TRY(found, simulated(kind, side.mission, point.deployment));
  return found.value;
}

Result<Simulated> simulated(const VersusMetricKind& kind, const Mission& m, const mission::Deployment& d) {
  RIDGELINE_TRY(played, mission::play(m, decisive(m), d));
  const auto measured = mission::measure(played.run, summarize(played.run), {});
  return Simulated{metric_in(kind.name, measured), played.largest_batch};
}

}  // namespace ridgeline::versus
