#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "folder.h"
#include "load/samplers.h"
#include "load/schedule.h"
#include "ridgeline/scenario.h"

namespace ridgeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr double pi = 3.14159265358979323846;
constexpr double sigmas = 5;  // each check fails by chance less than once in a million

Scenario server(double qps, Nanoseconds duration, const std::string& arrivals) {
  Scenario s = Scenario::mlperf(ScenarioKind::server);
  s.target_qps = qps;
  s.min_duration = duration;
  s.seed = 11;
  s.arrivals = *parse_arrivals(arrivals);
  return s;
}

std::vector<Nanoseconds> arrivals_of(const Scenario& s) {
  const auto schedule = make_schedule(s);
  EXPECT_TRUE(schedule) << schedule.error().message;
  EXPECT_TRUE(std::is_sorted(schedule->arrivals.begin(), schedule->arrivals.end()));
  return schedule->arrivals;
}

// Raw moments of a gamma variable of shape k and scale t: E[X^n] = t^n k (k + 1) ... (k + n - 1).
double gamma_moment(double shape, int n) {
  double moment = 1;
  for (int i = 0; i < n; ++i) moment *= shape + i;
  return moment;
}

TEST(GammaSampler, HasItsMoments) {
  constexpr double n = 200000;
  for (const double shape : {0.11, 0.5, 1.0, 4.0, 30.0}) {
    RandomStream stream(3, "gamma test");
    double sum = 0, squares = 0;
    for (int i = 0; i < static_cast<int>(n); ++i) {
      const double x = load::sample_gamma(stream, shape);
      sum += x;
      squares += x * x;
    }
    const double second = gamma_moment(shape, 2), fourth = gamma_moment(shape, 4);
    EXPECT_NEAR(sum / n, shape, sigmas * std::sqrt(shape / n)) << shape;  // the variance is the shape
    EXPECT_NEAR(squares / n, second, sigmas * std::sqrt((fourth - second * second) / n)) << shape;
  }
}

// E[X^n] = m^n (1 + c^2)^(n (n - 1) / 2).
TEST(LognormalSampler, HasItsMoments) {
  constexpr double n = 200000, mean = 295, cv = 0.6, spread = 1 + cv * cv;
  RandomStream stream(4, "lognormal test");
  double sum = 0, squares = 0;
  for (int i = 0; i < static_cast<int>(n); ++i) {
    const double x = load::sample_lognormal(stream, mean, cv) / mean;
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / n, 1, sigmas * cv / std::sqrt(n));
  EXPECT_NEAR(squares / n, spread, sigmas * std::sqrt((std::pow(spread, 6) - spread * spread) / n));
}

TEST(SineOfTurns, IsTheSine) {
  for (double x = -3; x <= 3; x += 0.0137) {
    EXPECT_NEAR(load::sine_of_turns(x), std::sin(2 * pi * x), 1e-14) << x;
  }
}

// Independent gaps with mean 1/rate and standard deviation CV/rate; the first arrival at 0.
TEST(GammaArrivals, HaveTheirRateAndVariation) {
  for (const double cv : {0.5, 1.0, 3.0}) {
    Scenario s = server(1000, Nanoseconds(0), "poisson");
    s.arrivals.kind = Arrivals::Kind::gamma;
    s.arrivals.cv = cv;
    s.min_queries = 200001;
    const auto arrivals = arrivals_of(s);
    ASSERT_EQ(arrivals.size(), 200001u);
    EXPECT_EQ(arrivals[0], Nanoseconds(0));
    const double n = 200000, shape = 1 / (cv * cv);
    double squares = 0;
    for (std::size_t i = 1; i < arrivals.size(); ++i) {
      squares += std::pow(to_seconds(arrivals[i] - arrivals[i - 1]).value() * 1000 * shape, 2);
    }
    EXPECT_NEAR(to_seconds(arrivals.back()).value() * 1000 / n, 1, sigmas * cv / std::sqrt(n));
    const double second = gamma_moment(shape, 2), fourth = gamma_moment(shape, 4);
    // Rounding to the nanosecond moves a gap by a millionth of the mean at most.
    EXPECT_NEAR(squares / n, second, sigmas * std::sqrt((fourth - second * second) / n) + 1e-5 * shape);
  }
}

// 100 cycles of 1 s on and 3 s off: a count of a Poisson process has its mean as its variance.
TEST(OnOffArrivals, KeepTheirRatesInEachPhase) {
  for (const double ratio : {0.0, 0.1, 1.0}) {
    Scenario s = server(500, std::chrono::seconds(400), "on-off:1s,3s");
    s.arrivals.off_ratio = ratio;
    double on = 0, off = 0;
    for (const Nanoseconds at : arrivals_of(s)) (at.count() % 4'000'000'000 < 1'000'000'000 ? on : off) += 1;
    const double on_rate = 500 * 4 / (1 + 3 * ratio);
    EXPECT_NEAR(on, 100 * on_rate, sigmas * std::sqrt(100 * on_rate) + 1);
    EXPECT_NEAR(off, 300 * ratio * on_rate, sigmas * std::sqrt(300 * ratio * on_rate) + (ratio > 0 ? 1 : 0));
  }
}

// The rate qps (1 + A sin) integrates to qps P / 2 (1 + 2 A / pi) over the first half of the period.
TEST(DiurnalArrivals, RiseAndFall) {
  const Scenario s = server(500, std::chrono::seconds(400), "diurnal:100s,0.8");
  double day = 0, night = 0;
  for (const Nanoseconds at : arrivals_of(s))
    (at.count() % 100'000'000'000 < 50'000'000'000 ? day : night) += 1;
  const double expected_day = 500 * 200 * (1 + 2 * 0.8 / pi), expected_night = 500 * 200 * (1 - 2 * 0.8 / pi);
  EXPECT_NEAR(day, expected_day, sigmas * std::sqrt(expected_day) + 1);
  EXPECT_NEAR(night, expected_night, sigmas * std::sqrt(expected_night) + 1);
}

TEST(ConstantStream, HasAFixedPeriod) {
  Scenario s = Scenario::mlperf(ScenarioKind::constant_stream);
  s.target_qps = 12;
  s.min_duration = std::chrono::seconds(1);
  s.min_queries = 1;
  EXPECT_EQ(s.period().count(), 83'333'333);
  EXPECT_EQ(s.latency_limit(), s.period());
  s.target_latency = std::chrono::milliseconds(50);
  EXPECT_EQ(s.latency_limit(), s.target_latency);
  const auto arrivals = arrivals_of(s);
  ASSERT_EQ(arrivals.size(), 14u);  // 12 periods of 83,333,333 ns are 4 ns short of a second
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    EXPECT_EQ(arrivals[i].count(), 83'333'333 * static_cast<std::int64_t>(i));
  }
}

std::string written(const std::string& name, const std::string& text) {
  static const Folder folder;
  return folder.write(name, text);
}

TEST(Trace, IsPlayedAsRecordedOrAtAnotherRate) {
  const auto path = written("trace.csv",
                            "input_tokens,arrival,output_tokens,user\n"
                            "10,1.5,20,a\n11,2,21,b\n12,2,22,\"c, d\"\n\n13,3.5,23,e\n");
  Scenario s = server(1, Nanoseconds(0), "trace:" + path);
  s.target_qps = 0;
  auto schedule = make_schedule(s);
  ASSERT_TRUE(schedule) << schedule.error().message;
  EXPECT_DOUBLE_EQ(schedule->scenario.target_qps, 1.5);  // three gaps in two seconds
  using std::chrono::milliseconds;
  EXPECT_THAT(schedule->arrivals,
              ElementsAre(milliseconds(0), milliseconds(500), milliseconds(500), milliseconds(2000)));
  ASSERT_EQ(schedule->lengths.size(), 4u);
  EXPECT_EQ(schedule->lengths[3].input, 13u);
  EXPECT_EQ(schedule->lengths[3].output, 23u);
  s.target_qps = 3;
  EXPECT_THAT(make_schedule(s)->arrivals,
              ElementsAre(milliseconds(0), milliseconds(250), milliseconds(250), milliseconds(1000)));
  s.max_queries = 2;
  schedule = make_schedule(s);
  EXPECT_EQ(schedule->arrivals.size(), 2u);
  EXPECT_EQ(schedule->lengths.size(), 2u);
}

std::string complaint(const std::string& text) {
  const auto trace = read_trace(written("bad.csv", text));
  EXPECT_FALSE(trace) << text;
  return trace ? "" : trace.error().message;
}

TEST(Trace, BadRowsAreNamed) {
  EXPECT_THAT(complaint("time\n1\n"), HasSubstr("bad.csv:1: no column 'arrival'; the header names time"));
  EXPECT_THAT(complaint("arrival\n2\n1\n"), HasSubstr("bad.csv:3: arrival is 1, before the 2"));
  EXPECT_THAT(complaint("arrival\n-1\n"), HasSubstr("bad.csv:2: arrival is -1"));
  EXPECT_THAT(complaint("arrival\nnan\n"), HasSubstr("bad.csv:2: arrival is 'nan'; must be a number"));
  EXPECT_THAT(complaint("arrival,input_tokens\n1,2\n"), HasSubstr("no column 'output_tokens'"));
  EXPECT_THAT(complaint("arrival,input_tokens,output_tokens\n1,2,0\n"),
              HasSubstr("bad.csv:2: a request of 0"));
  EXPECT_THAT(complaint("arrival,input_tokens,output_tokens\n1,2,-3\n"), HasSubstr("output_tokens is '-3'"));
  EXPECT_THAT(complaint("arrival\n"), HasSubstr("no request"));
  EXPECT_FALSE(read_trace("no-such-file.csv"));
}

TEST(ParseArrivals, ReadsEveryKind) {
  EXPECT_EQ(parse_arrivals("poisson")->kind, Arrivals::Kind::poisson);
  EXPECT_EQ(parse_arrivals("gamma:3")->cv, 3);
  const auto on_off = parse_arrivals("on-off:500ms,2min,0.25");
  ASSERT_TRUE(on_off);
  EXPECT_EQ(on_off->on, std::chrono::milliseconds(500));
  EXPECT_EQ(on_off->off, std::chrono::minutes(2));
  EXPECT_EQ(on_off->off_ratio, 0.25);
  EXPECT_EQ(parse_arrivals("diurnal:24h,0.5")->period, std::chrono::hours(24));
  EXPECT_EQ(parse_arrivals("trace:a,b:c.csv")->path, "a,b:c.csv");
  for (const char* wrong : {"", "gamma", "gamma:", "gamma:x", "gamma:-1", "gamma:1e9", "gamma:3,4",
                            "on-off:10s", "on-off:10,10", "on-off:0s,1s", "on-off:1s,1s,2", "diurnal:1s",
                            "diurnal:1s,1.5", "diurnal:0s,1", "trace:", "bursts:3", "poisson:1"}) {
    EXPECT_FALSE(parse_arrivals(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace ridgeline
