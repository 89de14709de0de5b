#include "ridgeline/tail.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "base/text.h"
#include "stats/autocorrelation.h"
#include "stats/mean.h"
#include "stats/moments.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

using Values = std::vector<double>;  ///< seconds

constexpr std::uint64_t most_parts = 1'000'000'000;
constexpr double most_added = 1e8;

bool is_share(double p) { return p > 0 && p < 1; }

Status check(const TailOptions& options) {
  for (const double p : options.percentiles) {
    if (!is_share(p))
      return bad_input(fmt::format("tail: percentile {} must be between 0 and 100, both excluded", 100 * p));
  }
  if (!is_share(options.target))
    return bad_input(fmt::format("tail: target percentile {} must be between 0 and 100, both excluded",
                                 100 * options.target));
  for (const std::uint64_t n : options.parts) {
    if (n < 1 || n > most_parts)
      return bad_input(fmt::format("tail: a fan-out of {} must be 1 to {}", n, most_parts));
  }
  if (options.expected_interval && !(options.expected_interval->value() >= 1e-9))
    return bad_input("tail: the expected interval must be at least 1 ns");
  return Status::success();
}

Status check(const LatencyMoments& moments) {
  const double mean = moments.mean.value(), sd = moments.sd.value();
  if (!std::isfinite(mean) || mean <= 0)
    return bad_input(fmt::format("tail: the mean latency is {}, and must be above 0", show(moments.mean)));
  if (!std::isfinite(sd) || sd < 0)
    return bad_input(
        fmt::format("tail: the standard deviation is {}, and must be at least 0", show(moments.sd)));
  return Status::success();
}

Status check(const std::vector<Seconds>& latencies) {
  if (latencies.size() < 2)
    return bad_input(
        fmt::format("tail: a standard deviation needs 2 latencies, and there are {}", latencies.size()));
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    const double value = latencies[i].value();
    if (!std::isfinite(value) || value < 0)
      return bad_input(fmt::format("tail: latency {} is {} s, and must be at least 0", i + 1, value));
  }
  return Status::success();
}

AssumedQuantile assumed(const LatencyMoments& m, double beyond) {
  stats::Moments x;
  x.mean = m.mean.value();
  x.sd = m.sd.value();
  AssumedQuantile q;
  q.normal = Seconds(stats::normal_tail(x, beyond));
  q.lognormal = Seconds(stats::lognormal_tail(x, beyond));
  q.cantelli = Seconds(stats::cantelli_tail(x, beyond));
  q.chebyshev = Seconds(stats::chebyshev_tail(x, beyond));
  return q;
}

FanOut fan_out(const LatencyMoments& m, double target, std::uint64_t parts) {
  const double n = static_cast<double>(parts);
  stats::Moments x;
  x.mean = m.mean.value();
  x.sd = m.sd.value();
  FanOut f;
  f.parts = parts;
  f.slow = -portable_expm1(n * portable_log(target));
  f.needed = portable_exp(portable_log(target) / n);
  f.quantile = assumed(m, -portable_expm1(portable_log(target) / n));
  f.normal_worst = Seconds(stats::expected_greatest_normal(x, parts));
  f.lognormal_worst = Seconds(stats::expected_greatest_lognormal(x, parts));
  return f;
}

/// What needs no sample.
Tail assumed_tail(const LatencyMoments& moments, const TailOptions& options) {
  Tail tail;
  tail.moments = moments;
  tail.target = options.target;
  tail.expected_interval = options.expected_interval;
  for (const double p : options.percentiles) {
    TailQuantile q;
    q.percentile = p;
    q.assumed = assumed(moments, 1 - p);
    tail.quantiles.push_back(q);
  }
  for (const std::uint64_t parts : options.parts)
    tail.fan_outs.push_back(fan_out(moments, options.target, parts));
  return tail;
}

std::optional<Seconds> observed_at(const Values& sorted, double p) {
  if (!stats::supports_quantile(sorted.size(), p)) return std::nullopt;
  return Seconds(sorted[stats::nearest_rank(sorted.size(), p)]);
}

Estimate estimate(const Values& sorted, double value, const std::optional<stats::RankInterval>& ranks) {
  Estimate e;
  e.value = value;
  if (ranks) {
    e.low = sorted[ranks->low];
    e.high = sorted[ranks->high];
  }
  return e;
}

void observe(const Values& in_order, const Values& sorted, TailQuantile& q) {
  const auto value = observed_at(sorted, q.percentile);
  if (!value) return;
  const double effective = stats::effective_size(in_order, value->value());
  q.effective_samples = effective;
  q.observed = estimate(sorted, value->value(),
                        stats::dependent_quantile_ranks(sorted.size(), effective, q.percentile));
  q.if_independent = estimate(sorted, value->value(), stats::quantile_ranks(sorted.size(), q.percentile));
}

/// The mean of the greatest of `parts` draws with replacement: the i-th smallest of n is it with probability
/// (i/n)^N - ((i-1)/n)^N.
std::optional<Seconds> expected_greatest(const Values& sorted, std::uint64_t parts) {
  if (parts > sorted.size()) return std::nullopt;
  const double n = static_cast<double>(sorted.size());
  double mean = 0, below = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double up_to = portable_pow(static_cast<double>(i + 1) / n, static_cast<double>(parts));
    mean += sorted[i] * (up_to - below);
    below = up_to;
  }
  return Seconds(mean);
}

/// The sample and what a closed loop left out: each latency less one interval, two ..., down to an interval.
Result<Values> corrected(const Values& values, double interval) {
  double added = 0;
  for (const double v : values) added += std::max(0.0, std::floor(v / interval) - 1);
  if (added > most_added) {
    return bad_input(fmt::format("tail: an expected interval of {} would add {:.2g} samples; at most {:g}",
                                 show(Seconds(interval)), added, most_added));
  }
  Values all = values;
  for (const double v : values) {
    for (double k = 1; v - k * interval >= interval; ++k) all.push_back(v - k * interval);
  }
  std::sort(all.begin(), all.end());
  return all;
}

LatencyMoments moments_of(const Values& values) {
  LatencyMoments m;
  // Not by the sums: their rounding would give equal latencies a spread.
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  if (*least == *greatest) {
    m.mean = Seconds(*least);
    return m;
  }
  const double mean = stats::mean(values);
  double squares = 0;
  for (const double v : values) squares += (v - mean) * (v - mean);
  m.mean = Seconds(mean);
  m.sd = Seconds(std::sqrt(squares / static_cast<double>(values.size() - 1)));
  return m;
}

}  // namespace

Result<Tail> tail_of_moments(const LatencyMoments& moments, const TailOptions& options) {
  RIDGELINE_CHECK(check(options));
  RIDGELINE_CHECK(check(moments));
  if (options.expected_interval)
    return bad_input("tail: an expected interval corrects samples, and only a mean and an SD are given");
  return assumed_tail(moments, options);
}

Result<Tail> tail_of_samples(const std::vector<Seconds>& latencies, const TailOptions& options) {
  RIDGELINE_CHECK(check(options));
  RIDGELINE_CHECK(check(latencies));
  Values in_order;
  in_order.reserve(latencies.size());
  for (const Seconds t : latencies) in_order.push_back(t.value());
  const LatencyMoments moments = moments_of(in_order);
  RIDGELINE_CHECK(check(moments));

  Tail tail = assumed_tail(moments, options);
  tail.samples = in_order.size();
  Values sorted = in_order;
  std::sort(sorted.begin(), sorted.end());
  for (TailQuantile& q : tail.quantiles) observe(in_order, sorted, q);
  for (FanOut& f : tail.fan_outs) {
    f.observed_quantile = observed_at(sorted, f.needed);
    f.observed_worst = expected_greatest(sorted, f.parts);
  }
  if (options.expected_interval) {
    RIDGELINE_TRY(all, corrected(in_order, options.expected_interval->value()));
    tail.added = all.size() - in_order.size();
    for (TailQuantile& q : tail.quantiles) q.corrected = observed_at(all, q.percentile);
  }
  return tail;
}

}  // namespace ridgeline
