// What a run's records say about where its time went.

#include <algorithm>
#include <numeric>

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

}  // namespace

std::optional<LatencySplits> split_latency(const Run& run) {
  if (run.phases.empty() || run.phases.size() != run.queries.size()) return std::nullopt;
  std::vector<std::size_t> queries(run.queries.size());
  std::iota(queries.begin(), queries.end(), std::size_t{0});
  LatencySplits splits;
  splits.all = split(run, queries);
  const std::size_t slowest = std::max<std::size_t>(queries.size() / 100, 1);
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
  const auto times = completions(run);
  const Nanoseconds beginning = to_nanoseconds(first);
  if (times.empty() || times.back() < 4 * beginning) return std::nullopt;
  Endurance endurance;
  endurance.first = first;
  endurance.at_first = rate_between(times, Nanoseconds(0), beginning);
  if (endurance.at_first == Hertz(0)) return std::nullopt;
  endurance.sustained = rate_between(times, times.back() - times.back() / 4, times.back());
  endurance.kept = endurance.sustained / endurance.at_first;
  for (const Window& window : run.windows) {
    if (window.energy) endurance.energy = endurance.energy.value_or(Joules(0)) + *window.energy;
  }
  if (endurance.energy) endurance.per_query = *endurance.energy / static_cast<double>(run.queries.size());
  return endurance;
}

}  // namespace ridgeline
