// Every row of the rules in docs/check.md, with intervals made by hand.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "ridgeline/gate.h"

namespace ridgeline {
namespace {

using testing::HasSubstr;

constexpr CriterionMetric names[] = {{"p99", CriterionUnit::seconds},
                                     {"throughput", CriterionUnit::per_second},
                                     {"lost", CriterionUnit::count}};

Criterion criterion(std::string_view text) {
  const auto parsed = parse_criterion(text, {"a run", names});
  EXPECT_TRUE(parsed) << text;
  return parsed ? *parsed : Criterion();
}

Estimate estimate(double value, std::optional<double> low = {}, std::optional<double> high = {}) {
  Estimate e;
  e.value = value;
  e.low = low;
  e.high = high;
  return e;
}

/// A relative change of a metric that was 1 and its interval; shown where that excludes 0.
Observation changed(double value, double low, double high) {
  Observation seen;
  seen.base = 1;
  seen.head = estimate(1 + value);
  seen.absolute = seen.relative = estimate(value, low, high);
  seen.evidence = low > 0 || high < 0 ? Evidence::shown : Evidence::not_shown;
  return seen;
}

Outcome outcome(std::string_view text, const Observation& seen) {
  return judge(criterion(text), seen).outcome;
}

TEST(Judge, ARegressionMustBeLargerThanTheLimitAndShown) {
  EXPECT_EQ(outcome("p99 > +5%", changed(0.08, 0.02, 0.14)), Outcome::failed);
  EXPECT_EQ(outcome("p99 > +5%", changed(0.08, 0.06, 0.10)), Outcome::failed);
  EXPECT_EQ(outcome("p99 > +5%", changed(0.08, -0.01, 0.17)), Outcome::cannot_tell);  // larger, not shown
  EXPECT_EQ(outcome("p99 > +5%", changed(0.03, 0.01, 0.04)), Outcome::passed);        // shown, not larger
  EXPECT_EQ(outcome("p99 > +5%", changed(0.03, 0.01, 0.07)), Outcome::passed);
  EXPECT_EQ(outcome("p99 > +5%", changed(0.01, -0.02, 0.04)), Outcome::passed);
  EXPECT_EQ(outcome("p99 > +5%", changed(0.01, -0.06, 0.08)), Outcome::cannot_tell);  // may be larger
  EXPECT_EQ(outcome("p99 > +5%", changed(-0.2, -0.3, -0.1)), Outcome::passed);        // better
}

TEST(Judge, DownwardIsTheMirrorImage) {
  EXPECT_EQ(outcome("throughput < -5%", changed(-0.08, -0.14, -0.02)), Outcome::failed);
  EXPECT_EQ(outcome("throughput < -5%", changed(-0.08, -0.17, 0.01)), Outcome::cannot_tell);
  EXPECT_EQ(outcome("throughput < -5%", changed(-0.03, -0.04, -0.01)), Outcome::passed);
  EXPECT_EQ(outcome("throughput < -5%", changed(-0.01, -0.06, 0.04)), Outcome::cannot_tell);
  EXPECT_EQ(outcome("throughput < -5%", changed(0.2, 0.1, 0.3)), Outcome::passed);
}

TEST(Judge, AnImprovementThatIsAskedForIsTestedAgainstTheLimit) {
  EXPECT_EQ(outcome("p99 > -5%", changed(0.00, -0.02, 0.02)), Outcome::failed);  // none, and surely not 5 %
  EXPECT_EQ(outcome("p99 > -5%", changed(-0.04, -0.045, -0.035)), Outcome::failed);
  EXPECT_EQ(outcome("p99 > -5%", changed(-0.04, -0.07, -0.01)), Outcome::cannot_tell);
  EXPECT_EQ(outcome("p99 > -5%", changed(-0.09, -0.12, -0.06)), Outcome::passed);
  EXPECT_EQ(outcome("p99 > -5%", changed(-0.06, -0.09, -0.03)), Outcome::passed);
  EXPECT_EQ(outcome("p99 > -5%", changed(-0.06, -0.13, 0.01)), Outcome::cannot_tell);
}

TEST(Judge, AbsoluteChangesGoByTheAbsoluteDifference) {
  Observation seen = changed(0.5, 0.4, 0.6);
  seen.absolute = estimate(0.001, 0.0008, 0.0012);
  EXPECT_EQ(outcome("p99 > +2ms", seen), Outcome::passed);
  EXPECT_EQ(outcome("p99 > +0.5ms", seen), Outcome::failed);
  EXPECT_EQ(outcome("p99 > +5%", seen), Outcome::failed);
}

TEST(Judge, WithoutAnIntervalAChangeCannotBeTold) {
  Observation seen = changed(0.5, 0, 0);
  seen.relative = seen.absolute = estimate(0.5);
  seen.evidence = Evidence::unknown;
  seen.queries_needed = 12000;
  const Judgement j = judge(criterion("p99 > +5%"), seen);
  EXPECT_EQ(j.outcome, Outcome::cannot_tell);
  EXPECT_TRUE(j.measured);
  EXPECT_EQ(j.reason,
            "beyond the limit, but the runs support no interval; 12000 queries a run would show 5 %");
}

TEST(Judge, WhatIsAbsentIsNotMeasured) {
  Observation seen;
  seen.head = estimate(1);
  Judgement j = judge(criterion("p99 > +5%"), seen);
  EXPECT_EQ(j.outcome, Outcome::cannot_tell);
  EXPECT_FALSE(j.measured);
  EXPECT_EQ(j.reason, "BASE has no p99");
  EXPECT_EQ(judge(criterion("p99 > +5%"), Observation()).reason, "neither side has p99");
  EXPECT_EQ(judge(criterion("p99 > 5ms"), Observation()).reason, "HEAD has no p99");
  seen.base = 0;
  EXPECT_EQ(judge(criterion("p99 > +5%"), seen).reason, "these runs give no difference of p99");
  seen.absolute = estimate(1, 1, 1);
  EXPECT_EQ(judge(criterion("p99 > +5%"), seen).reason, "no relative change: BASE is 0");
}

TEST(Judge, AValueLimitGoesByHeadsOwnInterval) {
  Observation seen;  // BASE is not needed
  seen.head = estimate(0.040, 0.036, 0.045);
  EXPECT_EQ(outcome("p99 > 35ms", seen), Outcome::failed);
  EXPECT_EQ(outcome("p99 > 39ms", seen), Outcome::cannot_tell);
  EXPECT_EQ(outcome("p99 > 41ms", seen), Outcome::cannot_tell);
  EXPECT_EQ(outcome("p99 > 45ms", seen), Outcome::passed);
  EXPECT_EQ(outcome("p99 >= 45ms", seen), Outcome::cannot_tell);
  EXPECT_EQ(outcome("p99 < 35ms", seen), Outcome::passed);
  EXPECT_EQ(outcome("p99 < 46ms", seen), Outcome::failed);
}

TEST(Judge, AShortRunGetsNoBenefitOfTheDoubt) {
  Observation seen;
  seen.head = estimate(0.040);
  EXPECT_EQ(outcome("p99 > 35ms", seen), Outcome::failed);
  EXPECT_EQ(outcome("p99 > 50ms", seen), Outcome::cannot_tell);
  seen.head_certainty = Certainty::exact;
  EXPECT_EQ(outcome("p99 > 50ms", seen), Outcome::passed);
}

TEST(Judge, ExactChangesGoByTheirValue) {
  Observation seen = changed(0, 0, 0);
  seen.change_certainty = Certainty::exact;
  EXPECT_EQ(outcome("p99 > +0%", seen), Outcome::passed);
  EXPECT_EQ(outcome("p99 >= +0%", seen), Outcome::failed);
}

Observation mirrored(Observation seen) {
  for (std::optional<Estimate>* e : {&seen.head, &seen.absolute, &seen.relative}) {
    if (!*e) continue;
    const Estimate was = **e;
    (*e)->value = -was.value;
    (*e)->low = was.high ? std::optional(-*was.high) : std::nullopt;
    (*e)->high = was.low ? std::optional(-*was.low) : std::nullopt;
  }
  return seen;
}

int badness(Outcome o) { return o == Outcome::passed ? 0 : o == Outcome::cannot_tell ? 1 : 2; }

/// For any interval: down is the mirror image of up, a wider limit is never worse, and a change fails only
/// where it is beyond the limit, and shown wherever no improvement was asked for.
TEST(Judge, HoldsItsRulesForAnyInterval) {
  RandomStream draw(1, "judge");
  const auto number = [&draw] { return static_cast<double>(draw.below(41)) / 100 - 0.2; };
  unsigned failed = 0;
  for (int i = 0; i < 20'000; ++i) {
    const double value = number(), below = value - 0.1 * draw.uniform(), above = value + 0.1 * draw.uniform();
    Observation seen = changed(value, below, above);
    seen.head = seen.relative;
    if (draw.below(10) == 0) {
      seen.head->low = seen.head->high = seen.relative->low = seen.relative->high = std::nullopt;
      seen.evidence = Evidence::unknown;
    }
    Criterion up = criterion(draw.below(2) ? "p99 > +5%" : "p99 > 5s");
    if (draw.below(2)) up.comparison = Comparison::at_least;
    up.limit = number();
    const Outcome outcome = judge(up, seen).outcome;

    Criterion down = up;
    down.comparison = up.comparison == Comparison::above ? Comparison::below : Comparison::at_most;
    down.limit = -up.limit;
    ASSERT_EQ(judge(down, mirrored(seen)).outcome, outcome) << value << " in " << below << ", " << above;

    Criterion wider = up;
    wider.limit += 0.1 * draw.uniform();
    ASSERT_LE(badness(judge(wider, seen).outcome), badness(outcome)) << up.limit << " to " << wider.limit;

    if (outcome != Outcome::failed) continue;
    ++failed;
    ASSERT_TRUE(compares(up.comparison, value, up.limit));
    const bool must_be_shown = up.kind == LimitKind::relative && up.limit >= 0;
    ASSERT_TRUE(!must_be_shown || seen.evidence == Evidence::shown);
  }
  EXPECT_GT(failed, 2000u);
}

TEST(Gate, FailureOutweighsDoubtAndStrictnessTurnsDoubtIntoFailure) {
  GateReport report;
  const auto add = [&report](Outcome o) {
    report.results.push_back({criterion("p99 > +5%"), {}, {o, true, ""}});
  };
  EXPECT_EQ(report.outcome(), Outcome::passed);
  add(Outcome::passed);
  add(Outcome::cannot_tell);
  EXPECT_EQ(report.outcome(), Outcome::cannot_tell);
  EXPECT_FALSE(report.fails());
  report.strictness = Strictness::strict;
  EXPECT_TRUE(report.fails());
  EXPECT_EQ(report.outcome(), Outcome::cannot_tell);
  add(Outcome::failed);
  EXPECT_EQ(report.outcome(), Outcome::failed);
  GateReport broken;
  broken.broken = {"HEAD does not fit"};
  EXPECT_TRUE(broken.fails());
}

Prediction prediction(std::string model, double latency) {
  Prediction p;
  p.model = std::move(model);
  p.subject = p.model + " on l4";
  p.work = "1 x 1 after 0";
  p.figures = {{"latency", latency}};
  return p;
}

Result<GateReport> checked(const Prediction& base, const Prediction& head, std::string_view text) {
  const auto c = parse_criterion(text, prediction_vocabulary(base.kind));
  if (!c) return c.error();
  return check(base, head, std::vector<Criterion>{*c});
}

TEST(Predictions, AreExact) {
  const auto slower = checked(prediction("a", 0.010), prediction("a", 0.011), "latency > +9%");
  ASSERT_TRUE(slower);
  EXPECT_EQ(slower->outcome(), Outcome::failed);
  EXPECT_EQ(slower->results[0].seen.relative->value, (0.011 - 0.010) / 0.010);
  EXPECT_EQ(checked(prediction("a", 0.010), prediction("a", 0.011), "latency > +11%")->outcome(),
            Outcome::passed);
  EXPECT_EQ(checked(prediction("a", 0.010), prediction("a", 0.010), "latency > +0%")->outcome(),
            Outcome::passed);
  EXPECT_EQ(
      checked(prediction("a", 0.010), prediction("a", 0.010), "energy > +0%")->results[0].judgement.reason,
      "neither side has energy");
}

TEST(Predictions, OfOtherWorkAreRefused) {
  const auto refused = checked(prediction("a", 1), prediction("b", 1), "latency > +9%");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "these predictions are of different work: a against b");
  Prediction other = prediction("a", 1);
  other.work = "8 x 1 after 0";
  EXPECT_FALSE(checked(prediction("a", 1), other, "latency > +9%"));
  other = prediction("a", 1);
  other.kind = Prediction::Kind::serving;
  EXPECT_FALSE(checked(prediction("a", 1), other, "latency > +9%"));
}

TEST(Predictions, ThatDoNotFitFail) {
  Prediction head = prediction("a", 0.001);
  head.misfit = "needs 2 GB of 1 GB";
  const auto report = checked(prediction("a", 1), head, "latency > +9%");
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->fails());
  EXPECT_THAT(report->broken[0], HasSubstr("HEAD (a on l4) does not fit: needs 2 GB of 1 GB"));
  const auto better = checked(head, prediction("a", 0.001), "latency > +9%");
  EXPECT_FALSE(better->fails());
  EXPECT_EQ(better->warnings.size(), 1u);
}

TEST(Predictions, ACriterionThatReadsLikeARequirementIsDoubted) {
  const auto report = checked(prediction("a", 1), prediction("a", 1), "latency < 2s");
  ASSERT_TRUE(report);
  EXPECT_THAT(report->warnings, testing::ElementsAre("'latency < 2s' fails where latency is better than the "
                                                     "limit: did you mean >?"));
}

}  // namespace
}  // namespace ridgeline
