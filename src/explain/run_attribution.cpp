#include "explain/run_attribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "ridgeline/digest.h"

namespace ridgeline::explain {
namespace {

constexpr std::array<std::string_view, 6> part_names{"queueing", "batching",     "prefill",
                                                     "decode",   "interference", "throttling"};
using Means = std::array<double, 6>;  ///< seconds a query

double sum(const Means& means) {
  double all = 0;
  for (const double mean : means) all += mean;
  return all;
}

std::optional<Means> means_of(const RunDigest& digest) {
  Means means{};
  double queries = 0;
  for (const PhaseSums& sums : digest.phases) {
    queries += static_cast<double>(sums.queries);
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += sums.seconds[i];
  }
  const auto mean = digest.latency.times.mean();
  if (queries == 0 || !mean) return std::nullopt;
  for (double& m : means) m /= queries;
  if (std::abs(sum(means) - mean->value()) > 1e-9 * mean->value()) return std::nullopt;
  return means;
}

std::optional<Means> means_of(const Run& run) {
  if (run.scenario.kind == ScenarioKind::offline) return std::nullopt;
  if (run.digest) return means_of(*run.digest);
  if (run.queries.empty() || run.phases.size() != run.queries.size()) return std::nullopt;
  // In whole nanoseconds, which lose nothing.
  std::array<Nanoseconds, 6> totals{};
  for (std::size_t i = 0; i < run.queries.size(); ++i) {
    const Phases& p = run.phases[i];
    if (p.total() != run.queries[i].latency()) return std::nullopt;
    const std::array parts{p.queueing, p.batching, p.prefill, p.decode, p.interference, p.throttling};
    for (std::size_t k = 0; k < parts.size(); ++k) totals[k] += parts[k];
  }
  Means means{};
  for (std::size_t k = 0; k < means.size(); ++k)
    means[k] = to_seconds(totals[k]).value() / static_cast<double>(run.queries.size());
  return means;
}

}  // namespace

std::vector<PhaseDifference> phase_differences(const Run& a, const Run& b) {
  const auto in_a = means_of(a), in_b = means_of(b);
  std::vector<PhaseDifference> parts;
  if (!in_a || !in_b) return parts;
  for (std::size_t i = 0; i < part_names.size(); ++i) {
    const double greater = std::max((*in_a)[i], (*in_b)[i]), difference = (*in_b)[i] - (*in_a)[i];
    if (greater == 0) continue;
    // Less is the rounding of two equal means.
    const bool nothing = std::abs(difference) < 1e-12 * greater;
    parts.push_back({part_names[i], Seconds(nothing ? 0 : difference)});
  }
  return parts;
}

}  // namespace ridgeline::explain
