#pragma once
// A run as the block bootstrap takes it: its queries in the order of issue, cut into units, and the figures
// that are computed of each replica.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "load/seen.h"
#include "ridgeline/run_difference.h"
#include "stats/block_bootstrap.h"
#include "stats/difference.h"
#include "stats/resampled.h"

namespace ridgeline::explain {

/// Times of one kind: of each, in seconds, and the element that it belongs to (units come later).
struct Series {
  std::string kind;  ///< what its percentiles are called by: "p", "ttft_p", "tpot_p", "lateness_p"
  std::vector<stats::Weighted> values;
};

/// An element is a query; of a digest a stretch; Offline what was completed at one time.
struct RunSample {
  std::size_t elements = 0;
  bool stretches = false;
  std::vector<Series> series;            ///< latency first; Offline: none
  std::vector<double> samples, elapsed;  ///< by element: completed, and the seconds that this took
  std::vector<double> good;              ///< by element: 1 within every limit; empty without limits
  double inflation = 1;                  ///< by dependence of neighbours, of the variance of shares
};
RunSample sample_of(const Run&);

/// A figure of a run that has replicas.
struct Figure {
  std::string name;  ///< a metric's, "decile 3", or "placement"
  double value = 0;
  std::vector<double> replicas;  ///< empty: known without doubt
  bool supported = true;         ///< the run is long enough for an interval
  double least_queries = 0;      ///< with as much dependence, a run that is
  double surplus = 0;            ///< of the replicas' variance (stats::quantile_surplus)
  double excess_kurtosis = 0;    ///< of its blocks (stats::excess_kurtosis)
};

/// Computes figures of replicas.
class Resampler {
 public:
  Resampler(const RunSample&, const stats::BlockPlan&);

  std::vector<Figure>& figures() { return figures_; }
  const Figure* find(std::string_view name) const;
  /// The latencies, by value.
  std::span<const stats::Weighted> latencies() const;
  /// The mean of a number that each of latencies() has.
  void add_placement(std::span<const double> of_latencies);
  /// Keeps every figure of a replica.
  void take(std::span<const double> times);

 private:
  void add_quantiles(const Series&, const RunSample&);
  void add_ratio(std::string name, stats::ResampledRatio, std::optional<double> value = std::nullopt);

  stats::BlockPlan plan_;
  struct Group {
    stats::ResampledQuantiles quantiles;
    std::size_t first;  ///< in figures_; the others follow
  };
  std::vector<Group> groups_;
  struct Ratio {
    stats::ResampledRatio ratio;
    std::size_t figure;
  };
  std::vector<Ratio> ratios_;
  std::vector<Figure> figures_;
};

}  // namespace ridgeline::explain
