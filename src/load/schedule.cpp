#include "load/schedule.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "base/random.h"

namespace ridgeline {
namespace {

/// LoadGen's gaps, bit for bit: what libstdc++ makes of exponential_distribution<double> over std::mt19937,
/// truncated to nanoseconds. The generator is fixed by the C++ standard; the distribution is not, so it is
/// written out. The logarithm is our own, which gives LoadGen's integers on every platform
/// (docs/scenarios.md).
class LoadGenGaps {
 public:
  LoadGenGaps(std::uint64_t seed, double qps)
      : words_(static_cast<std::mt19937::result_type>(seed & 0xffffffffU)), qps_(qps) {}

  Nanoseconds next() {
    const double gap_seconds = -portable_log(1.0 - uniform()) / qps_;
    return Nanoseconds(static_cast<Nanoseconds::rep>(gap_seconds * 1e9));
  }

 private:
  /// Two words make one number on [0, 1); a sum that rounds up to one becomes its lower neighbour.
  double uniform() {
    const double low = static_cast<double>(words_()), high = static_cast<double>(words_());
    const double u = (low + high * 0x1p32) / 0x1p64;
    return u < 1.0 ? u : 1.0 - 0x1p-53;
  }

  std::mt19937 words_;
  double qps_;
};

std::uint64_t whole_passes(std::uint64_t count, std::uint64_t dataset) {
  return dataset == 0 ? count : (count + dataset - 1) / dataset * dataset;
}

std::vector<Nanoseconds> poisson_arrivals(const Scenario& s) {
  const std::uint64_t at_least = whole_passes(s.min_queries, s.dataset_samples);
  std::vector<Nanoseconds> arrivals;
  const double expected = s.target_qps * to_seconds(s.min_duration).value();
  const double likely = std::max(static_cast<double>(at_least), expected + 5.0 * std::sqrt(expected));
  arrivals.reserve(static_cast<std::size_t>(
      s.max_queries > 0 ? std::min(likely, static_cast<double>(s.max_queries)) : likely + 1.0));
  LoadGenGaps gaps(s.seed, s.target_qps);
  Nanoseconds at{0};
  while (true) {
    arrivals.push_back(at);
    const std::uint64_t n = arrivals.size();
    const bool whole = s.dataset_samples == 0 || n % s.dataset_samples == 0;
    if (n == s.max_queries || (n >= at_least && at >= s.min_duration && whole)) return arrivals;
    at += gaps.next();
  }
}

std::uint32_t offline_samples(const Scenario& s) {
  // In seconds first, as LoadGen sizes its query; the product is truncated.
  const double wanted = 1.1 * to_seconds(s.min_duration).value() * s.target_qps;
  const std::uint64_t count =
      whole_passes(std::max(s.min_queries, static_cast<std::uint64_t>(wanted)), s.dataset_samples);
  return static_cast<std::uint32_t>(s.max_queries > 0 ? std::min(count, s.max_queries) : count);
}

}  // namespace

bool load::is_last_query(const Scenario& s, std::uint64_t issued, Nanoseconds last_issue) {
  if (s.max_queries > 0 && issued >= s.max_queries) return true;
  return issued >= s.min_queries && last_issue >= s.min_duration;
}

Result<Schedule> make_schedule(const Scenario& s) {
  RIDGELINE_CHECK(validate(s));
  Schedule schedule;
  schedule.scenario = s;
  if (s.kind == ScenarioKind::server) schedule.arrivals = poisson_arrivals(s);
  schedule.samples = s.kind == ScenarioKind::offline ? offline_samples(s) : s.samples_per_query;
  return schedule;
}

}  // namespace ridgeline
