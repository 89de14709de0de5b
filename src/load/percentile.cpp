#include "load/percentile.h"

#include "stats/autocorrelation.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

std::optional<stats::RankInterval> ranks(const Times& times, double p, std::uint64_t rank, Draws draws) {
  if (draws == Draws::none) {
    if (times.exact()) return std::nullopt;
    return stats::RankInterval{rank, rank};
  }
  const double effective = times.effective_size(times.at_rank(rank), stats::least_effective(p));
  return stats::dependent_quantile_ranks(times.size(), effective, p);
}

}  // namespace

std::optional<Estimate> percentile(const Times& times, double p, Draws draws) {
  if (!stats::supports_quantile(times.size(), p)) return std::nullopt;
  const std::uint64_t rank = stats::nearest_rank(times.size(), p);
  Estimate e;
  e.value = to_seconds(times.at_rank(rank)).value();
  if (const auto ends = ranks(times, p, rank, draws)) {
    e.low = to_seconds(times.least_at_rank(ends->low)).value();
    e.high = to_seconds(times.at_rank(ends->high)).value();
  }
  return e;
}

}  // namespace ridgeline::load
