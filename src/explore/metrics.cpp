#include "explore/metrics.h"

#include <algorithm>
#include <cmath>

namespace ridgeline {
namespace {

using enum CriterionUnit;

constexpr StudyMetric of_serving[] = {
    {"ttft", "mean time to the first token", seconds},
    {"tpot", "mean time per output token", seconds},
    {"latency", "mean time of a request", seconds},
    {"requests", "requests a second", per_second},
    {"tokens", "output tokens a second", per_second},
    {"tokens_per_device", "output tokens a second and device", per_second},
    {"tokens_per_user", "output tokens a second and user", per_second},
    {"step", "time of one decode step, without prompts", seconds},
    {"memory", "of the fullest device", bytes},
    {"devices", "of all replicas", count},
    {"power", "TDP of all devices", watts},
    {"energy_per_token", "per output token, at TDP", joules},
    {"cost_per_hour", "of all devices", dollars},
    {"cost_per_mtok", "per million output tokens", dollars},
};
constexpr StudyMetric of_step[] = {
    {"latency", "time of the pass", seconds},
    {"throughput", "samples a second (decode: tokens)", per_second},
    {"throughput_per_device", "samples a second and device", per_second},
    {"mfu", "share of the peak FLOP/s", share},
    {"memory", "of the fullest device", bytes},
    {"devices", "of all replicas", count},
    {"power", "TDP of all devices", watts},
    {"energy_per_sample", "at TDP", joules},
    {"cost_per_hour", "of all devices", dollars},
    {"cost_per_msample", "per million samples", dollars},
};
static_assert(std::size(of_serving) <= most_study_metrics && std::size(of_step) <= most_study_metrics);

std::vector<CriterionMetric> names_of(StudyKind kind) {
  std::vector<CriterionMetric> names;
  for (const StudyMetric& m : study_metrics(kind)) names.push_back({m.name, m.unit});
  return names;
}

}  // namespace

std::span<const StudyMetric> study_metrics(StudyKind kind) {
  if (kind == StudyKind::serving) return of_serving;
  return of_step;
}

CriterionVocabulary study_vocabulary(StudyKind kind) {
  static const std::vector<CriterionMetric> serving = names_of(StudyKind::serving),
                                            step = names_of(StudyKind::step);
  if (kind == StudyKind::serving) return {"a study of serving", serving};
  return {"a study of passes", step};
}

namespace studies {

double request_rate(double concurrency, double osl, double ttft, double tpot) {
  return concurrency / (ttft + (osl - 1) * tpot);
}

Values values_of(StudyKind kind, const Raw& raw) {
  Values v;
  v.fill(unknown);
  const double power = raw.tdp * raw.devices, hourly = raw.price_per_hour * raw.devices;
  constexpr double million_by_hour = 1e6 / 3600;
  std::size_t i = 0;
  const auto add = [&](double value) { v[i++] = value; };
  if (kind == StudyKind::serving) {
    const double tokens = raw.requests * raw.osl;
    add(raw.ttft);
    add(raw.tpot);
    add(raw.ttft + (raw.osl - 1) * raw.tpot);
    add(raw.requests);
    add(tokens);
    add(tokens / raw.devices);
    add(1 / raw.tpot);
    add(raw.step);
    add(raw.memory);
    add(raw.devices);
    add(power);
    add(power / tokens);
    add(hourly);
    add(hourly / tokens * million_by_hour);
    return v;
  }
  const double throughput = raw.samples / raw.step;
  add(raw.step);
  add(throughput);
  add(throughput / raw.devices);
  add(raw.mfu);
  add(raw.memory);
  add(raw.devices);
  add(power);
  add(power / throughput);
  add(hourly);
  add(hourly / throughput * million_by_hour);
  return v;
}

Raw stretched(StudyKind kind, const Raw& raw, double times, double first_token) {
  Raw other = raw;
  other.step *= times;
  other.mfu /= times;
  if (kind == StudyKind::step) return other;
  other.tpot *= times;
  other.ttft *= first_token;
  other.requests = request_rate(raw.concurrency, raw.osl, other.ttft, other.tpot);
  return other;
}

std::vector<std::optional<double>> known(StudyKind kind, const Values& values) {
  std::vector<std::optional<double>> result(study_metrics(kind).size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (std::isfinite(values[i])) result[i] = values[i];
  }
  return result;
}

std::size_t find_metric(StudyKind kind, std::string_view name) {
  const auto metrics = study_metrics(kind);
  return static_cast<std::size_t>(
      std::find_if(metrics.begin(), metrics.end(), [&](const StudyMetric& m) { return m.name == name; }) -
      metrics.begin());
}

}  // namespace studies
}  // namespace ridgeline
