// Quantiles of the replicas of a block bootstrap against the plain loop: copy the blocks, select. Both are of
// the same replicas, and must agree.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "base/random.h"
#include "queue.h"
#include "stats/block_bootstrap.h"
#include "stats/quantile.h"
#include "stats/resampled.h"

namespace {

using ridgeline::bench::seconds_of;
using namespace ridgeline::stats;

constexpr int replicas = 400;
const std::vector<double> levels{0.5, 0.9, 0.99};

double by_counts(const std::vector<Weighted>& series, const BlockPlan& plan) {
  const ResampledQuantiles quantiles(series, plan.units, levels);
  BlockDraws draws(plan, 1, "bench");
  std::vector<double> found(levels.size());
  double sum = 0;
  for (int i = 0; i < replicas; ++i) {
    quantiles.at(draws.next(), found);
    for (const double q : found) sum += q;
  }
  return sum;
}

double by_hand(const std::vector<Weighted>& series, const BlockPlan& plan) {
  BlockDraws draws(plan, 1, "bench");
  std::vector<double> replica;
  double sum = 0;
  for (int i = 0; i < replicas; ++i) {
    const auto times = draws.next();
    replica.clear();
    for (const Weighted& w : series)
      replica.insert(replica.end(), static_cast<std::size_t>(times[w.unit]), w.value);
    for (const double level : levels) {
      const auto at = replica.begin() + static_cast<std::ptrdiff_t>(nearest_rank(replica.size(), level));
      std::nth_element(replica.begin(), at, replica.end());
      sum += *at;
    }
  }
  return sum;
}

void replica_quantiles(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  const BlockPlan plan = plan_blocks(n, 300);
  ridgeline::RandomStream stream(1, "bench");
  std::vector<Weighted> series;
  for (std::size_t i = 0; i < n; ++i) series.push_back({stream.exponential(), 1, plan.unit_of(i)});
  double ours = std::numeric_limits<double>::infinity(), hand = ours;
  for (auto _ : state) {
    double a = 0, b = 0;
    ours = std::min(ours, seconds_of([&] { return by_counts(series, plan); }, a));
    hand = std::min(hand, seconds_of([&] { return by_hand(series, plan); }, b));
    if (a != b) state.SkipWithError("the two disagree on the quantiles");
  }
  state.counters["ours_us_per_replica"] = ours / replicas * 1e6;
  state.counters["hand_us_per_replica"] = hand / replicas * 1e6;
  state.counters["ratio"] = hand / ours;
}
BENCHMARK(replica_quantiles)->ArgName("queries")->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

}  // namespace
