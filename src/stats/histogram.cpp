#include "ridgeline/histogram.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <utility>

#include "stats/quantile.h"

namespace ridgeline {
namespace {

constexpr unsigned value_bits = 63;  // of a non-negative std::int64_t

unsigned linear_bits(unsigned digits) {
  std::uint64_t needed = 2;
  for (unsigned i = 0; i < digits; ++i) needed *= 10;
  unsigned bits = 0;
  while ((std::uint64_t{1} << bits) < needed) ++bits;
  return bits;
}

/// Bits that hold the value; 0 for 0. Not std::bit_width: the oldest libc++ we build for lacks it.
unsigned width(std::uint64_t value) { return 64U - static_cast<unsigned>(std::countl_zero(value)); }

std::uint64_t unsigned_of(Nanoseconds time) {
  assert(time.count() >= 0);
  return static_cast<std::uint64_t>(time.count());
}

Nanoseconds time_of(std::uint64_t value) { return Nanoseconds(static_cast<std::int64_t>(value)); }

}  // namespace

LatencyHistogram::LatencyHistogram(unsigned digits) : digits_(digits), linear_bits_(linear_bits(digits)) {
  assert(digits >= 1 && digits <= 4);
  const std::size_t half = std::size_t{1} << (linear_bits_ - 1);
  counts_.resize((value_bits - linear_bits_ + 2) * half);
}

std::size_t LatencyHistogram::bucket_of(std::uint64_t value) const {
  const unsigned bits = width(value);
  if (bits <= linear_bits_) return value;
  const unsigned shift = bits - linear_bits_;
  // value >> shift lies in [S/2, S): each doubling takes the next S/2 buckets.
  return (static_cast<std::size_t>(shift) << (linear_bits_ - 1)) + (value >> shift);
}

std::uint64_t LatencyHistogram::greatest_in(std::size_t bucket) const {
  const std::size_t half = std::size_t{1} << (linear_bits_ - 1);
  if (bucket < 2 * half) return bucket;
  const std::size_t shift = bucket / half - 1;
  const std::uint64_t leading = bucket - shift * half;
  return ((leading + 1) << shift) - 1;
}

void LatencyHistogram::record(Nanoseconds latency, std::uint64_t times) {
  const std::uint64_t value = unsigned_of(latency);
  if (times == 0) return;
  min_ = count_ == 0 ? value : std::min(min_, value);
  max_ = std::max(max_, value);
  counts_[bucket_of(value)] += times;
  count_ += times;
  for (std::uint64_t left = times; left > 0;) {
    const std::uint64_t most = value == 0 ? left : std::min(left, ~std::uint64_t{0} / value);
    const std::uint64_t added = value * most;
    sum_low_ += added;
    if (sum_low_ < added) ++sum_high_;
    left -= most;
  }
}

void LatencyHistogram::record_corrected(Nanoseconds latency, Nanoseconds interval) {
  assert(interval.count() > 0);
  record(latency);
  for (Nanoseconds missed = latency - interval; missed >= interval; missed -= interval) record(missed);
}

void LatencyHistogram::merge(const LatencyHistogram& other) {
  assert(digits_ == other.digits_);
  if (other.count_ == 0) return;
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  sum_low_ += other.sum_low_;
  sum_high_ += other.sum_high_ + (sum_low_ < other.sum_low_ ? 1 : 0);
}

void LatencyHistogram::clear() {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = min_ = max_ = sum_low_ = sum_high_ = 0;
}

std::optional<Nanoseconds> LatencyHistogram::min() const {
  if (count_ == 0) return std::nullopt;
  return time_of(min_);
}

std::optional<Nanoseconds> LatencyHistogram::max() const {
  if (count_ == 0) return std::nullopt;
  return time_of(max_);
}

std::optional<Seconds> LatencyHistogram::mean() const {
  if (count_ == 0) return std::nullopt;
  const double sum = std::ldexp(static_cast<double>(sum_high_), 64) + static_cast<double>(sum_low_);
  return Seconds(sum / static_cast<double>(count_) * 1e-9);
}

std::size_t LatencyHistogram::bucket(Nanoseconds latency) const { return bucket_of(unsigned_of(latency)); }

std::size_t LatencyHistogram::bucket_of_rank(std::uint64_t rank) const {
  assert(rank < count_);
  std::size_t bucket = 0;
  for (std::uint64_t seen = counts_[0]; seen <= rank; seen += counts_[bucket]) ++bucket;
  return bucket;
}

Nanoseconds LatencyHistogram::at_rank(std::uint64_t rank) const {
  return time_of(std::min(greatest_in(bucket_of_rank(rank)), max_));
}

Nanoseconds LatencyHistogram::least_at_rank(std::uint64_t rank) const {
  const std::size_t bucket = bucket_of_rank(rank);
  return time_of(bucket == 0 ? min_ : std::max(greatest_in(bucket - 1) + 1, min_));
}

std::optional<Nanoseconds> LatencyHistogram::quantile(double p) const {
  if (count_ == 0) return std::nullopt;
  return at_rank(stats::nearest_rank(count_, p));
}

std::uint64_t LatencyHistogram::count_above(Nanoseconds latency) const {
  std::uint64_t above = 0;
  for (std::size_t i = bucket_of(unsigned_of(latency)) + 1; i < counts_.size(); ++i) above += counts_[i];
  return above;
}

LatencyHistogram::State LatencyHistogram::state() const {
  State state;
  state.digits = digits_;
  state.counts = counts_;
  state.min = min_;
  state.max = max_;
  state.sum_low = sum_low_;
  state.sum_high = sum_high_;
  return state;
}

std::optional<LatencyHistogram> LatencyHistogram::of(State state) {
  if (state.digits < 1 || state.digits > 4) return std::nullopt;
  LatencyHistogram made(state.digits);
  if (state.counts.size() != made.counts_.size() || state.max >> value_bits || state.min > state.max)
    return std::nullopt;
  made.counts_ = std::move(state.counts);
  made.min_ = state.min;
  made.max_ = state.max;
  made.sum_low_ = state.sum_low;
  made.sum_high_ = state.sum_high;
  for (const std::uint64_t count : made.counts_) {
    made.count_ += count;
    if (made.count_ < count) return std::nullopt;
  }
  const bool fits = made.count_ == 0 ? (state.min | state.max | state.sum_low | state.sum_high) == 0
                                     : made.bucket_of(state.min) == made.bucket_of_rank(0) &&
                                           made.bucket_of(state.max) == made.bucket_of_rank(made.count_ - 1);
  if (!fits) return std::nullopt;
  return made;
}

Bytes LatencyHistogram::memory() const {
  return Bytes(static_cast<double>(counts_.size() * sizeof(counts_[0])));
}

}  // namespace ridgeline
