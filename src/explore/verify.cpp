#include "explore/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "ridgeline/continuous.h"

namespace ridgeline::studies {
namespace {

/// Of a run, left out of its figures: users that all start at once are not in the steady state.
constexpr double warm_up = 0.2;
/// Where the study gives no duration: so many requests one after the other.
constexpr double requests_deep = 10;
/// A simulated objective further from the prediction than this is a disagreement.
constexpr double tolerance = 0.15;

struct Simulated {
  Run run;
  double duration = 0;
};

Result<Simulated> simulate_point(const Study& study, const Digits& digits, const Raw& raw,
                                 std::uint32_t chunk) {
  const StudyVerification& v = *study.verify;
  const Point at = point_at(study, digits);
  RIDGELINE_TRY(hardware, hardware_at(study, digits));
  RIDGELINE_TRY(changed, model_at(study, digits));
  const Model& model = changed ? *changed : study.model;
  const ServingPoint point = serving_point(model, at);
  ContinuousOptions options;
  options.precision = point.precision;
  options.worker = point.worker;
  options.prefill = point.prefill;
  options.memory_fraction = point.memory_fraction;
  options.lengths = {point.isl, point.osl};
  options.longest = point.isl + point.isl / 2 + point.osl + point.osl / 2;
  const double users = std::ceil(point.concurrency / point.worker.replicas);
  options.limits.max_sequences = static_cast<std::uint32_t>(point.max_batch > 0 ? point.max_batch : users);
  if (v.scenario != ScenarioKind::closed_loop && point.max_batch <= 0) options.limits.max_sequences = 1024;
  if (chunk > 0 && chunk < options.limits.max_sequences) {
    return bad_input(
        fmt::format("a chunk of {} tokens is smaller than the {} sequences that one pass decodes", chunk,
                    options.limits.max_sequences));
  }
  options.limits.token_budget = chunk > 0 ? chunk : std::max(2048U, options.limits.max_sequences);
  const Calibration& calibration = study.devices[at.device].calibration;
  RIDGELINE_TRY(system, make_continuous_system(model, hardware, options, calibration));
  system.router = Router::least_outstanding;
  system.windows = 0;
  system.seed = v.seed;

  Simulated simulated;
  simulated.duration = v.duration.value() > 0
                           ? v.duration.value()
                           : std::max(30.0, requests_deep * (raw.ttft + (raw.osl - 1) * raw.tpot));
  Scenario scenario = Scenario::mlperf(v.scenario);
  scenario.min_duration = to_nanoseconds(Seconds(simulated.duration));
  scenario.seed = v.seed;
  scenario.min_queries = 1;
  if (v.scenario == ScenarioKind::server) {
    scenario.target_qps = v.qps.value_or(v.load * raw.requests);
    scenario.target_latency = scenario.min_duration;
  } else {
    scenario.users = static_cast<std::uint32_t>(std::max(1.0, std::round(point.concurrency)));
  }
  // By half of the mean each way: users who ask for equal lengths stay in step, and all their prompts come at
  // once, which the prediction does not assume.
  scenario.lengths.kind = TokenLengthDistribution::Kind::uniform;
  scenario.lengths.low = {std::max(1U, point.isl - point.isl / 2), std::max(1U, point.osl - point.osl / 2)};
  scenario.lengths.high = {point.isl + point.isl / 2, point.osl + point.osl / 2};
  RIDGELINE_TRY(schedule, make_schedule(scenario));
  RIDGELINE_TRY(run, simulate_continuous(schedule, system));
  simulated.run = std::move(run);
  return simulated;
}

/// Nearest rank; absent where the sample has nothing beyond it.
std::optional<double> p99(std::vector<double> values) {
  if (static_cast<double>(values.size()) * 0.01 < 1) return std::nullopt;
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(values.size()) * 0.99);
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

/// From the requests that ended between the warm-up and the end of the arrivals.
void measure(const Study& study, const Simulated& simulated, const Raw& predicted, VerifiedPoint& point) {
  const StudyVerification& v = *study.verify;
  const double from = warm_up * simulated.duration;
  std::vector<double> first, each;
  std::size_t good = 0;
  double tokens = 0;
  for (const QueryRecord& q : simulated.run.queries) {
    const double completed = to_seconds(q.completed).value();
    if (completed < from || completed > simulated.duration || !q.first_token || q.tokens < 2) continue;
    const double ttft = to_seconds(*q.first_token - q.scheduled).value();
    const double tpot = to_seconds(q.completed - *q.first_token).value() / (q.tokens - 1.0);
    first.push_back(ttft);
    each.push_back(tpot);
    tokens += q.tokens;
    good +=
        (!v.ttft_limit || ttft <= v.ttft_limit->value()) && (!v.tpot_limit || tpot <= v.tpot_limit->value());
  }
  point.requests = first.size();
  if (first.empty()) {
    point.error = "no request ended in the simulated time after the warm-up; give a longer duration";
    return;
  }
  const double span = simulated.duration - from, n = static_cast<double>(first.size());
  Raw raw = predicted;
  raw.ttft = mean(first);
  raw.tpot = mean(each);
  raw.requests = n / span;
  raw.osl = tokens / n;
  const Values values = values_of(study.kind, raw);
  point.metrics = known(study.kind, values);
  point.ttft_p99 = p99(first);
  point.tpot_p99 = p99(each);
  point.attainment = static_cast<double>(good) / n;
  point.goodput = static_cast<double>(good) / span;
  point.meets_slo = point.attainment >= 0.99;
  point.keeps_constraints = standing_of(study, values).keeps_all();
}

double key_of(const Study& study, const VerifiedPoint& p) {
  const StudyObjective& o = study.objectives.front();
  const double value = *p.metrics[o.metric];
  return o.direction == Direction::minimise ? value : -value;
}

/// Points that meet the SLO, keep to the constraints and could be simulated come first.
std::tuple<bool, bool, bool> class_of(const VerifiedPoint& p) {
  return {!p.error.empty(), !p.meets_slo, !p.keeps_constraints};
}

void rank(const Study& study, std::vector<VerifiedPoint>& points) {
  std::sort(points.begin(), points.end(), [&](const VerifiedPoint& a, const VerifiedPoint& b) {
    if (class_of(a) != class_of(b)) return class_of(a) < class_of(b);
    if (a.error.empty() && key_of(study, a) != key_of(study, b)) return key_of(study, a) < key_of(study, b);
    return a.front != b.front ? a.front < b.front : a.chunk < b.chunk;
  });
  Archive archive(study.objectives.size());
  const auto keys = [&](const VerifiedPoint& p) {
    Values values;
    values.fill(unknown);
    for (std::size_t i = 0; i < p.metrics.size(); ++i) values[i] = p.metrics[i].value_or(unknown);
    std::uint32_t missing = 0;
    return keys_of(study, values, missing);
  };
  const auto counts = [](const VerifiedPoint& p) { return class_of(p) == std::tuple(false, false, false); };
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i].rank = i + 1;
    if (counts(points[i])) archive.add({i, 0, keys(points[i])});
  }
  for (VerifiedPoint& p : points) {
    p.on_front = counts(p) && std::any_of(archive.members().begin(), archive.members().end(),
                                          [&](const Member& m) { return m.keys == keys(p); });
  }
}

std::string disagreement_of(const Study& study, const StudyPoint& predicted, const VerifiedPoint& p) {
  if (!p.error.empty()) return p.error;
  if (!p.meets_slo)
    return fmt::format("{:.1f} % of requests within the SLO, 99 % are asked for", 100 * p.attainment);
  if (!p.keeps_constraints) return "simulated, it breaks a constraint that it keeps as predicted";
  if (!p.on_front) return "simulated, another point of the front is better in every objective";
  if (study.verify->scenario != ScenarioKind::closed_loop) return "";
  const auto metrics = study_metrics(study.kind);
  for (const StudyObjective& o : study.objectives) {
    const double was = predicted.metrics[o.metric].value_or(0), is = p.metrics[o.metric].value_or(0);
    if (was != 0 && std::abs(is / was - 1) > tolerance)
      return fmt::format("{} is {:+.0f} % from predicted", metrics[o.metric].name, 100 * (is / was - 1));
  }
  // The prediction ranks points, not chunks.
  if (p.chunk == 0 && p.rank != p.predicted_rank)
    return fmt::format("rank {} and not {}", p.rank, p.predicted_rank);
  return "";
}

}  // namespace

std::size_t verifications(const Study& study, std::size_t front) {
  return std::min(front, study.verify->points) * std::max<std::size_t>(1, study.verify->chunks.size());
}

Result<std::vector<VerifiedPoint>> verify(const Study& study, const std::vector<StudyPoint>& front,
                                          const ExploreOptions& options) {
  std::vector<VerifiedPoint> points;
  Evaluator evaluator(study);
  const std::vector<std::uint32_t> given = study.verify->chunks,
                                   chunks = given.empty() ? std::vector<std::uint32_t>{0} : given;
  const std::size_t n = verifications(study, front.size());
  for (std::size_t i = 0; i < n; ++i) {
    if (options.stop != nullptr && *options.stop) break;
    VerifiedPoint point;
    point.front = i / chunks.size();
    point.chunk = chunks[i % chunks.size()];
    point.predicted_rank = point.front + 1;
    const Digits digits = digits_of(study, front[point.front].index);
    const Raw raw = evaluator.evaluate(digits).raw;
    const auto simulated = simulate_point(study, digits, raw, point.chunk);
    if (simulated) {
      measure(study, *simulated, raw, point);
    } else {
      point.error = simulated.error().message;
    }
    points.push_back(std::move(point));
    if (options.progress) options.progress({i + 1, n, "simulating"});
  }
  rank(study, points);
  for (VerifiedPoint& p : points) p.disagreement = disagreement_of(study, front[p.front], p);
  return points;
}

}  // namespace ridgeline::studies
