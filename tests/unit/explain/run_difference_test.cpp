#include "ridgeline/run_difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "../../support/coverage.h"
#include "../../support/random_runs.h"
#include "ridgeline/digest.h"
#include "ridgeline/host_noise.h"

namespace ridgeline {
namespace {

using coverage::lognormal;
using coverage::run_of;

RunComparison quick() {
  RunComparison how;
  how.replicas = 200;
  return how;
}

RunDifference differing(const Run& a, const Run& b, const RunComparison& how = quick()) {
  auto result = compare(a, b, how);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *result : RunDifference{};
}

std::string refusal(const Run& a, const Run& b, const RunComparison& how = quick()) {
  const auto result = compare(a, b, how);
  EXPECT_FALSE(result);
  return result ? "" : result.error().message;
}

const MetricDifference& metric(const RunDifference& d, std::string_view name) {
  for (const MetricDifference& m : d.metrics) {
    if (m.metric->name == name) return m;
  }
  ADD_FAILURE() << "no " << name;
  return d.metrics.front();
}

bool has(const RunDifference& d, std::string_view name) {
  for (const MetricDifference& m : d.metrics) {
    if (m.metric->name == name) return true;
  }
  return false;
}

Run random_run(std::uint64_t seed, double scale = 1e-2, std::size_t n = 600) {
  RandomStream stream(seed, "run");
  return run_of(lognormal(n, scale, 0.5, 0, stream));
}

/// The same with another schedule, so that nothing pairs them.
Run other_schedule(Run run) {
  run.queries.back().scheduled += Nanoseconds(1);
  run.queries.back().completed += Nanoseconds(1);
  return run;
}

TEST(RunDifference, OfARunWithItselfIsNothing) {
  const ridgeline::Run run = random_run(1);
  const RunDifference d = differing(run, run);
  EXPECT_TRUE(d.paired);
  EXPECT_EQ(d.a_queries, 600u);
  for (const MetricDifference& m : d.metrics) {
    EXPECT_EQ(m.absolute.value, 0) << m.metric->name;
    EXPECT_NE(m.evidence, Evidence::shown) << m.metric->name;
    if (m.absolute.low) {
      EXPECT_EQ(*m.absolute.low, 0) << m.metric->name;
      EXPECT_EQ(*m.absolute.high, 0) << m.metric->name;
    }
  }
  EXPECT_NEAR(d.b_slower->value, 0.5, 1e-12);
  EXPECT_NEAR(*d.effect_size, 0, 1e-12);
  ASSERT_EQ(d.shift.size(), 9u);
  for (const DecileShift& shift : d.shift) EXPECT_EQ(shift.seconds.value, 0);
  EXPECT_EQ(d.sentences.front().find("P99 is"), std::string::npos);
}

TEST(RunDifference, PairedShowsWhatUnpairedCannot) {
  // B is A and 0.1 ms: the same queries differ by just that, while P50 of 600 queries is known to 5 %, 0.5
  // ms.
  const ridgeline::Run a = random_run(2);
  ridgeline::Run b = a;
  for (QueryRecord& q : b.queries) q.completed += Nanoseconds(100'000);
  const RunDifference paired = differing(a, b);
  EXPECT_TRUE(paired.paired);
  EXPECT_EQ(metric(paired, "p50").evidence, Evidence::shown);
  EXPECT_NEAR(*metric(paired, "mean").absolute.low, 1e-4, 1e-12);
  EXPECT_NEAR(*metric(paired, "mean").absolute.high, 1e-4, 1e-12);
  const RunDifference apart = differing(a, other_schedule(b));
  EXPECT_FALSE(apart.paired);
  EXPECT_EQ(metric(apart, "p50").evidence, Evidence::not_shown);
  RunComparison unpaired = quick();
  unpaired.paired = false;
  EXPECT_EQ(metric(differing(a, b, unpaired), "p50").evidence, Evidence::not_shown);
}

TEST(RunDifference, MeanOfIndependentTimesHasTheTextbookInterval) {
  // Lognormal, s = 0.5: variance m^2 (e^(s^2) - 1) of either; Welch's interval of the difference of two means
  // of n is z sqrt(2 variance / n) to either side.
  const std::size_t n = 4000;
  const RunDifference d = differing(random_run(3, 1e-2, n), other_schedule(random_run(4, 1e-2, n)));
  const double mean = 1e-2 * std::exp(0.125), variance = mean * mean * (std::exp(0.25) - 1);
  const double half = 1.96 * std::sqrt(2 * variance / static_cast<double>(n));
  const Estimate& e = metric(d, "mean").absolute;
  EXPECT_NEAR((*e.high - *e.low) / 2, half, 0.2 * half);
  // For 5 % of the mean, (1.96 + 0.8416)^2 2 variance / (0.05 mean)^2 queries: 2.8016^2 x 0.568 / 0.0025 =
  // 1784.
  ASSERT_TRUE(metric(d, "mean").queries_needed);
  EXPECT_NEAR(static_cast<double>(*metric(d, "mean").queries_needed), 1784, 0.25 * 1784);
}

TEST(RunDifference, TailsNeedTenEffectiveQueriesBeyond) {
  const RunDifference d = differing(random_run(5), other_schedule(random_run(6)));
  EXPECT_NE(metric(d, "p90").evidence, Evidence::unknown);
  EXPECT_EQ(metric(d, "p99").evidence, Evidence::unknown);  // 6 of 600 beyond
  EXPECT_FALSE(metric(d, "p99").absolute.low);
  EXPECT_GE(*metric(d, "p99").queries_needed, 1000u);  // 10 / (1 - 0.99)
  EXPECT_FALSE(has(d, "p99.9"));                       // 600 queries have no such percentile
  EXPECT_EQ(metric(d, "max").evidence, Evidence::unknown);
}

TEST(RunDifference, OrderOfSlowness) {
  // All of B above all of A.
  const ridgeline::Run a = run_of(std::vector<double>(100, 1e-3)),
                       b = other_schedule(run_of(std::vector<double>(100, 2e-3)));
  const RunDifference d = differing(a, b);
  EXPECT_EQ(d.b_slower->value, 1);
  EXPECT_EQ(*d.effect_size, 1);
  // No replica tells otherwise, and that is not certainty: (1 - p)^100 = 0.025.
  EXPECT_NEAR(*d.b_slower->low, std::exp(std::log(0.025) / 100), 1e-9);
  EXPECT_EQ(metric(d, "p50").evidence, Evidence::shown);
  EXPECT_EQ(differing(b, a).b_slower->value, 0);
}

TEST(RunDifference, IsTheSameEachTimeAndFollowsTheSeed) {
  const ridgeline::Run a = random_run(7), b = other_schedule(random_run(8));
  RunComparison other = quick();
  other.seed = 2;
  EXPECT_EQ(metric(differing(a, b), "mean").absolute.low, metric(differing(a, b), "mean").absolute.low);
  EXPECT_NE(metric(differing(a, b), "mean").absolute.low,
            metric(differing(a, b, other), "mean").absolute.low);
}

TEST(RunDifference, TooShortRunsHaveNoIntervals) {
  const RunDifference d = differing(random_run(9, 1e-2, 10), other_schedule(random_run(10, 1e-2, 10)));
  EXPECT_EQ(metric(d, "p50").evidence, Evidence::unknown);
  EXPECT_EQ(metric(d, "mean").evidence, Evidence::unknown);
  EXPECT_TRUE(d.shift.empty());
  EXPECT_FALSE(d.b_slower);
  EXPECT_NE(d.sentences.front().find("unknown"), std::string::npos);
}

TEST(RunDifference, APredictionIsAPoint) {
  ridgeline::Run prediction = run_of({1e-2});
  prediction.origin = RunOrigin::predicted;
  const ridgeline::Run seen = random_run(11);
  const RunDifference d = differing(prediction, seen);
  const MetricDifference& mean = metric(d, "mean");
  ASSERT_TRUE(mean.absolute.low);
  // All that varies is B: one side's interval of its mean, less A's.
  const double variance = 1e-4 * std::exp(0.25) * (std::exp(0.25) - 1);
  EXPECT_NEAR((*mean.absolute.high - *mean.absolute.low) / 2, 1.96 * std::sqrt(variance / 600), 0.2 * 4.8e-4);
  const RunDifference points = differing(prediction, prediction);
  EXPECT_EQ(metric(points, "mean").evidence, Evidence::not_shown);
}

TEST(RunDifference, LimitsAndLosses) {
  ridgeline::Run a = random_run(12), b = other_schedule(random_run(13, 1.3e-2));
  for (ridgeline::Run* run : {&a, &b}) run->scenario.target_latency = std::chrono::milliseconds(15);
  const RunDifference d = differing(a, b);
  EXPECT_EQ(metric(d, "attainment").evidence, Evidence::shown);
  EXPECT_LT(metric(d, "attainment").absolute.value, 0);
  EXPECT_EQ(metric(d, "attainment").metric->better, Better::higher);
  EXPECT_EQ(metric(d, "lost").absolute.value, 0);
  b.timed_out = 3;  // when they were lost is not kept
  EXPECT_EQ(metric(differing(a, b), "attainment").evidence, Evidence::unknown);
  EXPECT_EQ(metric(differing(a, b), "lost").absolute.value, 3);
}

TEST(RunDifference, EnergyOfTheMeterThatBothHave) {
  ridgeline::Run a = random_run(14), b = other_schedule(random_run(15));
  const auto noise = [](double joules, const char* scope) {
    auto n = std::make_shared<HostNoise>();
    n->energy = {{scope, Joules(joules)}};
    return n;
  };
  a.host_noise = noise(600, "NVML GPU 0");
  b.host_noise = noise(1200, "NVML GPU 0");
  EXPECT_EQ(metric(differing(a, b), "energy_per_query").a, 1);
  EXPECT_EQ(metric(differing(a, b), "energy_per_query").b, 2);
  b.host_noise = noise(1200, "NVML GPU 1");
  EXPECT_FALSE(has(differing(a, b), "energy_per_query"));
}

TEST(RunDifference, PhasesSumToTheMean) {
  ridgeline::Run a = random_run(16), b = other_schedule(random_run(17, 1.2e-2));
  for (ridgeline::Run* run : {&a, &b}) {
    for (const QueryRecord& q : run->queries) {
      Phases p;
      p.queueing = q.latency() / 3;
      p.decode = q.latency() - p.queueing;
      run->phases.push_back(p);
    }
  }
  const RunDifference d = differing(a, b);
  ASSERT_EQ(d.parts.size(), 2u);
  EXPECT_EQ(d.parts[0].phase, "queueing");
  EXPECT_EQ(d.parts[1].phase, "decode");
  const double sum = d.parts[0].seconds.value() + d.parts[1].seconds.value();
  EXPECT_NEAR(sum, metric(d, "mean").absolute.value, 1e-9 * sum);
  a.phases.front().decode += Nanoseconds(1);  // parts that are not the whole explain nothing
  EXPECT_TRUE(differing(a, b).parts.empty());
}

TEST(RunDifference, OfflineIsARateAndNothingElse) {
  // 100 batches of 8: A takes 10 ms and B 11 ms, each within 10 % at random.
  const auto offline = [](double seconds, std::uint64_t seed) {
    ridgeline::Run run;
    run.scenario = Scenario::mlperf(ScenarioKind::offline);
    run.origin = RunOrigin::simulated;
    RandomStream stream(seed, "offline");
    double at = 0;
    for (int batch = 0; batch < 100; ++batch) {
      at += seconds * (0.9 + 0.2 * stream.uniform());
      run.sample_completions.insert(run.sample_completions.end(), 8, to_nanoseconds(Seconds(at)));
    }
    QueryRecord q;
    q.samples = 800;
    q.completed = run.sample_completions.back();
    run.queries.push_back(q);
    return run;
  };
  const RunDifference d = differing(offline(0.010, 1), offline(0.011, 2));
  EXPECT_EQ(d.a_queries, 800u);
  EXPECT_FALSE(has(d, "p50"));
  EXPECT_EQ(metric(d, "throughput").evidence, Evidence::shown);
  // Batch times vary by 0.2 / sqrt(12) = 5.8 %: of 100, and of two runs, 1.96 sqrt(2) 0.58 % = 1.6 %.
  const Estimate& e = *metric(d, "throughput").relative;
  EXPECT_NEAR((*e.high - *e.low) / 2, 0.016 * 10 / 11, 0.004);
  EXPECT_TRUE(d.shift.empty());
}

TEST(RunDifference, RefusesWhatCannotBeCompared) {
  const ridgeline::Run run = random_run(20);
  ridgeline::Run none = run, offline = run, samples = run, lengths = run;
  none.queries.clear();
  EXPECT_EQ(refusal(none, run), "compare: A completed no query: there is nothing to compare");
  offline.scenario.kind = ScenarioKind::offline;
  offline.sample_completions = {Nanoseconds(5)};
  EXPECT_NE(refusal(run, offline).find("Server against Offline"), std::string::npos);
  for (QueryRecord& q : samples.queries) q.samples = 8;
  EXPECT_NE(refusal(run, samples).find("different work: 1 samples a query against 8"), std::string::npos);
  lengths.scenario.lengths.kind = TokenLengthDistribution::Kind::fixed;
  lengths.scenario.lengths.low = {128, 64};
  ridgeline::Run longer = lengths;
  longer.scenario.lengths.low.output = 65;
  EXPECT_NE(refusal(lengths, longer).find("128/64 in A and 128/65 in B"), std::string::npos);
  RunComparison how = quick();
  how.paired = true;
  EXPECT_NE(refusal(run, random_run(21, 1e-2, 599), how).find("cannot be paired"), std::string::npos);
  how = quick();
  how.replicas = 10;
  EXPECT_NE(refusal(run, run, how).find("10 replicas; must be 200 to"), std::string::npos);
}

/// A digest of these latencies as `stretches` stretches of equal numbers.
ridgeline::Run digest_of(const std::vector<double>& latencies, std::size_t stretches) {
  ridgeline::Run run = run_of(latencies);
  auto d = std::make_shared<RunDigest>();
  d->queries = d->samples = latencies.size();
  d->stretches.resize(stretches);
  for (std::size_t i = 0; i < latencies.size(); ++i) {
    const Nanoseconds latency = run.queries[i].latency();
    RunStretch& stretch = d->stretches[i * stretches / latencies.size()];
    d->latency.times.record(latency);
    stretch.latency.record(latency);
    ++stretch.arrived;
    ++stretch.completed;
    ++stretch.samples;
  }
  d->last_scheduled = d->last_issued = run.queries.back().scheduled;
  d->last_completed = d->end = run.queries.back().completed;
  d->width = Nanoseconds(d->end.count() / static_cast<std::int64_t>(stretches) + 1);
  run.digest = d;
  run.queries.clear();
  return run;
}

TEST(RunDifference, ADigestSaysNearlyWhatItsQueriesDo) {
  RandomStream in_a(30, "a"), in_b(31, "b");
  const auto a = lognormal(6000, 1e-2, 0.5, 0, in_a), b = lognormal(6000, 1.15e-2, 0.5, 0, in_b);
  const RunDifference kept = differing(run_of(a), other_schedule(run_of(b)));
  const RunDifference digests = differing(digest_of(a, 50), digest_of(b, 50));
  for (const char* name : {"p50", "p90", "mean", "throughput"}) {
    const MetricDifference &x = metric(kept, name), &y = metric(digests, name);
    EXPECT_NEAR(y.b, x.b, 2e-3 * x.b) << name;
    ASSERT_TRUE(y.relative && y.relative->low) << name;
    if (std::string_view(name) == "throughput") continue;
    const double width = *x.relative->high - *x.relative->low;
    // An interval from 50 blocks varies by a tenth from one draw of them to another.
    EXPECT_NEAR(*y.relative->high - *y.relative->low, width, 0.5 * width) << name;
    EXPECT_EQ(y.evidence, Evidence::shown) << name;
  }
  EXPECT_NEAR(digests.b_slower->value, kept.b_slower->value, 0.005);
  EXPECT_EQ(digests.shift.size(), 9u);
  const RunDifference mixed = differing(run_of(a), digest_of(b, 50));
  EXPECT_EQ(metric(mixed, "p50").evidence, Evidence::shown);
  EXPECT_EQ(metric(differing(digest_of(a, 10), digest_of(b, 10)), "p50").evidence, Evidence::unknown);
}

TEST(RunDifference, AnyRunThatCanBeReadIsComparedOrRefused) {
  int made = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    auto a = testing_runs::random_run(seed), b = testing_runs::random_run(seed / 2);
    a.digest = b.digest = nullptr;  // whose parts do not belong to each other
    for (const auto& d : {compare(a, b, quick()), compare(a, a, quick())}) {
      if (!d) {
        EXPECT_EQ(d.error().kind, ErrorKind::bad_input);
        continue;
      }
      ++made;
      EXPECT_FALSE(d->metrics.empty());
      for (const MetricDifference& m : d->metrics) {
        if (!m.absolute.low) continue;
        EXPECT_LE(*m.absolute.low, m.absolute.value) << m.metric->name;
        EXPECT_GE(*m.absolute.high, m.absolute.value) << m.metric->name;
      }
    }
  }
  EXPECT_GT(made, 15);
}

TEST(RunMetrics, AreFoundByName) {
  ASSERT_NE(find_run_metric("p99.9"), nullptr);
  EXPECT_EQ(find_run_metric("p99.9")->unit, MetricUnit::seconds);
  EXPECT_EQ(find_run_metric("throughput")->better, Better::higher);
  EXPECT_EQ(find_run_metric("p98"), nullptr);
}

}  // namespace
}  // namespace ridgeline
