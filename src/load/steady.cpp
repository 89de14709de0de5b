#include "load/steady.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "ridgeline/digest.h"
#include "stats/autocorrelation.h"
#include "stats/moments.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

constexpr double quantiles[] = {0.5, 0.9};
constexpr int comparisons = 4;

/// Latencies of a part of a run.
struct Part {
  double samples = 0, above = 0, effective = 0;
  double share() const { return above / samples; }
  /// Samples for each effective one; absent where all are alike, which tells nothing of their dependence.
  std::optional<double> inflation() const {
    if (above == 0 || above == samples || effective <= 0) return std::nullopt;
    return samples / effective;
  }
};

/// A change within a part looks like dependence, and would hide itself. In one state both parts depend alike:
/// the later one counts where it is much the longer, and else the one that shows less.
double shared_inflation(const Part& a, const Part& b) {
  const auto first = a.inflation(), second = b.inflation();
  if (first && second) return b.samples > 2 * a.samples ? *second : std::min(*first, *second);
  return second ? *second : first.value_or(1);
}

std::optional<PartDifference> compare(const Part& a, const Part& b) {
  const double whole = (a.above + b.above) / (a.samples + b.samples);
  const double rarer = std::min(whole, 1 - whole), inflation = shared_inflation(a, b);
  const double n_a = a.samples / inflation, n_b = b.samples / inflation;
  if (std::min(n_a, n_b) * rarer < stats::least_effective_beyond) return std::nullopt;
  PartDifference d;
  d.first_share = a.share();
  d.second_share = b.share();
  d.z = (d.first_share - d.second_share) / std::sqrt(whole * (1 - whole) * (1 / n_a + 1 / n_b));
  d.shown = std::fabs(d.z) > stats::normal_quantile(1 - steady_false_alarms / comparisons / 2);
  return d;
}

Part part_of(std::span<const double> latencies, double threshold) {
  Part part;
  part.samples = static_cast<double>(latencies.size());
  part.above = static_cast<double>(
      std::count_if(latencies.begin(), latencies.end(), [&](double x) { return x > threshold; }));
  part.effective = stats::effective_size(latencies, threshold);
  return part;
}

Part part_of(std::span<const RunStretch> stretches, Nanoseconds threshold) {
  std::vector<stats::Exceedances> counts;
  Part part;
  for (const RunStretch& s : stretches) {
    counts.push_back(
        {static_cast<double>(s.latency.count()), static_cast<double>(s.latency.count_above(threshold))});
    part.samples += counts.back().samples;
    part.above += counts.back().above;
  }
  part.effective = stats::effective_size(counts);
  return part;
}

SteadyState judge(const std::vector<QueryRecord>& queries) {
  SteadyState result;
  std::vector<double> latencies;
  for (const QueryRecord& q : queries) latencies.push_back(static_cast<double>(q.latency().count()));
  std::vector<double> sorted = latencies;
  std::sort(sorted.begin(), sorted.end());
  const std::span<const double> all(latencies);
  const auto add = [&](std::size_t cut, double p, const char* first, const char* second) {
    const double threshold = sorted[stats::nearest_rank(sorted.size(), p)];
    auto d = compare(part_of(all.first(cut), threshold), part_of(all.subspan(cut), threshold));
    if (!d) return;
    d->first = first;
    d->second = second;
    d->quantile = p;
    result.compared.push_back(*std::move(d));
  };
  for (const double p : quantiles) add(all.size() / 2, p, "the first half", "the second");
  for (const double p : quantiles) add(all.size() / 10, p, "the first tenth", "the rest");
  return result;
}

SteadyState judge(const RunDigest& digest) {
  SteadyState result;
  const std::span<const RunStretch> all(digest.stretches);
  const LatencyHistogram& whole = digest.latency.times;
  for (const double p : quantiles) {
    const auto threshold = whole.quantile(p);
    if (!threshold || all.size() < 4) continue;
    const std::size_t cut = all.size() / 2;
    auto d = compare(part_of(all.first(cut), *threshold), part_of(all.subspan(cut), *threshold));
    if (!d) continue;
    d->first = "the first half";
    d->second = "the second";
    d->quantile = p;
    result.compared.push_back(*std::move(d));
  }
  return result;
}

}  // namespace

bool SteadyState::changed() const {
  return std::any_of(compared.begin(), compared.end(), [](const PartDifference& d) { return d.shown; });
}

std::optional<SteadyState> judge_steady(const Run& run) {
  if (run.origin != RunOrigin::measured || run.interrupted) return std::nullopt;
  if (run.scenario.kind == ScenarioKind::offline) return std::nullopt;
  if (run.digest) return judge(*run.digest);
  if (run.queries.empty()) return std::nullopt;
  return judge(run.queries);
}

std::string describe(const SteadyState& state) {
  if (state.compared.empty()) return "steady state: too few latencies, or too dependent ones, to tell";
  const auto strongest = std::max_element(
      state.compared.begin(), state.compared.end(),
      [](const PartDifference& a, const PartDifference& b) { return std::fabs(a.z) < std::fabs(b.z); });
  if (!state.changed()) {
    return fmt::format("steady state: latency shows no change within the run ({:g} % false alarms)",
                       100 * steady_false_alarms);
  }
  return fmt::format(
      "not in a steady state: {:.3g} % of the latencies in {} are above the run's P{:g}, and {:.3g} % in {} "
      "({:.1f} standard errors; {:g} % false alarms)",
      100 * strongest->first_share, strongest->first, 100 * strongest->quantile,
      100 * strongest->second_share, strongest->second, std::fabs(strongest->z), 100 * steady_false_alarms);
}

}  // namespace ridgeline::load
