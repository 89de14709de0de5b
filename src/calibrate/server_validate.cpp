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
  double share = 0;  ///< Server over Offline
  std::uint32_t batch = 0;
  std::optional<double> shape;
};

Result<Solution> solve(const ServerPair& pair, const ServerModels& models) {
  RIDGELINE_TRY(system, make_server_system(pair, models));
  const double published = pair.offline_rate.value() * system.part;
  const double scale = system.offline / published;
  Scenario scenario =
      scenario_of(system, *models.server_rules.limits_of(pair.workload, pair.interactive), published, scale);
  RIDGELINE_TRY(best, best_batch(system, scenario));
  Solution solution{best.rate / system.offline, best.batch, {}};
  scenario.target_qps = best.rate;
  RIDGELINE_TRY(play, system.with_batch(best.batch));
  RIDGELINE_TRY(run, play(scenario));
  const Summary summary = summarize(run);
  if (summary.p50 && summary.p99) solution.shape = summary.p99->value / summary.p50->value;
  return solution;
}

void answer(const ServerPair& pair, const Solution& solution, ServerPoint& point) {
  point.batch = solution.batch;
  point.rate = solution.share * pair.offline_rate;
  point.error = 100 * (point.rate / pair.server_rate - 1);
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
struct Collected {
  std::vector<double> published_shares, shares, published_shapes, shapes;
  Errors rate, shape;

  void add(const ServerPair& pair, const ServerPoint& point) {
    published_shares.push_back(pair.server_rate / pair.offline_rate);
    shares.push_back(point.rate / pair.offline_rate);
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
    group.rate = rate.summary();
    group.shape = shape.summary();
    group.published_share = median(published_shares);
    group.share = median(shares);
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
  std::map<std::string, Collected> by_key;
  Errors rate, shape;
  for (const ServerPoint& point : v.points) {
    if (!point.unanswered.empty()) {
      ++v.unanswered;
      continue;
    }
    const ServerPair& pair = v.table.pairs[point.pair];
    by_key[pair.workload + (pair.interactive ? ", Interactive" : ", Server")].add(pair, point);
    rate.add(point.error);
    if (point.shape) shape.add(100 * (*point.shape / *point.published_shape - 1));
  }
  v.all.key = "all";
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
  ServerValidation v;
  v.table = table;
  v.points.resize(table.pairs.size());
  const auto groups = alike(table.pairs);
  for_each_index(groups.size(), 2, [&](std::size_t g) {
    const auto solution = solve(table.pairs[middle_of(groups[g], table.pairs)], models);
    for (const std::size_t i : groups[g]) {
      v.points[i].pair = i;
      if (solution)
        answer(table.pairs[i], *solution, v.points[i]);
      else
        v.points[i].unanswered = solution.error().message;
    }
  });
  summarize_points(v);
  return v;
}

}  // namespace ridgeline
