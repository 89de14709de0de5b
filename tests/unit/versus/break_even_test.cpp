// Break-evens against closed forms, and re-evaluated on either side.

#include "versus/break_even.h"

#include <cmath>

#include "systems.h"

namespace ridgeline {
namespace {

using testing::break_even;
using testing::compute_bound;
using testing::memory_bound;
using testing::question_of;
using testing::shipped_question;
using testing::versus_data;
using testing::versus_example;
using versus::find_real;
using versus::find_whole;
using versus::RatioAt;

RatioAt by(double (*f)(double)) {
  return [f](double x) -> Result<double> { return f(x); };
}

/// B is better below 37, A from 37 on.
TEST(FindWhole, ends_at_neighbours) {
  BreakEven b;
  find_whole(b, by([](double x) { return 36.5 / x; }), 8, 1024);
  EXPECT_EQ(b.keeps, 36);
  EXPECT_EQ(b.turns, 37);
  EXPECT_DOUBLE_EQ(*b.ratio_keeps, 36.5 / 36);
  EXPECT_DOUBLE_EQ(*b.ratio_turns, 36.5 / 37);
  find_whole(b, by([](double x) { return 36.5 / x; }), 200, 1024);  // from the other side
  EXPECT_EQ(b.keeps, 37);
  EXPECT_EQ(b.turns, 36);
}

/// Better between 5 and 100 alone: from 8 the nearer end by logarithm is 4.
TEST(FindWhole, takes_the_nearer_of_two_turns) {
  BreakEven b;
  find_whole(b, by([](double x) { return x >= 5 && x <= 100 ? 2.0 : 0.5; }), 8, 1024);
  EXPECT_EQ(b.turns, 4);
  EXPECT_EQ(b.keeps, 5);
}

TEST(FindWhole, says_what_was_tried_where_there_is_none) {
  BreakEven b;
  find_whole(b, by([](double) { return 2.0; }), 8, 1000);
  EXPECT_FALSE(b.turns);
  EXPECT_EQ(b.tried_from, 1);
  EXPECT_EQ(b.tried_to, 1000);
  BreakEven cut;  // beyond 100 it does not fit
  const RatioAt fits = [](double x) -> Result<double> {
    if (x > 100) return infeasible("does not fit");
    return 2.0;
  };
  find_whole(cut, fits, 8, 1000);
  EXPECT_EQ(cut.tried_to, 64);
  EXPECT_EQ(cut.ends, "does not fit");
}

TEST(FindReal, brackets_within_a_two_thousandth) {
  BreakEven b;
  find_real(b, by([](double x) { return x / 300; }), 1000, 1);  // B better above 300
  EXPECT_GT(*b.keeps, 300);
  EXPECT_LE(*b.turns, 300);
  EXPECT_LE(*b.keeps / *b.turns, 1.0005);
}

/// Cost is rate^-1 (price / hours + power price): A is as good as B when its price for an hour is B's over
/// the ratio of the rates.
TEST(BreakEvens, price_is_that_of_the_closed_form) {
  const Versus& v = memory_bound();
  const BreakEven& a = break_even(v, "price of A");
  ASSERT_TRUE(a.turns);
  const double hours = 4 * 8766.0, electricity = 0.7 * 1.2 * 0.1;
  const double hourly = 25000 / hours + electricity, ratio = v.verdict.ratio->value;
  const double expected = (hourly / ratio - electricity) * hours;
  EXPECT_LE(*a.turns, expected);
  EXPECT_GE(*a.keeps, expected);
  const BreakEven& b = break_even(v, "price of B");
  ASSERT_TRUE(b.turns);
  EXPECT_GE(*b.turns, (hourly * ratio - electricity) * hours);
  EXPECT_LE(*b.keeps, (hourly * ratio - electricity) * hours);
}

/// Sets the mission to either side of what was found, asks again, and gives how many it had to ask of.
int check_again(const Versus& answer, const VersusQuestion& question) {
  int turned = 0;
  for (const auto& [input, parameter] : {std::pair{"batch", "max_batch"}, std::pair{"context", "isl"}}) {
    const BreakEven& found = break_even(answer, input);
    if (!found.turns) continue;
    ++turned;
    EXPECT_EQ(std::abs(*found.turns - *found.keeps), 1);
    for (const bool beyond : {false, true}) {
      VersusQuestion q = question;
      for (VersusSide* side : {&q.a, &q.b}) {
        const std::string phase = side->mission.phases.back().id + ".";
        EXPECT_TRUE(set(side->mission, phase + parameter, beyond ? *found.turns : *found.keeps));
      }
      const auto a = versus::point_of(q.a, versus_data()), b = versus::point_of(q.b, versus_data());
      if (!a || !b) {
        ADD_FAILURE() << (a ? b : a).error().message;
        continue;
      }
      const double ratio =
          *a->evaluation.find("cost_per_million")->value / *b->evaluation.find("cost_per_million")->value;
      EXPECT_DOUBLE_EQ(ratio, beyond ? *found.ratio_turns : *found.ratio_keeps);
      EXPECT_EQ((ratio > 1) == (answer.verdict.ratio->value > 1), !beyond);
    }
  }
  return turned;
}

TEST(BreakEvens, hold_when_evaluated_again) {
  // Long prompts and large batches are arithmetic, which A is ahead on.
  EXPECT_EQ(check_again(memory_bound(), shipped_question("cloud-titan")), 2);
  // Short prompts are not; a batch of one is still a prompt of thousands of tokens.
  EXPECT_EQ(check_again(compute_bound(), question_of(versus_example("reading-room.yaml"))), 1);
  EXPECT_EQ(break_even(compute_bound(), "batch").tried_from, 1);
  EXPECT_EQ(break_even(compute_bound(), "batch").tried_to, 1024);
}

Result<std::vector<BreakEven>> of_throughput(const VersusQuestion& q) {
  const auto a = versus::point_of(q.a, versus_data()), b = versus::point_of(q.b, versus_data());
  return versus::break_evens({*find_versus_metric("throughput"), q, {&*a, &*b}}, versus_data());
}

TEST(BreakEvens, say_why_one_was_not_looked_for) {
  VersusQuestion q = question_of(versus_example("reading-room.yaml"));
  const auto all = of_throughput(q);
  ASSERT_TRUE(all);
  EXPECT_EQ((*all)[0].why_not, "the price does not enter the metric");
  ASSERT_TRUE(set(q.b.mission, "max_batch", 8));
  const auto unlike = of_throughput(q);
  ASSERT_TRUE(unlike);
  EXPECT_EQ((*unlike)[2].why_not, "the two sides have different ones");
}

/// The search skips simulations that cannot differ; asked again, each end is that of a run of its own.
TEST(BreakEvens, simulated_ones_hold_when_played_again) {
  VersusQuestion q = shipped_question("edge-guardian", "jetson-agx-thor", "l4");
  for (VersusSide* side : {&q.a, &q.b}) {
    ASSERT_TRUE(apply_fix(side->mission));
    ASSERT_TRUE(set(side->mission, "precision", std::string("fp16")));
    ASSERT_TRUE(set(side->mission, "duration", 10));
  }
  const VersusMetricKind& kind = *find_versus_metric("latency.p99");
  const auto a = versus::point_of(q.a, versus_data()), b = versus::point_of(q.b, versus_data());
  ASSERT_TRUE(a && b);
  const auto all = versus::break_evens({kind, q, {&*a, &*b}}, versus_data());
  ASSERT_TRUE(all) << all.error().message;
  const BreakEven& batch = (*all)[2];
  ASSERT_TRUE(batch.turns || batch.tried_to == 1024);
  const auto ratio_at = [&](double most) {
    std::array<double, 2> p99{};
    for (const std::size_t s : {0U, 1U}) {
      VersusSide side = s == 0 ? q.a : q.b;
      EXPECT_TRUE(set(side.mission, "car.max_batch", most));
      p99[s] = **versus::value_of(kind, side, *versus::point_of(side, versus_data()));
    }
    return p99[0] / p99[1];
  };
  if (batch.turns) {
    EXPECT_EQ(ratio_at(*batch.turns), *batch.ratio_turns);
    EXPECT_EQ(ratio_at(*batch.keeps), *batch.ratio_keeps);
  }
  // Eight frames come together, twenty times a second, and are done by the next: a batch is of eight at most.
  EXPECT_EQ(ratio_at(1024), ratio_at(9));
}

}  // namespace
}  // namespace ridgeline
