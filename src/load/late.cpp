#include <fmt/format.h>

#include <algorithm>

#include "base/portable_math.h"
#include "ridgeline/tail.h"
#include "stats/distributions.h"
#include "stats/interval.h"

namespace ridgeline {
namespace {

constexpr std::uint64_t most_devices = 1'000'000'000;
constexpr double each_side = (1 - stats::default_confidence) / 2;

/// Where a falling condition on a share turns false.
template <typename Condition>
double share_where(Condition holds) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (holds(middle) ? low : high) = middle;
  }
  return low;
}

/// Clopper and Pearson: the shares under which so few, or so many, are not too unlikely.
Estimate share_of(std::uint64_t late, std::uint64_t n) {
  Estimate share;
  share.value = static_cast<double>(late) / static_cast<double>(n);
  share.low = 0;
  share.high = 1;
  if (late > 0) {
    share.low = share_where([=](double p) { return stats::binomial_upper_tail(late, n, p) < each_side; });
  }
  if (late < n) {
    share.high = share_where([=](double p) { return stats::binomial_cdf(late, n, p) > each_side; });
  }
  return share;
}

double some_of(double share, std::uint64_t fleet) {
  if (!(share > 0)) return 0;  // not -0
  return share < 1 ? -portable_expm1(static_cast<double>(fleet) * portable_log1p(-share)) : 1;
}

}  // namespace

Result<LateQueries> late_queries(const Run& run, Seconds after, std::uint64_t fleet) {
  if (!(after > Seconds(0))) return bad_input("late: the time after which a query is late must be above 0");
  if (fleet < 1 || fleet > most_devices)
    return bad_input(fmt::format("late: a fleet of {} must be 1 to {}", fleet, most_devices));
  if (run.queries.empty()) return bad_input("late: the run has no queries to count, or kept none");
  LateQueries found;
  found.after = after;
  found.queries = run.queries.size();
  found.late = static_cast<std::uint64_t>(
      std::count_if(run.queries.begin(), run.queries.end(),
                    [after](const QueryRecord& q) { return to_seconds(q.latency()) > after; }));
  found.share = share_of(found.late, found.queries);
  found.fleet = fleet;
  found.some_late = {some_of(found.share.value, fleet), some_of(*found.share.low, fleet),
                     some_of(*found.share.high, fleet)};
  return found;
}

}  // namespace ridgeline
