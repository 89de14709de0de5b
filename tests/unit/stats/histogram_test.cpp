#include "ridgeline/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/random.h"
#include "stats/quantile.h"

namespace ridgeline {
namespace {

Nanoseconds ns(std::int64_t count) { return Nanoseconds(count); }

TEST(LatencyHistogram, OfNothingKnowsNothing) {
  const LatencyHistogram empty;
  EXPECT_EQ(empty.count(), 0u);
  EXPECT_FALSE(empty.min());
  EXPECT_FALSE(empty.max());
  EXPECT_FALSE(empty.mean());
  EXPECT_FALSE(empty.quantile(0.5));
}

// Values of one rank each: the bucket's ends hold it between them, and its number rises with it.
TEST(LatencyHistogram, ABucketHoldsItsValuesBetweenItsEnds) {
  LatencyHistogram h(2);
  RandomStream stream(8, "ends");
  std::vector<std::int64_t> values;
  for (int i = 0; i < 1000; ++i) values.push_back(static_cast<std::int64_t>(stream.bits() >> (1 + i % 60)));
  for (const std::int64_t v : values) h.record(ns(v));
  std::sort(values.begin(), values.end());
  for (std::size_t rank = 0; rank < values.size(); ++rank) {
    ASSERT_LE(h.least_at_rank(rank).count(), values[rank]);
    ASSERT_GE(h.at_rank(rank).count(), values[rank]);
    ASSERT_EQ(h.bucket(h.least_at_rank(rank)), h.bucket(ns(values[rank])));
    ASSERT_LT(h.bucket(ns(values[rank])), h.buckets());
  }
  h.clear();
  EXPECT_EQ(h.count(), 0u);
  EXPECT_FALSE(h.max());
  h.record(ns(7));
  EXPECT_EQ(h.at_rank(0), ns(7));
}

TEST(LatencyHistogram, CountsSmallValuesExactly) {
  LatencyHistogram h(2);  // S = 256, the least power of two from 2 * 10^2
  for (std::int64_t v = 0; v < 256; ++v) h.record(ns(v));
  for (std::uint64_t rank = 0; rank < 256; ++rank)
    ASSERT_EQ(h.at_rank(rank).count(), static_cast<std::int64_t>(rank));
}

// One value alone beside a greater one, so that the clip to max() does not hide the bucket's end: at each
// power of two and on both sides of it, and at random values of all sizes. The promise: exact <= shown, and
// (shown - exact) 10^d < exact; in integers, so that it holds to the last nanosecond.
TEST(LatencyHistogram, ErrsByLessThanItsDigitsAndNeverDownwards) {
  RandomStream stream(3, "values");
  std::vector<std::int64_t> values;
  for (int bit = 1; bit < 62; ++bit) {
    for (const std::int64_t d : {-1, 0, 1}) values.push_back((std::int64_t{1} << bit) + d);
    for (int i = 0; i < 20; ++i)
      values.push_back((std::int64_t{1} << bit) +
                       static_cast<std::int64_t>(stream.below(std::uint64_t{1} << bit)));
  }
  std::int64_t scale = 1;
  for (unsigned digits = 1; digits <= 4; ++digits) {
    scale *= 10;
    bool errs = false;
    for (const std::int64_t value : values) {
      LatencyHistogram h(digits);
      h.record(ns(value));
      h.record(ns(std::numeric_limits<std::int64_t>::max()));
      const std::int64_t shown = h.at_rank(0).count();
      ASSERT_GE(shown, value) << digits;
      ASSERT_LE(shown - value, (value - 1) / scale) << digits << ' ' << value;
      errs = errs || shown > value;
    }
    EXPECT_TRUE(errs) << "no value was rounded: the bound is not being tested";
  }
}

TEST(LatencyHistogram, AgreesWithTheSortedSampleAtEveryQuantile) {
  RandomStream stream(5, "latencies");
  std::vector<std::int64_t> sample;
  LatencyHistogram h(3);
  for (int i = 0; i < 20000; ++i) {
    sample.push_back(static_cast<std::int64_t>(1e6 * stream.exponential() * stream.exponential()));
    h.record(ns(sample.back()));
  }
  std::sort(sample.begin(), sample.end());
  for (const double p : {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999}) {
    const std::int64_t exact = sample[stats::nearest_rank(sample.size(), p)];
    const std::int64_t shown = h.quantile(p)->count();
    EXPECT_GE(shown, exact) << p;
    EXPECT_LE(shown - exact, exact / 1000) << p;
  }
  EXPECT_EQ(h.min()->count(), sample.front());
  EXPECT_EQ(h.max()->count(), sample.back());
}

// The sum of 3 values near 2^62 is beyond 64 bits when counted 4 times each.
TEST(LatencyHistogram, KeepsTheMeanExactBeyond64Bits) {
  LatencyHistogram h;
  const std::int64_t big = std::int64_t{1} << 62;
  h.record(ns(big), 6);
  h.record(ns(big / 2), 6);
  EXPECT_DOUBLE_EQ(h.mean()->value(), 0.75 * static_cast<double>(big) * 1e-9);
}

TEST(LatencyHistogram, MergesAsIfRecordedTogether) {
  LatencyHistogram a, b, both;
  for (std::int64_t v = 1; v < 4000; ++v) {
    (v % 3 ? a : b).record(ns(v * v));
    both.record(ns(v * v));
  }
  a.merge(b);
  a.merge(LatencyHistogram());
  EXPECT_EQ(a.count(), both.count());
  EXPECT_EQ(a.min(), both.min());
  EXPECT_EQ(a.max(), both.max());
  EXPECT_EQ(a.mean()->value(), both.mean()->value());
  for (std::uint64_t rank = 0; rank < both.count(); rank += 97)
    EXPECT_EQ(a.at_rank(rank), both.at_rank(rank));
}

TEST(LatencyHistogram, TakesTheSameMemoryWhateverIsRecorded) {
  LatencyHistogram h(3);
  const double before = h.memory().value();
  for (std::int64_t v = 0; v < 100000; ++v) h.record(ns(v * 1000003));
  EXPECT_EQ(h.memory().value(), before);
  // S/2 = 1024 buckets of 8 bytes for each of the doublings from 2^11 to 2^63, and 2048 for what is below.
  EXPECT_EQ(before, (2048 + 1024 * (63 - 11)) * 8);
}

// A pause of 1 s in a loop that issues every 10 ms: 99 requests would have waited 990, 980 ... 10 ms.
TEST(LatencyHistogram, FillsInWhatAClosedLoopLeftOut) {
  LatencyHistogram h;
  const Nanoseconds interval = std::chrono::milliseconds(10);
  h.record_corrected(std::chrono::seconds(1), interval);
  h.record_corrected(std::chrono::milliseconds(5), interval);
  EXPECT_EQ(h.count(), 101u);
  EXPECT_NEAR(to_seconds(h.at_rank(0)).value(), 0.005, 0.005e-3);
  EXPECT_NEAR(to_seconds(h.at_rank(1)).value(), 0.010, 0.010e-3);
  EXPECT_NEAR(to_seconds(h.at_rank(50)).value(), 0.500, 0.500e-3);
}

TEST(LatencyHistogram, CountsWhatIsAbove) {
  LatencyHistogram h;
  for (std::int64_t v = 0; v < 100; ++v) h.record(ns(v));
  EXPECT_EQ(h.count_above(ns(59)), 40u);
  EXPECT_EQ(h.count_above(ns(99)), 0u);
}

}  // namespace
}  // namespace ridgeline
