// Verdicts, bills and their sentences, from profiles made by hand: 1 s a pass of 4 samples unless said.

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "ridgeline/evaluation.h"

namespace ridgeline {
namespace {

Profile profile(double seconds = 1, double samples = 4) {
  Profile p;
  p.model = "m";
  p.hardware = "d";
  p.shape = StepShape::samples(static_cast<std::uint32_t>(samples));
  p.latency = Seconds(seconds);
  p.samples = samples;
  p.throughput = Hertz(samples / seconds);
  p.footprint.weights = Bytes(40e9);
  p.footprint.capacity = Bytes(80e9);
  return p;
}

Profile decode_profile() {
  Profile p = profile();
  p.shape = StepShape::decode(4, 100);
  p.tokens = 4;
  return p;
}

Provenance datasheet() { return {ProvenanceKind::datasheet, "sheet", "2024"}; }

Hardware device() {
  Hardware h;
  h.id = "d";
  h.tdp = Sourced<Watts>{Watts(500), datasheet(), {}};
  h.price = Sourced<Dollars>{Dollars(17532), datasheet(), {}};
  return h;
}

template <class Q>
Sourced<Q> given(Q value) {
  return {value, {ProvenanceKind::assumed, "given", ""}, {}};
}

EvaluationTerms limits(std::vector<EvaluationLimit> list) {
  EvaluationTerms terms;
  terms.limits = std::move(list);
  return terms;
}

/// 17532 USD over 2 years of 8766 h is 1 USD an hour; 500 W x 1.2 x 0.5 USD/kWh is 0.30 USD an hour.
Economics owned() {
  Economics e;
  e.years = given(2.0);
  e.utilisation = given(1.0);
  e.electricity = given(dollars_per_kwh(0.5));
  e.pue = given(1.2);
  e.carbon_per_joule = given(360 / joules_per_kwh);
  return e;
}

double value(const Evaluation& e, const char* metric) { return e.find(metric)->value.value(); }

TEST(Evaluation, WithoutLimitsEveryLevelPassesAndSaysSo) {
  const auto e = evaluate(profile(), device(), {});
  ASSERT_TRUE(e);
  ASSERT_EQ(e->levels.size(), 3u);
  EXPECT_EQ(e->levels[0].reason, "fits: 40.0 GB of the 80.0 GB on each device, which leaves 50 %");
  EXPECT_EQ(e->levels[1].reason, "no limit was set");
  EXPECT_EQ(e->levels[2].reason, "no limit was set");
  EXPECT_EQ(e->status(), EvaluationStatus::pass);
}

TEST(Evaluation, TheBillOfAnOwnedDevice) {
  EvaluationTerms terms;
  terms.economics = owned();
  const auto e = evaluate(profile(), device(), terms);
  ASSERT_TRUE(e);
  EXPECT_DOUBLE_EQ(value(*e, "cost_per_hour"), 1.3);
  // 4 samples a second are 14,400 an hour.
  EXPECT_DOUBLE_EQ(value(*e, "cost_per_million"), 1.3 / 14400 * 1e6);
  EXPECT_DOUBLE_EQ(value(*e, "power"), 600);
  EXPECT_DOUBLE_EQ(value(*e, "energy_per_query"), 150);
  // 150 J at 360 g a 3.6 MJ.
  EXPECT_DOUBLE_EQ(value(*e, "carbon_per_query"), 0.015);
}

TEST(Evaluation, IdleTimeIsPaidForAndDrawsTheIdlePower) {
  EvaluationTerms terms;
  terms.economics = owned();
  terms.economics.utilisation = given(0.25);
  terms.economics.idle = given(Watts(100));
  const auto e = evaluate(profile(), device(), terms);
  ASSERT_TRUE(e);
  // 600 W at work, and for each second of it three of 120 W: 960 W. 1 / 0.25 + 0.96 kW x 0.5.
  EXPECT_DOUBLE_EQ(value(*e, "power"), 600);
  EXPECT_DOUBLE_EQ(value(*e, "energy_per_query"), 240);
  EXPECT_DOUBLE_EQ(value(*e, "cost_per_hour"), 4.48);
  // Not known, it is at most what the device draws at work: 2400 W.
  terms.economics.idle.reset();
  const auto bound = evaluate(profile(), device(), terms);
  EXPECT_DOUBLE_EQ(value(*bound, "energy_per_query"), 600);
  EXPECT_TRUE(bound->find("energy_per_query")->upper_bound);
}

TEST(Evaluation, RentHasTheElectricityInIt) {
  EvaluationTerms terms;
  terms.economics.rent = given(Dollars(2));
  terms.economics.utilisation = given(0.5);
  Profile p = profile();
  p.parallelism.tensor = 3;
  const auto e = evaluate(p, device(), terms);
  ASSERT_TRUE(e);
  EXPECT_DOUBLE_EQ(value(*e, "cost_per_hour"), 12);  // 3 x 2 / 0.5
  terms.economics.electricity = given(dollars_per_kwh(0.1));
  EXPECT_FALSE(evaluate(p, device(), terms));
}

TEST(Evaluation, WhatIsMissingIsUnknownAndNeverZero) {
  Hardware bare = device();
  bare.price.reset();
  bare.tdp.reset();
  EvaluationTerms terms = limits({{"cost_per_million", 5}, {"energy_per_query", 5}});
  terms.economics = owned();
  const auto e = evaluate(profile(), bare, terms);
  ASSERT_TRUE(e);
  for (const char* metric :
       {"cost_per_hour", "cost_per_million", "power", "energy_per_query", "carbon_per_query"})
    EXPECT_FALSE(e->find(metric)->value) << metric;
  EXPECT_EQ(e->levels[2].status, EvaluationStatus::unknown);
  EXPECT_EQ(e->levels[2].reason,
            "the cost of a million samples is unknown: the catalog has no price of d, and none was given; 1 "
            "more limit alike");
  EXPECT_EQ(e->find("energy_per_query")->reason,
            "the energy of a sample is unknown: the catalog has no power figure of d");
  // A price alone leaves the electricity open.
  EvaluationTerms no_electricity;
  no_electricity.economics.years = given(2.0);
  const auto half = evaluate(profile(), device(), no_electricity);
  EXPECT_FALSE(half->find("cost_per_hour")->value);
  EXPECT_EQ(half->find("cost_per_hour")->reason,
            "the cost of an hour at work is unknown: no price of electricity was given");
}

TEST(Evaluation, EachSideOfALimit) {
  struct Case {
    double limit;
    EvaluationStatus status;
    const char* reason;
  };
  for (const Case& c :
       {Case{0.5, EvaluationStatus::fail, "latency is 1.00 s, above the limit of 500 ms"},
        Case{0.9999, EvaluationStatus::fail, "latency is 1.000 s, above the limit of 0.9999 s"},
        Case{1.05, EvaluationStatus::warn, "latency is 1.00 s, less than 10 % from the limit of 1.05 s"},
        Case{2, EvaluationStatus::pass, "latency is 1.00 s, within the limit of 2.00 s"}}) {
    const auto e = evaluate(profile(), device(), limits({{"latency", c.limit}}));
    ASSERT_TRUE(e);
    EXPECT_EQ(e->levels[1].status, c.status) << c.limit;
    EXPECT_EQ(e->levels[1].reason, c.reason);
  }
  const auto low = evaluate(profile(), device(), limits({{"throughput", 5}}));
  EXPECT_EQ(low->levels[1].reason, "throughput in samples is 4.00 /s, below the limit of 5.00 /s");
  EXPECT_EQ(low->status(), EvaluationStatus::fail);
  EXPECT_EQ(evaluate(profile(), device(), limits({{"throughput", 3}}))->status(), EvaluationStatus::pass);
}

TEST(Evaluation, AnIntervalThatContainsTheLimitIsAWarningOnEitherSide) {
  Profile p = profile();
  p.interval = {Seconds(0.8), Seconds(1.25)};
  const auto above = evaluate(p, device(), limits({{"latency", 0.85}}));
  EXPECT_EQ(above->levels[1].status, EvaluationStatus::warn);
  EXPECT_EQ(above->levels[1].reason,
            "latency is 1.00 s, above the limit of 850 ms, but the 90 % interval reaches 800 ms");
  const auto below = evaluate(p, device(), limits({{"latency", 1.2}}));
  EXPECT_EQ(below->levels[1].status, EvaluationStatus::warn);
  EXPECT_EQ(below->levels[1].reason,
            "latency is 1.00 s, within the limit of 1.20 s, but the 90 % interval reaches 1.25 s");
  EXPECT_EQ(evaluate(p, device(), limits({{"latency", 0.7}}))->status(), EvaluationStatus::fail);
  EXPECT_EQ(evaluate(p, device(), limits({{"latency", 1.3}}))->status(), EvaluationStatus::pass);
  // Rates are inverse to the time: 4 samples in 0.8 to 2 s.
  p.interval = {Seconds(0.8), Seconds(2)};
  const auto rate = evaluate(p, device(), limits({{"throughput", 3.5}}));
  const EvaluationMetric* m = rate->find("throughput");
  EXPECT_DOUBLE_EQ(m->interval->first, 2);
  EXPECT_DOUBLE_EQ(m->interval->second, 5);
  EXPECT_EQ(m->reason,
            "throughput in samples is 4.00 /s, within the limit of 3.50 /s, but the 90 % interval reaches "
            "2.00 /s");
}

TEST(Evaluation, CostAndEnergyCarryTheIntervalOfTheTime) {
  Profile p = profile();
  p.interval = {Seconds(0.5), Seconds(2)};
  EvaluationTerms terms;
  terms.economics = owned();
  const auto e = evaluate(p, device(), terms);
  EXPECT_DOUBLE_EQ(e->find("energy_per_query")->interval->first, 75);
  EXPECT_DOUBLE_EQ(e->find("energy_per_query")->interval->second, 300);
  EXPECT_DOUBLE_EQ(e->find("cost_per_million")->interval->second, 2 * value(*e, "cost_per_million"));
  EXPECT_FALSE(e->find("power")->interval);
}

TEST(Evaluation, ABoundThatBreaksALimitSaysWhatItWouldTake) {
  EvaluationTerms terms = limits({{"energy_per_query", 60}});
  terms.economics = owned();
  const auto e = evaluate(profile(), device(), terms);
  EXPECT_EQ(e->levels[2].status, EvaluationStatus::fail);
  EXPECT_EQ(e->levels[2].reason,
            "the energy of a sample is at most 150 J, which does not show it within the limit of 60.0 J, 40 "
            "% of that "
            "bound");
}

TEST(Evaluation, AssumedValuesWarnUnlessTheyWereGiven) {
  EvaluationTerms terms = limits({{"cost_per_hour", 100}});
  terms.economics = owned();
  EXPECT_EQ(evaluate(profile(), device(), terms)->levels[2].status, EvaluationStatus::pass);
  Hardware street = device();
  street.price->provenance.kind = ProvenanceKind::assumed;
  const auto e = evaluate(profile(), street, terms);
  EXPECT_EQ(e->levels[2].status, EvaluationStatus::warn);
  EXPECT_EQ(
      e->levels[2].reason,
      "the cost of an hour at work is 1.30 USD, within the limit of 100 USD, but rests on what was assumed: "
      "hardware.price (17532 USD)");
  terms.economics.utilisation.reset();  // the default is an assumption too
  EXPECT_EQ(evaluate(profile(), device(), terms)->levels[2].status, EvaluationStatus::warn);
}

TEST(Evaluation, AssumedInputsOfThePredictionWarn) {
  Profile p = profile();
  p.inputs.push_back({"calibration.launch", "1 µs", {ProvenanceKind::assumed, "textbook", ""}});
  p.inputs.push_back({"calibration.per_step", "1 µs", {ProvenanceKind::assumed, "textbook", ""}});
  const auto e = evaluate(p, device(), limits({{"latency", 100}}));
  EXPECT_EQ(e->levels[1].reason,
            "latency is 1.00 s, within the limit of 100 s, but rests on what was assumed: the calibration "
            "(textbook)");
}

TEST(Evaluation, MemoryCloseToFullAndFull) {
  Profile p = profile();
  p.footprint.weights = Bytes(72.1e9);
  EXPECT_EQ(evaluate(p, device(), {})->levels[0].status, EvaluationStatus::warn);
  p.footprint.weights = Bytes(100e9);
  const auto e = evaluate(p, device(), limits({{"latency", 10}}));
  ASSERT_TRUE(e);
  EXPECT_FALSE(e->fits());
  EXPECT_EQ(e->levels[0].reason,
            "does not fit: 100 GB are needed on each device, 20.0 GB more than its 80.0 GB");
  EXPECT_EQ(e->levels[1].status, EvaluationStatus::unknown);
  EXPECT_EQ(e->levels[1].reason, "not judged: it does not fit");
  EXPECT_FALSE(e->find("latency")->value);
}

TEST(Evaluation, ADecodePassCountsTokens) {
  const auto e = evaluate(decode_profile(), device(), limits({{"token_rate", 3}}));
  ASSERT_TRUE(e);
  EXPECT_EQ(e->query, "token");
  EXPECT_EQ(e->unit, "output tokens");
  EXPECT_DOUBLE_EQ(value(*e, "token_rate"), 4);
}

TEST(Evaluation, RefusesLimitsThatMeanNothing) {
  const auto error = [](std::vector<EvaluationLimit> list) {
    const auto e = evaluate(profile(), device(), limits(std::move(list)));
    return e ? std::string() : e.error().message;
  };
  EXPECT_EQ(error({{"speed", 1}}),
            "limit on 'speed': no such metric; use one of latency, ttft, tpot, throughput, token_rate, "
            "cost_per_hour, cost_per_million, power, energy_per_query, carbon_per_query");
  EXPECT_EQ(
      error({{"ttft", 1}}),
      "limit on ttft: a pass of this model has latency, throughput; ttft, tpot and token_rate are of serving "
      "points (--concurrency)");
  EXPECT_EQ(error({{"latency", 1}, {"latency", 2}}), "two limits on latency; keep one");
  for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()})
    EXPECT_NE(error({{"latency", bad}}), "") << bad;
  EvaluationTerms terms;
  terms.economics.pue = given(0.9);
  EXPECT_FALSE(evaluate(profile(), device(), terms));
  terms.economics = {};
  terms.economics.utilisation = given(1.1);
  EXPECT_FALSE(evaluate(profile(), device(), terms));
}

TEST(Evaluation, TheMostConcerningMetricSpeaksForItsLevel) {
  const auto e = evaluate(profile(), device(), limits({{"latency", 0.5}, {"throughput", 3}}));
  EXPECT_EQ(e->levels[1].reason, "latency is 1.00 s, above the limit of 500 ms");
  const auto both = evaluate(profile(), device(), limits({{"latency", 4}, {"throughput", 2}}));
  EXPECT_EQ(both->levels[1].reason,
            "all 2 limits hold; the closest: latency is 1.00 s, within the limit of 4.00 s");
}

/// Of a serving point made by hand: 10 users, a TTFT of 0.1 s and 100 tokens at 10 ms.
TEST(Evaluation, AServingPoint) {
  ServingPoint point;
  point.concurrency = 10;
  point.isl = 50;
  point.osl = 101;
  ServingPrediction p;
  p.decode = profile();
  p.ttft = {Seconds(0.1), std::pair{Seconds(0.05), Seconds(0.2)}};
  p.tpot = {Seconds(0.01), std::pair{Seconds(0.009), Seconds(0.0115)}};
  p.requests = Hertz(10 / 1.1);
  p.devices = 2;
  p.largest_batch = 100;
  p.footprint = p.decode.footprint;
  EvaluationTerms terms = limits({{"ttft", 1}, {"energy_per_query", 1000}});
  terms.economics = owned();
  const auto e = evaluate(point, p, device(), terms);
  ASSERT_TRUE(e);
  EXPECT_DOUBLE_EQ(value(*e, "latency"), 1.1);
  EXPECT_DOUBLE_EQ(e->find("latency")->interval->first, 0.95);
  EXPECT_DOUBLE_EQ(e->find("latency")->interval->second, 1.35);
  EXPECT_DOUBLE_EQ(value(*e, "token_rate"), 10 / 1.1 * 101);
  EXPECT_DOUBLE_EQ(value(*e, "energy_per_query"), 2 * 600 * 1.1 / 10);
  EXPECT_EQ(e->status(), EvaluationStatus::pass);
  EXPECT_EQ(e->work, "10 users, 50 tokens in, 101 out");
  // Fewer places than users: they wait.
  p.largest_batch = 8;
  EXPECT_EQ(evaluate(point, p, device(), terms)->levels[0].reason,
            "fits, but a rank decodes at most 8 sequences at once and has 10 users: the others wait");
  p.largest_batch = 11;
  EXPECT_EQ(evaluate(point, p, device(), terms)->levels[0].status, EvaluationStatus::warn);
}

}  // namespace
}  // namespace ridgeline
