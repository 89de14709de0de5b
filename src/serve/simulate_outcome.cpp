// What a run's records say about where its time went.

#include <algorithm>
#include <numeric>

#include "ridgeline/digest.h"
#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

Seconds mean_of(const Run& run, const std::vector<std::size_t>& queries, Nanoseconds Phases::* phase) {
  double sum = 0;
  for (const std::size_t i : queries) sum += to_seconds(run.phases[i].*phase).value();
  return Seconds(sum / static_cast<double>(queries.size()));
}

LatencySplit split(const Run& run, const std::vector<std::size_t>& queries) {
  LatencySplit split;
  split.queries = queries.size();
  split.queueing = mean_of(run, queries, &Phases::queueing);
  split.batching = mean_of(run, queries, &Phases::batching);
  split.prefill = mean_of(run, queries, &Phases::prefill);
  split.decode = mean_of(run, queries, &Phases::decode);
  split.interference = mean_of(run, queries, &Phases::interference);
  split.throttling = mean_of(run, queries, &Phases::throttling);
  return split;
}

std::uint64_t slowest_hundredth(std::uint64_t queries) { return std::max<std::uint64_t>(queries / 100, 1); }

/// Of the `most` slowest; of a bucket that they share with others, its mean.
LatencySplit split(const RunDigest& digest, std::uint64_t most) {
  std::array<double, 6> sums{};
  double left = static_cast<double>(most);
  for (auto bucket = digest.phases.rbegin(); bucket != digest.phases.rend() && left > 0; ++bucket) {
    const auto queries = static_cast<double>(bucket->queries);
    if (queries == 0) continue;
    const double taken = std::min(left, queries);
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += bucket->seconds[i] * (taken / queries);
    left -= taken;
  }
  for (double& sum : sums) sum /= static_cast<double>(most);
  LatencySplit split;
  split.queries = most;
  split.queueing = Seconds(sums[0]);
  split.batching = Seconds(sums[1]);
  split.prefill = Seconds(sums[2]);
  split.decode = Seconds(sums[3]);
  split.interference = Seconds(sums[4]);
  split.throttling = Seconds(sums[5]);
  return split;
}

/// Completions of samples, ascending.
std::vector<Nanoseconds> completions(const Run& run) {
  std::vector<Nanoseconds> times = run.sample_completions;
  if (times.empty()) {
    for (const QueryRecord& q : run.queries) times.insert(times.end(), q.samples, q.completed);
  }
  std::sort(times.begin(), times.end());
  return times;
}

Hertz rate_between(const std::vector<Nanoseconds>& times, Nanoseconds from, Nanoseconds to) {
  const auto first = std::upper_bound(times.begin(), times.end(), from);
  const auto last = std::upper_bound(times.begin(), times.end(), to);
  return Hertz(static_cast<double>(last - first) / to_seconds(to - from).value());
}

/// Completions are taken as even within a stretch.
Hertz rate_between(const RunDigest& digest, Nanoseconds from, Nanoseconds to) {
  double samples = 0;
  Nanoseconds start{0};
  for (const RunStretch& stretch : digest.stretches) {
    const Nanoseconds end = std::min(start + digest.width, digest.end);
    const Nanoseconds common = std::min(end, to) - std::max(start, from);
    if (common > Nanoseconds(0))
      samples += static_cast<double>(stretch.samples) * (to_seconds(common) / to_seconds(end - start));
    start = end;
  }
  return Hertz(samples / to_seconds(to - from).value());
}

/// `done` is a digest, or when samples completed.
template <class Completions>
std::optional<Endurance> endurance_of(const Completions& done, Nanoseconds end, Seconds first) {
  const Nanoseconds beginning = to_nanoseconds(first);
  if (end < 4 * beginning) return std::nullopt;
  Endurance endurance;
  endurance.first = first;
  endurance.at_first = rate_between(done, Nanoseconds(0), beginning);
  if (endurance.at_first == Hertz(0)) return std::nullopt;
  endurance.sustained = rate_between(done, end - end / 4, end);
  endurance.kept = endurance.sustained / endurance.at_first;
  return endurance;
}

}  // namespace

std::optional<LatencySplits> split_latency(const Run& run) {
  if (run.digest) {
    if (run.digest->phases.empty()) return std::nullopt;
    const std::uint64_t all = run.digest->queries;
    return LatencySplits{split(*run.digest, all), split(*run.digest, slowest_hundredth(all))};
  }
  if (run.phases.empty() || run.phases.size() != run.queries.size()) return std::nullopt;
  std::vector<std::size_t> queries(run.queries.size());
  std::iota(queries.begin(), queries.end(), std::size_t{0});
  LatencySplits splits;
  splits.all = split(run, queries);
  const std::size_t slowest = slowest_hundredth(queries.size());
  std::partial_sort(queries.begin(), queries.begin() + static_cast<std::ptrdiff_t>(slowest), queries.end(),
                    [&run](std::size_t a, std::size_t b) {
                      const Nanoseconds x = run.queries[a].latency(), y = run.queries[b].latency();
                      return x != y ? x > y : a < b;
                    });
  queries.resize(slowest);
  splits.slowest = split(run, queries);
  return splits;
}

std::optional<Endurance> endurance(const Run& run, Seconds first) {
  std::optional<Endurance> endurance;
  std::uint64_t queries = run.queries.size();
  if (run.digest) {
    queries = run.digest->queries;
    endurance = endurance_of(*run.digest, run.digest->end, first);
  } else if (const auto times = completions(run); !times.empty()) {
    endurance = endurance_of(times, times.back(), first);
  }
  if (!endurance) return std::nullopt;
  for (const Window& window : run.windows) {
    if (window.energy) endurance->energy = endurance->energy.value_or(Joules(0)) + *window.energy;
  }
  if (endurance->energy) endurance->per_query = *endurance->energy / static_cast<double>(queries);
  return endurance;
}

}  // namespace ridgeline
