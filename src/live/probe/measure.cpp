#include "live/probe/measure.h"

#include <time.h>

#include <algorithm>
#include <cassert>

#include "stats/quantile.h"

namespace ridgeline::live {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t fewest_samples = 8;  // six is the least that has a 95 % interval

Seconds since(Clock::time_point start) { return to_seconds(Clock::now() - start); }

/// How many repeats take about `sample`.
std::uint64_t find_repeats(const TimedWork& work, Seconds sample) {
  std::uint64_t repeats = 1;
  for (;;) {
    const double took = std::max(work(repeats).value(), 1e-9);
    const double scale = sample.value() / took;
    if (scale < 4) {
      const double wanted = static_cast<double>(repeats) * scale;
      return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted + 0.5));
    }
    repeats *= static_cast<std::uint64_t>(std::clamp(scale / 2, 2.0, 1000.0));
  }
}

bool precise(const MeasuredRate& rate) {
  return rate.low >= rate.value * (1 - wanted_precision) && rate.high <= rate.value * (1 + wanted_precision);
}

}  // namespace

Seconds work_clock(unsigned threads) {
  timespec now{};
  clock_gettime(threads == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return Seconds(static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec));
}

MeasuredRate harmonic_mean(const std::vector<MeasuredRate>& rates) {
  assert(!rates.empty());
  MeasuredRate mean;
  mean.repetitions = rates.front().repetitions;
  double value = 0, low = 0, high = 0;
  for (const MeasuredRate& rate : rates) {
    value += 1 / rate.value;
    low += 1 / rate.low;
    high += 1 / rate.high;
    mean.repetitions = std::min(mean.repetitions, rate.repetitions);
    mean.noisy = mean.noisy || rate.noisy;
  }
  const auto count = static_cast<double>(rates.size());
  mean.value = count / value;
  mean.low = count / low;
  mean.high = count / high;
  return mean;
}

MeasuredRate median_rate(std::vector<double> samples) {
  assert(samples.size() >= fewest_samples);
  std::sort(samples.begin(), samples.end());
  const std::size_t n = samples.size();
  MeasuredRate rate;
  rate.value = (samples[(n - 1) / 2] + samples[n / 2]) / 2;
  const auto ranks = stats::quantile_ranks(n, 0.5);
  rate.low = ranks ? samples[ranks->low] : samples.front();
  rate.high = ranks ? samples[ranks->high] : samples.back();
  rate.repetitions = static_cast<unsigned>(n);
  rate.noisy = !precise(rate);
  return rate;
}

MeasuredRate measure_rate(const TimedWork& work, double units, Seconds patience) {
  const auto start = Clock::now();
  const Seconds sample(std::clamp(patience.value() / 12, 0.5e-3, 20e-3));
  const std::uint64_t repeats = find_repeats(work, sample);
  std::vector<double> rates;
  for (;;) {
    const double took = std::max(work(repeats).value(), 1e-9);
    rates.push_back(units * static_cast<double>(repeats) / took);
    if (rates.size() < fewest_samples) continue;
    const auto rate = median_rate(rates);
    if (!rate.noisy || since(start) > patience) return rate;
  }
}

Patience::Patience(Seconds total, unsigned measurements)
    : end_(Clock::now() + to_nanoseconds(total)), left_(std::max(1U, measurements)) {}

Seconds Patience::next() {
  const Seconds remaining = std::max(Seconds(0), to_seconds(end_ - Clock::now()));
  const Seconds share = remaining / left_;
  if (left_ > 1) --left_;
  return share;
}

}  // namespace ridgeline::live
