#include "ridgeline/run_difference.h"

#include <algorithm>
#include <cmath>

#include "explain/run_attribution.h"
#include "explain/run_comparable.h"
#include "explain/run_metrics.h"
#include "explain/run_sample.h"
#include "explain/run_sentences.h"
#include "ridgeline/digest.h"
#include "stats/autocorrelation.h"
#include "stats/mean.h"
#include "stats/moments.h"

namespace ridgeline {
namespace {

using explain::Figure;
using explain::Resampler;
using explain::RunSample;

/// Blocks longer than the best length by this: then what they miss of the dependence is little, and what is
/// lost, for there are fewer of them, Student's t makes up for (validation/run-differences).
constexpr double longer = 2;
/// The dependence in a queue lasts longer than that of one lag's strength would: where so many blocks are
/// left that their number costs little, they are longer still.
constexpr double longest = 4;
constexpr double many_blocks = 60;
/// Fewer blocks tell too little of how they differ.
constexpr std::size_t least_blocks = 20;
/// Chance that a change of RunComparison::detect is shown in a run of queries_needed.
constexpr double power = 0.8;

/// One side: its figures, once all replicas are taken.
struct Side {
  const Run& run;
  Summary summary;
  load::Seen seen;
  RunSample sample;
  stats::BlockPlan plan;
  double missed = 0;  ///< of the variance
  std::optional<Resampler> resampler;

  explicit Side(const Run& r)
      : run(r), summary(summarize(r)), seen(load::seen_in(r)), sample(explain::sample_of(r)) {}
  bool is_point() const { return run.origin == RunOrigin::predicted; }
  std::uint64_t queries() const {
    return run.scenario.kind == ScenarioKind::offline ? summary.samples : summary.queries;
  }
  /// In queries (Offline: in times at which some were completed); a stretch of a digest has so many on
  /// average.
  std::uint64_t block() const {
    if (!resampled() || is_point()) return 0;
    return sample.stretches ? queries() / sample.elements : plan.block();
  }
  /// Enough of it for any interval.
  bool resampled() const { return plan.units > 0; }
  stats::Replicas of(std::span<const double> replicas, double surplus, double kurtosis) const {
    if (is_point()) return {};
    return {replicas, plan.blocks(), missed, surplus, kurtosis};
  }
};

double wanted_length(const RunSample& sample) {
  const double best = sample.stretches ? 1 : stats::block_length(sample.elements, sample.inflation);
  if (best <= 1) return 1;
  const double n = static_cast<double>(sample.elements);
  return std::min(std::max(longer * best, std::min(longest * best, n / many_blocks)), n);
}

/// Replicas of both, of the same blocks where they are paired.
class Comparison {
 public:
  Comparison(const Run& a, const Run& b, const RunComparison& how) : how_(how), a_(a), b_(b) {
    difference_.paired = how.paired.value_or(explain::same_schedule(a, b));
    plan();
    if (a_.resampled() && b_.resampled()) resample();
  }

  RunDifference result() {
    difference_.a_queries = a_.queries();
    difference_.b_queries = b_.queries();
    difference_.a_block = a_.block();
    difference_.b_block = b_.block();
    add_metrics();
    add_distribution();
    difference_.parts = explain::phase_differences(a_.run, b_.run);
    difference_.sentences = explain::sentences_of(difference_, a_.run, b_.run, how_);
    return std::move(difference_);
  }

 private:
  void plan() {
    if (difference_.paired)
      a_.sample.inflation = b_.sample.inflation = std::max(a_.sample.inflation, b_.sample.inflation);
    for (Side* side : {&a_, &b_}) {
      const RunSample& sample = side->sample;
      if (side->is_point()) {
        if (sample.elements > 0) side->plan = stats::plan_blocks(sample.elements, 1);
        continue;
      }
      if (sample.elements < (sample.stretches ? least_blocks : stats::least_batched)) continue;
      const stats::BlockPlan plan = stats::plan_blocks(sample.elements, wanted_length(sample));
      if (plan.blocks() < least_blocks) continue;
      side->plan = plan;
      if (!sample.stretches) side->missed = stats::missed_variance(plan.block(), sample.inflation);
    }
  }

  void resample() {
    a_.resampler.emplace(a_.sample, a_.plan);
    b_.resampler.emplace(b_.sample, b_.plan);
    if (!a_.sample.series.empty() && !b_.sample.series.empty()) {
      const auto placed = stats::placements(a_.resampler->latencies(), b_.resampler->latencies());
      a_.resampler->add_placement(placed.of_a);
      b_.resampler->add_placement(placed.of_b);
    }
    stats::BlockDraws in_a(a_.plan, how_.seed, difference_.paired ? "blocks of both" : "blocks of A");
    stats::BlockDraws in_b(b_.plan, how_.seed, "blocks of B");
    const std::vector<double> once_a(a_.plan.units, 1.0), once_b(b_.plan.units, 1.0);
    for (std::uint32_t i = 0; i < how_.replicas; ++i) {
      const auto times = in_a.next();
      a_.resampler->take(a_.is_point() ? once_a : times);
      b_.resampler->take(b_.is_point() ? once_b : difference_.paired ? times : in_b.next());
    }
  }

  /// A figure's replicas in the metric's own value, which a digest knows better than its stretches do.
  static double scale(const Figure& figure, double value) {
    return figure.value > 0 ? value / figure.value : 1;
  }

  const Side& varying() const { return a_.is_point() ? b_ : a_; }
  /// Of one that varies alone nothing is taken off.
  double surplus(const Figure& a, const Figure& b) const {
    return a_.is_point() || b_.is_point() ? 0 : (a.surplus + b.surplus) / 2;
  }

  /// Of paired ones the blocks of the difference are not known.
  double kurtosis(const Figure& a, const Figure& b) const {
    if (a_.is_point()) return b.excess_kurtosis;
    return b_.is_point() ? a.excess_kurtosis : (a.excess_kurtosis + b.excess_kurtosis) / 2;
  }

  /// Variances of an estimate from one query, of the difference from one query of each.
  double variance_per_query(const Figure& a, double in_a, const Figure& b, double in_b) const {
    const double n_a = static_cast<double>(a_.queries()), n_b = static_cast<double>(b_.queries());
    if (difference_.paired) {
      std::vector<double> differences;
      for (std::size_t i = 0; i < a.replicas.size(); ++i)
        differences.push_back(b.replicas[i] * in_b - a.replicas[i] * in_a);
      return n_a * stats::variance(varying().of(differences, surplus(a, b), 0));
    }
    return n_a * in_a * in_a * stats::variance(a_.of(a.replicas, a.surplus, 0)) +
           n_b * in_b * in_b * stats::variance(b_.of(b.replicas, b.surplus, 0));
  }

  double tail(const Figure& a, double in_a, const Figure& b, double in_b) const {
    const double more = surplus(a, b);
    if (!difference_.paired) {
      std::vector<double> of_a = a.replicas, of_b = b.replicas;
      for (double& x : of_a) x *= in_a;
      for (double& x : of_b) x *= in_b;
      return stats::tail_share(a_.of(of_a, more, a.excess_kurtosis), b_.of(of_b, more, b.excess_kurtosis),
                               how_.confidence);
    }
    std::vector<double> differences;
    for (std::size_t i = 0; i < a.replicas.size(); ++i)
      differences.push_back(b.replicas[i] * in_b - a.replicas[i] * in_a);
    return stats::tail_share(varying().of(differences, surplus(a, b), kurtosis(a, b)), {}, how_.confidence);
  }

  /// value, with an interval of what of(a, b) is over the replicas.
  template <class Of>
  Estimate with_interval(double value, const Figure& a, const Figure& b, double tail, Of of) const {
    std::vector<double> replicas;
    for (std::size_t i = 0; i < a.replicas.size(); ++i) replicas.push_back(of(a.replicas[i], b.replicas[i]));
    Estimate e;
    e.value = value;
    if (const auto interval = stats::between(replicas, tail)) {
      e.low = std::min(interval->low, value);
      e.high = std::max(interval->high, value);
    }
    return e;
  }

  /// How far a value of a digest may be off.
  static double grain(const Side& side, const RunMetric& metric, double value) {
    return side.run.digest && explain::level_of(metric.name) ? 1e-3 * value : 0;
  }

  MetricDifference metric(const RunMetric& metric, double in_a, double in_b) const {
    MetricDifference d;
    d.metric = &metric;
    d.a = in_a;
    d.b = in_b;
    d.absolute.value = in_b - in_a;
    if (in_a > 0) d.relative = Estimate{(in_b - in_a) / in_a, {}, {}};
    const auto figures = figures_of(metric.name);
    if (!figures) return d;
    const auto& [a, b] = *figures;
    const double scale_a = scale(*a, in_a), scale_b = scale(*b, in_b);
    const bool supported = (a_.is_point() || a->supported) && (b_.is_point() || b->supported);
    set_queries_needed(d, *a, scale_a, *b, scale_b);
    if (!supported) return d;
    const double share = tail(*a, scale_a, *b, scale_b);
    d.absolute = with_interval(in_b - in_a, *a, *b, share,
                               [&](double x, double y) { return y * scale_b - x * scale_a; });
    if (!d.absolute.low) return d;
    const double grains = grain(a_, metric, in_a) + grain(b_, metric, in_b);
    *d.absolute.low -= grains;
    *d.absolute.high += grains;
    if (in_a > 0) {
      d.relative = with_interval((in_b - in_a) / in_a, *a, *b, share,
                                 [&](double x, double y) { return y * scale_b / (x * scale_a) - 1; });
      if (d.relative->low) {
        *d.relative->low -= grains / in_a;
        *d.relative->high += grains / in_a;
      }
    }
    d.evidence = *d.absolute.low > 0 || *d.absolute.high < 0 ? Evidence::shown : Evidence::not_shown;
    return d;
  }

  std::optional<std::pair<const Figure*, const Figure*>> figures_of(std::string_view name) const {
    if (!a_.resampler || !b_.resampler) return std::nullopt;
    // Where and when those without an answer were lost is not kept.
    if (name == "attainment" && (a_.summary.lost() > 0 || b_.summary.lost() > 0)) return std::nullopt;
    const Figure *a = a_.resampler->find(name), *b = b_.resampler->find(name);
    if (!a || !b) return std::nullopt;
    return std::pair(a, b);
  }

  /// Of a change of detect A: n with (z_confidence + z_power)^2 v / n = change^2.
  void set_queries_needed(MetricDifference& d, const Figure& a, double scale_a, const Figure& b,
                          double scale_b) const {
    if (d.a <= 0) return;
    const double z = stats::normal_quantile(0.5 + how_.confidence / 2) + stats::normal_quantile(power);
    const double change = how_.detect * d.a;
    double needed = z * z * variance_per_query(a, scale_a, b, scale_b) / (change * change);
    for (const auto& [side, figure] : {std::pair(&a_, &a), std::pair(&b_, &b)}) {
      if (!side->is_point()) needed = std::max(needed, figure->least_queries);
    }
    needed = std::max(needed, static_cast<double>(stats::least_batched));
    if (needed < 1e18) d.queries_needed = static_cast<std::uint64_t>(std::ceil(needed));
  }

  void add_metrics() {
    const auto in_a = explain::metric_values(a_.run, a_.summary, a_.seen);
    const auto in_b = explain::metric_values(b_.run, b_.summary, b_.seen);
    for (const auto& [metric_a, value_a] : in_a) {
      for (const auto& [metric_b, value_b] : in_b) {
        if (metric_a == metric_b) difference_.metrics.push_back(metric(*metric_a, value_a, value_b));
      }
    }
    add_energy();
  }

  void add_energy() {
    const std::string_view meter = explain::common_meter(a_.summary, b_.summary);
    if (meter.empty()) return;
    const auto energy = [&](const Summary& s) {
      for (const EnergyPerQuery& e : s.energy) {
        if (e.scope == meter) return e.energy.value();
      }
      return 0.0;
    };
    const RunMetric* wanted = find_run_metric("energy_per_query");
    const auto after = std::find_if(difference_.metrics.begin(), difference_.metrics.end(),
                                    [&](const MetricDifference& d) { return d.metric > wanted; });
    difference_.metrics.insert(after, metric(*wanted, energy(a_.summary), energy(b_.summary)));
  }

  void add_distribution() {
    add_b_slower();
    for (int decile = 1; decile <= 9; ++decile) {
      const std::string name = decile == 5 ? "p50" : decile == 9 ? "p90" : "decile " + std::to_string(decile);
      const auto figures = figures_of(name);
      if (!figures) return;
      const auto& [a, b] = *figures;
      DecileShift shift;
      shift.quantile = decile / 10.0;
      shift.seconds.value = b->value - a->value;
      const bool supported = (a_.is_point() || a->supported) && (b_.is_point() || b->supported);
      if (supported) {
        shift.seconds = with_interval(b->value - a->value, *a, *b, tail(*a, 1, *b, 1),
                                      [](double x, double y) { return y - x; });
      }
      difference_.shift.push_back(shift);
    }
  }

  /// The placements of either side vary by themselves and the probability follows their means: to first order
  /// a replica's is that of the runs, moved by as much as both means have.
  void add_b_slower() {
    const auto figures = figures_of("placement");
    if (!figures) return;
    const auto& [a, b] = *figures;
    const double value = a->value;
    Estimate e = with_interval(value, *a, *b, tail(*a, 1, *b, 1),
                               [value_b = b->value](double x, double y) { return x + (y - value_b); });
    if (e.low) {
      e.low = std::clamp(*e.low, 0.0, value);
      e.high = std::clamp(*e.high, value, 1.0);
      widen_at_ends(e);
    }
    difference_.b_slower = e;
    difference_.effect_size = 2 * value - 1;
  }

  /// Where no query of one is as slow as any of the other no replica tells otherwise; what is then left is
  /// that each of n blocks agrees, (1 - p)^n = (1 - confidence) / 2.
  void widen_at_ends(Estimate& e) const {
    double blocks = 1e18;
    for (const Side* side : {&a_, &b_}) {
      if (!side->is_point()) blocks = std::min(blocks, static_cast<double>(side->plan.blocks()));
    }
    const double tail = (1 - how_.confidence) / 2;
    const double doubt = 1 - portable_exp(portable_log(tail) / blocks);
    if (e.value == 1) e.low = std::min(*e.low, 1 - doubt);
    if (e.value == 0) e.high = std::max(*e.high, doubt);
  }

  const RunComparison& how_;
  Side a_, b_;
  RunDifference difference_;
};

}  // namespace

Result<RunDifference> compare(const Run& a, const Run& b, const RunComparison& how) {
  RIDGELINE_CHECK(explain::check_comparable(a, b, how));
  return Comparison(a, b, how).result();
}

}  // namespace ridgeline
