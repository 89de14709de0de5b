#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mission/metrics.h"
#include "mission/play.h"
#include "mission/replay.h"

namespace ridgeline {
namespace {

std::optional<double> accuracy_of(const Mission& m, const MissionPhase& phase) {
  const auto found = m.curves.find(m.training);
  if (found == m.curves.end()) return std::nullopt;
  const auto& points = found->second.points;
  const double snr = mission::number_of(m, phase, "snr");
  if (snr <= points.front().first) return points.front().second;
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (snr > points[i].first) continue;
    const double along = (snr - points[i - 1].first) / (points[i].first - points[i - 1].first);
    return points[i - 1].second + along * (points[i].second - points[i - 1].second);
  }
  return points.back().second;
}

/// Chooses first what the phase leaves open.
Result<mission::Played> play_complete(const Mission& m, MissionPhase& phase, const mission::Deployment& d) {
  if (phase.completes) {
    RIDGELINE_TRY(rate, mission::saturated_rate(m, phase, d));
    mission::complete(m, phase, rate);
  }
  return mission::play(m, phase, d);
}

ThresholdReport judge(const MissionThreshold& threshold, const std::vector<PhaseReport>& phases) {
  ThresholdReport report;
  report.threshold = threshold;
  for (const PhaseReport& phase : phases) {
    if (phase.id != threshold.phase) continue;
    for (const MissionMetric& metric : phase.metrics) {
      if (metric.name == threshold.metric) report.value = metric.value;
    }
  }
  report.holds = report.value && (threshold.kind == MissionLimit::at_most ? *report.value <= threshold.limit
                                                                          : *report.value >= threshold.limit);
  return report;
}

}  // namespace

bool MissionReport::holds() const {
  return std::all_of(thresholds.begin(), thresholds.end(),
                     [](const ThresholdReport& threshold) { return threshold.holds; });
}

Result<PhaseReport> mission::run_phase(const Mission& m, MissionPhase& phase, const Deployment& d) {
  auto played = play_complete(m, phase, d);
  if (!played) {
    Error error = played.error();
    error.message = fmt::format("{}, phase {}: {}", m.id, phase.id, error.message);
    return error;
  }
  PhaseReport report;
  report.id = phase.id;
  report.story = phase.story;
  report.run = std::move(played->run);
  report.summary = summarize(report.run);
  MetricInputs inputs;
  inputs.accuracy = accuracy_of(m, phase);
  inputs.saturated = played->saturated;
  report.metrics = measure(report.run, report.summary, inputs);
  return report;
}

Result<MissionReport> run(const Mission& m, const MissionData& data) {
  RIDGELINE_TRY(deployment, mission::deploy(m, data));
  MissionReport report;
  report.mission = m;
  for (MissionPhase& phase : report.mission.phases) {
    RIDGELINE_TRY(phase_report, mission::run_phase(m, phase, deployment));
    report.phases.push_back(std::move(phase_report));
  }
  for (const MissionThreshold& threshold : m.thresholds)
    report.thresholds.push_back(judge(threshold, report.phases));
  return report;
}

}  // namespace ridgeline
