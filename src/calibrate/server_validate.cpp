// Server rates from Offline rates: the simulated system is set to the published Offline rate by the clock
// that it is read with, so that nothing but its speed as a whole is known of the real one.

#include <algorithm>
#include <cmath>
#include <tuple>

#include "calibrate/errors.h"
#include "calibrate/parallel.h"
#include "calibrate/server_system.h"

namespace ridgeline {
namespace {

using namespace calibrate;

constexpr double tolerance = 0.01;        // of the rate found
constexpr double first_guess = 0.95;      // of the Offline rate
constexpr double least_queries = 50'000;  // of models that batch; 600 s at most
constexpr double good_share = 0.95;       // of the Offline rate: no other batch can add much
// Latencies of submissions end well below their limits: they run with small batches, a little below the rate
// that those would allow. Of 0.9, 0.95 and 0.98 this one has most shapes in their bands.
constexpr double submitted_share = 0.95;

/// One second of the real system is `scale` seconds less of the simulated one: real = simulated x scale.
Nanoseconds scaled(Nanoseconds real, double scale) {
  return Nanoseconds(std::llround(static_cast<double>(real.count()) / scale));
}

Scenario scenario_of(const ServerSystem& system, const ServerRules::Limits& limits, double real_rate,
                     double scale) {
  Scenario s = system.scenario;
  s.target_latency = scaled(limits.latency, scale);
  s.ttft_limit = scaled(limits.ttft, scale);
  s.tpot_limit = scaled(limits.tpot, scale);
  double seconds = 600;
  if (s.lengths.kind == TokenLengthDistribution::Kind::system) {
    const double limit = to_seconds(limits.latency).value();
    seconds = std::min(seconds, std::max(limits_in_a_run * limit, least_queries / real_rate));
  }
  s.min_duration = scaled(to_nanoseconds(Seconds(seconds)), scale);
  s.target_qps = first_guess * system.offline;
  s.seed = 1;
  return s;
}

/// The largest valid rate with batches of at most so many, in the simulator's time; 0: none is.
Result<double> rate_with(const ServerSystem& system, const Scenario& scenario, std::uint32_t batch) {
  RIDGELINE_TRY(run, system.with_batch(batch));
  MaxRateOptions options;
  options.seeds = 1;
  options.tolerance = tolerance;
  const auto found = find_max_rate(scenario, options, run);
  if (found) return found->largest;
  if (found.error().kind == ErrorKind::infeasible) return 0.0;
  return found.error();
}

struct Best {
  std::uint32_t batch = 0;
  double rate = 0;
};
/// From the largest batch downwards by halves, as long as that helps.
Result<Best> best_batch(const ServerSystem& system, const Scenario& scenario) {
  Best best;
  for (std::uint32_t batch = system.largest_batch; batch > 0; batch /= 2) {
    RIDGELINE_TRY(rate, rate_with(system, scenario, batch));
    if (rate <= best.rate * (1 + tolerance) && best.rate > 0) break;
    best = {batch, rate};
    if (rate >= good_share * system.offline) break;
  }
  if (best.rate > 0) return best;
  return infeasible("no rate is VALID under the limits");
}

/// What is simulated once for pairs that are alike.
struct Solution {
  double largest_share = 0;  ///< largest VALID rate over the Offline rate
  std::uint32_t batch = 0;
  std::optional<double> shape;  ///< P99 over P50 of latency, as submitters run it
};

/// The smallest batch, by halves, with which the rate is VALID.
Result<std::uint32_t> smallest_batch(const ServerSystem& system, const Scenario& scenario,
                                     std::uint32_t batch) {
  while (batch > 1) {
    RIDGELINE_TRY(play, system.with_batch(batch / 2));
    RIDGELINE_TRY(run, play(scenario));
    if (!summarize(run).verdict.valid) break;
    batch /= 2;
  }
  return batch;
}

Result<Solution> solve(const ServerPair& pair, const ServerModels& models) {
  RIDGELINE_TRY(system, make_server_system(pair, models));
  const double published = pair.offline_rate.value() * system.part;
  const double scale = system.offline / published;
  Scenario scenario =
      scenario_of(system, *models.server_rules.limits_of(pair.workload, pair.interactive), published, scale);
  RIDGELINE_TRY(best, best_batch(system, scenario));
  // In ten minutes a queue that grows slowly still meets its limits; what all samples at once reach is the
  // end.
  best.rate = std::min(best.rate, system.offline);
  scenario.target_qps = submitted_share * best.rate;
  RIDGELINE_TRY(batch, smallest_batch(system, scenario, best.batch));
  Solution solution{best.rate / system.offline, batch, {}};
  RIDGELINE_TRY(play, system.with_batch(batch));
  RIDGELINE_TRY(run, play(scenario));
  const Summary summary = summarize(run);
  if (summary.p50 && summary.p99) solution.shape = summary.p99->value / summary.p50->value;
  return solution;
}

void answer(const ServerPair& pair, const Solution& solution, double kept, ServerPoint& point) {
  const auto error = [&](Hertz rate) { return 100 * (rate / pair.server_rate - 1); };
  point.batch = solution.batch;
  point.largest = solution.largest_share * pair.offline_rate;
  point.rate = kept * point.largest;
  point.largest_error = error(point.largest);
  point.error = error(point.rate);
  if (!pair.p50 || !pair.p99 || !solution.shape) return;
  point.published_shape = *pair.p99 / *pair.p50;
  point.shape = solution.shape;
}

/// Pairs of one workload, scenario, device and number of devices, as far as they are simulated.
std::vector<std::vector<std::size_t>> alike(const std::vector<ServerPair>& pairs) {
  std::map<std::tuple<std::string, bool, std::string, unsigned>, std::vector<std::size_t>> by_key;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const ServerPair& p = pairs[i];
    by_key[{p.workload, p.interactive, p.hardware, std::min(p.devices, most_devices)}].push_back(i);
  }
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [key, group] : by_key) groups.push_back(std::move(group));
  return groups;
}

/// The one whose device has the median rate stands for the others: their shares differ by far less.
std::size_t middle_of(std::vector<std::size_t> group, const std::vector<ServerPair>& pairs) {
  std::sort(group.begin(), group.end(), [&](std::size_t a, std::size_t b) {
    return pairs[a].offline_rate / pairs[a].devices < pairs[b].offline_rate / pairs[b].devices;
  });
  return group[group.size() / 2];
}

/// Pairs that are alike, and what is simulated for them.
struct Group {
  std::vector<std::size_t> pairs;
  std::optional<Solution> solution;
  std::string unanswered;
};

std::string key_of(const ServerPair& pair) {
  return pair.workload + (pair.interactive ? ", Interactive" : ", Server");
}

/// By workload and scenario: the median over the other workloads of what each keeps in the median. 1 where
/// there is no other.
std::map<std::string, double> kept_by_others(const std::vector<Group>& groups,
                                             const std::vector<ServerPair>& pairs) {
  std::map<std::string, std::vector<double>> kept;
  for (const Group& group : groups) {
    if (!group.solution) continue;
    for (const std::size_t i : group.pairs) {
      const double largest = group.solution->largest_share * pairs[i].offline_rate.value();
      kept[key_of(pairs[i])].push_back(pairs[i].server_rate.value() / largest);
    }
  }
  std::map<std::string, double> result;
  for (const auto& [key, own] : kept) {
    std::vector<double> others;
    for (const auto& [other, shares] : kept) {
      if (other != key) others.push_back(median(shares));
    }
    result[key] = others.empty() ? 1 : median(others);
  }
  return result;
}

// ---------------------------------------------------------------------------------------------- summaries

/// Whether a value is between the least and the greatest of the others; of fewer than two others nobody says.
bool in_band_of_others(double value, const std::vector<double>& all, std::size_t own) {
  double least = INFINITY, greatest = -INFINITY;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i == own) continue;
    least = std::min(least, all[i]);
    greatest = std::max(greatest, all[i]);
  }
  return all.size() > 2 && least <= value && value <= greatest;
}

/// A group while it is collected.
struct CollectedPairs {
  std::vector<double> published_shares, largest_shares, shares, published_shapes, shapes;
  Errors largest, rate, shape;

  void add(const ServerPair& pair, const ServerPoint& point) {
    published_shares.push_back(pair.server_rate / pair.offline_rate);
    largest_shares.push_back(point.largest / pair.offline_rate);
    shares.push_back(point.rate / pair.offline_rate);
    largest.add(point.largest_error);
    rate.add(point.error);
    if (!point.shape) return;
    published_shapes.push_back(*point.published_shape);
    shapes.push_back(*point.shape);
    shape.add(100 * (*point.shape / *point.published_shape - 1));
  }
  ServerGroup summary(std::string key) const {
    ServerGroup group;
    group.key = std::move(key);
    group.pairs = shares.size();
    group.largest = largest.summary();
    group.rate = rate.summary();
    group.shape = shape.summary();
    group.published_share = median(published_shares);
    group.largest_share = median(largest_shares);
    group.share = median(shares);
    group.kept = group.share / group.largest_share;
    const auto ends = std::minmax_element(published_shares.begin(), published_shares.end());
    group.band = {*ends.first, *ends.second};
    for (std::size_t i = 0; i < shares.size(); ++i)
      group.in_band += in_band_of_others(shares[i], published_shares, i);
    for (std::size_t i = 0; i < shapes.size(); ++i)
      group.shapes_in_band += in_band_of_others(shapes[i], published_shapes, i);
    if (shapes.empty()) return group;
    group.published_shape = median(published_shapes);
    group.shape_median = median(shapes);
    return group;
  }
};

void summarize_points(ServerValidation& v) {
  std::map<std::string, CollectedPairs> by_key;
  Errors largest, rate, shape;
  for (const ServerPoint& point : v.points) {
    if (!point.unanswered.empty()) {
      ++v.unanswered;
      continue;
    }
    const ServerPair& pair = v.table.pairs[point.pair];
    by_key[key_of(pair)].add(pair, point);
    largest.add(point.largest_error);
    rate.add(point.error);
    if (point.shape) shape.add(100 * (*point.shape / *point.published_shape - 1));
  }
  v.all.key = "all";
  v.all.largest = largest.summary();
  v.all.rate = rate.summary();
  v.all.shape = shape.summary();
  v.all.pairs = v.all.rate.rows;
  for (const auto& [key, collected] : by_key) {
    v.groups.push_back(collected.summary(key));
    v.all.in_band += v.groups.back().in_band;
    v.all.shapes_in_band += v.groups.back().shapes_in_band;
  }
}

}  // namespace

ServerValidation validate_server(const ServerTable& table, const ServerModels& models) {
  const auto& pairs = table.pairs;
  std::vector<Group> groups;
  for (auto& pairs_alike : alike(pairs)) groups.push_back({std::move(pairs_alike), {}, {}});
  for_each_index(groups.size(), 2, [&](std::size_t g) {
    const auto solution = solve(pairs[middle_of(groups[g].pairs, pairs)], models);
    if (solution)
      groups[g].solution = *solution;
    else
      groups[g].unanswered = solution.error().message;
  });
  const auto kept = kept_by_others(groups, pairs);
  ServerValidation v;
  v.table = table;
  v.points.resize(pairs.size());
  for (const Group& group : groups) {
    for (const std::size_t i : group.pairs) {
      v.points[i].pair = i;
      v.points[i].unanswered = group.unanswered;
      if (group.solution) answer(pairs[i], *group.solution, kept.at(key_of(pairs[i])), v.points[i]);
    }
  }
  summarize_points(v);
  return v;
}

}  // namespace ridgeline
