// The golden example, and every part of an answer against what it is made of.

#include <gmock/gmock.h>

#include <algorithm>

#include "systems.h"

namespace ridgeline {
namespace {

using testing::compute_bound;
using ::testing::HasSubstr;
using testing::memory_bound;
using testing::question_of;
using testing::shipped_question;
using testing::versus_data;
using testing::versus_example;
using testing::versus_metric;

/// A has three times the peak, B six times the bandwidth; all else is equal.
TEST(GoldenExample, B_is_twice_as_good_where_memory_binds) {
  const Versus& v = memory_bound();
  EXPECT_EQ(v.verdict.metric->name, "cost_per_million");
  ASSERT_TRUE(v.verdict.ratio);
  EXPECT_GE(v.verdict.ratio->value, 2);
  EXPECT_LE(v.verdict.ratio->value, 5.4 / 0.9);  // no more than the bandwidths differ
  EXPECT_EQ(v.systems[0].pass.regime, Regime::memory_bound);
  EXPECT_EQ(v.verdict.outcome, VersusOutcome::b);
}

TEST(GoldenExample, A_wins_where_arithmetic_binds) {
  const Versus& v = compute_bound();
  ASSERT_TRUE(v.verdict.ratio);
  EXPECT_LT(v.verdict.ratio->value, 1);
  EXPECT_GE(v.verdict.ratio->value, 300.0 / 900);  // no more than the peaks differ
  EXPECT_EQ(v.systems[0].prompt->regime, Regime::compute_bound);
  EXPECT_GT(v.systems[0].prompt_share, 0.5);
  EXPECT_EQ(v.verdict.outcome, VersusOutcome::a);
}

/// Same price and power, so dollars a token are as the rates.
TEST(Answer, at_equal_terms_cost_is_inverse_to_rate) {
  const Versus& v = memory_bound();
  EXPECT_NEAR(versus_metric(v, "cost_per_million").ratio->value, versus_metric(v, "token_rate").ratio->value,
              1e-9);
  EXPECT_NEAR(versus_metric(v, "energy_per_query").ratio->value, versus_metric(v, "throughput").ratio->value,
              1e-9);
  EXPECT_NEAR(versus_metric(v, "per_watt").ratio->value, versus_metric(v, "throughput").ratio->value, 1e-9);
  const double expected = 8 * (25000 / (4 * 8766.0) + 0.7 * 1.2 * 0.1);  // eight devices, a kWh at 0.1
  EXPECT_NEAR(*versus_metric(v, "cost_per_hour").sides[0].value, expected, 1e-9);
}

TEST(Answer, operators_stand_below_their_roofs) {
  for (const Versus* v : {&memory_bound(), &compute_bound()}) {
    for (const VersusSystem& s : v->systems) {
      EXPECT_DOUBLE_EQ(s.roofline.ridge.value(), s.roofline.peak.value() / s.roofline.bandwidth.value());
      double share = 0;
      for (const RooflineOp& op : s.roofline.ops) {
        if (op.pass != "prompt") share += op.share;
        if (!(op.intensity.value() > 0)) continue;
        EXPECT_LE(op.attained.value(), op.roof.value() * (1 + 1e-9)) << op.name;
        EXPECT_DOUBLE_EQ(op.intensity.value(), op.flops.value() / op.bytes.value());
        EXPECT_DOUBLE_EQ(op.roof.value(), std::min(s.roofline.peak.value(),
                                                   s.roofline.bandwidth.value() * op.intensity.value()));
      }
      EXPECT_GT(share, 0);
      EXPECT_LE(share, 1 + 1e-9);  // the rest is overhead of the pass
      EXPECT_LE(s.compute.attained, s.compute.calibrated * (1 + 1e-9));
      EXPECT_LE(s.compute.calibrated, s.compute.peak);
      EXPECT_LE(s.memory.attained, s.memory.calibrated * (1 + 1e-9));
    }
  }
}

TEST(Answer, without_a_heat_model_what_is_sustained_is_unknown) {
  for (const VersusSystem& s : memory_bound().systems) {
    EXPECT_FALSE(s.heat.steady);
    EXPECT_FALSE(s.compute.sustained);
    EXPECT_TRUE(s.heat.model.empty());
  }
}

/// 700 W in a cooler for 700 W keeps the full clock; at 60 degC of air it does not, and the clock is that of
/// the closed form.
TEST(Answer, heat_takes_the_clock_of_the_closed_form) {
  VersusQuestion q = question_of(versus_example("reading-room.yaml"));
  for (VersusSide* side : {&q.a, &q.b})
    ASSERT_TRUE(set(side->mission, "heat", std::string("datacenter-gpu")));
  ASSERT_TRUE(set(q.b.mission, "ambient", 60));
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 2));
  const auto v = audit_versus(q, versus_data());
  ASSERT_TRUE(v) << v.error().message;
  const auto& [a, b] = v->systems;
  ASSERT_TRUE(a.compute.sustained && b.compute.sustained);
  EXPECT_DOUBLE_EQ(*a.compute.sustained, a.compute.calibrated);
  EXPECT_TRUE(b.heat.steady->throttled);
  EXPECT_DOUBLE_EQ(*b.compute.sustained, b.compute.calibrated * b.heat.steady->clock);
  EXPECT_LT(b.heat.steady->clock, 1);
  EXPECT_EQ(b.heat.model, "datacenter-gpu");
  EXPECT_EQ(b.heat.active->value(), 700);
}

TEST(Answer, every_scenario_of_the_model_is_there) {
  const auto kinds = [](const Versus& v) {
    std::vector<ScenarioKind> all;
    for (const VersusPhase& phase : v.phases) all.push_back(phase.scenario);
    return all;
  };
  using enum ScenarioKind;
  EXPECT_THAT(kinds(memory_bound()),
              ::testing::UnorderedElementsAre(offline, server, single_stream, closed_loop));
  VersusQuestion q = shipped_question("edge-guardian");
  q.metric = "throughput";
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 2));
  const auto cameras = audit_versus(q, versus_data());
  ASSERT_TRUE(cameras) << cameras.error().message;
  EXPECT_THAT(kinds(*cameras),
              ::testing::UnorderedElementsAre(single_stream, constant_stream, multi_stream, server, offline));
  for (const Versus* v : {&memory_bound(), &compute_bound()}) {
    for (const VersusPhase& phase : v->phases) {
      for (const std::size_t s : {0U, 1U}) EXPECT_TRUE(phase.sides[s]) << phase.id << ": " << phase.failed[s];
    }
  }
}

TEST(Answer, what_is_not_known_stays_and_the_verdict_says_so) {
  VersusQuestion q =
      question_of(versus_example("reading-room.yaml"), "system-a", "h100-pcie-80gb");  // no price
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 2));
  const auto v = audit_versus(q, versus_data());
  ASSERT_TRUE(v) << v.error().message;
  EXPECT_EQ(v->verdict.outcome, VersusOutcome::unknown);
  EXPECT_THAT(v->verdict.reason, HasSubstr("the catalog has no price of h100-pcie-80gb"));
  const VersusMetric& cost = versus_metric(*v, "cost_per_million");
  EXPECT_TRUE(cost.sides[0].value);
  EXPECT_FALSE(cost.sides[1].value);
  EXPECT_FALSE(cost.ratio);
  EXPECT_FALSE(v->systems[1].efficiency[1].theta);
  EXPECT_TRUE(v->systems[1].efficiency[0].theta);  // its power is known
}

TEST(Answer, errors_say_which_side) {
  VersusQuestion q = shipped_question("cloud-titan", "system-a", "a100-sxm-80gb");
  EXPECT_THAT(audit_versus(q, versus_data()).error().message, HasSubstr("B (a100-sxm-80gb): "));
  q = shipped_question("cloud-titan");
  ASSERT_TRUE(set(q.b.mission, "tensor", 1));
  ASSERT_TRUE(set(q.b.mission, "precision", std::string("fp16")));
  const auto too_large = audit_versus(q, versus_data());
  EXPECT_EQ(too_large.error().kind, ErrorKind::infeasible);
  EXPECT_THAT(too_large.error().message, HasSubstr("B (system-b): "));
  q = shipped_question("cloud-titan");
  q.metric = "speed";
  EXPECT_THAT(audit_versus(q, versus_data()).error().message,
              HasSubstr("unknown metric 'speed'; use one of throughput"));
  q.metric.clear();
  q.a.mission.metric.clear();
  EXPECT_THAT(audit_versus(q, versus_data()).error().message, HasSubstr("names no metric"));
}

/// An encoder runs whole batches of sequences.
TEST(Answer, models_that_do_not_generate_stand_at_a_full_batch) {
  VersusQuestion q = question_of(versus_example("reading-room.yaml"));
  for (VersusSide* side : {&q.a, &q.b}) {
    side->mission.engine = MissionEngine::batches;
    EXPECT_TRUE(set(side->mission, "model", std::string("bert-large")));
    EXPECT_TRUE(set(side->mission, "isl", 128));
    EXPECT_TRUE(set(side->mission, "duration", 1));
  }
  const auto v = audit_versus(q, versus_data());
  ASSERT_TRUE(v) << v.error().message;
  EXPECT_EQ(v->work, "batches of 16, 128 tokens each");
  EXPECT_NEAR(*versus_metric(*v, "throughput").sides[0].value, 16 / v->systems[0].pass.latency.value(), 1e-9);
  q.a.mission.model = q.b.mission.model = "llama-3-8b";
  EXPECT_THAT(audit_versus(q, versus_data()).error().message, HasSubstr("engine: continuous can be audited"));
}

/// In the street the network that was trained in silence is right 60 times in 100, and 90 are asked for.
TEST(Answer, accuracy_is_held_against_the_missions_least) {
  VersusQuestion q = shipped_question("tiny-pioneer", "alif-ensemble-e7", "stm32l4r5");
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 20));
  ASSERT_TRUE(set(q.b.mission, "training", std::string("noisy")));
  q.metric = "throughput";
  const auto v = audit_versus(q, versus_data());
  ASSERT_TRUE(v) << v.error().message;
  const AccuracyGuard &a = v->systems[0].accuracy, &b = v->systems[1].accuracy;
  EXPECT_EQ(a.minimum, 0.9);
  EXPECT_EQ(a.accuracy, 0.6);
  EXPECT_FALSE(a.holds());
  EXPECT_EQ(b.accuracy, 0.91);
  EXPECT_TRUE(b.holds());
  EXPECT_FALSE(memory_bound().systems[0].accuracy.minimum);
}

TEST(Answer, a_system_against_itself_is_equal) {
  VersusQuestion q = question_of(versus_example("reading-room.yaml"), "system-a", "system-a");
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 2));
  const auto v = audit_versus(q, versus_data());
  ASSERT_TRUE(v) << v.error().message;
  EXPECT_EQ(v->verdict.outcome, VersusOutcome::equal);
  for (const BreakEven& b : v->break_evens) EXPECT_FALSE(b.turns);
}

/// What is left out is missing, and all else is as it was.
TEST(Answer, what_is_skipped_changes_nothing_else) {
  VersusQuestion q = question_of(versus_example("reading-room.yaml"), "system-a", "h100-pcie-80gb");
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 2));
  const auto whole = audit_versus(q, versus_data());
  q.skip = {.front = true, .break_evens = true};
  const auto part = audit_versus(q, versus_data());
  ASSERT_TRUE(whole && part);
  EXPECT_EQ(whole->break_evens.size(), 4);
  EXPECT_TRUE(part->break_evens.empty());
  EXPECT_EQ(part->verdict.reason, whole->verdict.reason);
  ASSERT_EQ(part->metrics.size(), whole->metrics.size());
  for (std::size_t i = 0; i < part->metrics.size(); ++i) {
    for (const std::size_t s : {0U, 1U})
      EXPECT_EQ(part->metrics[i].sides[s].value, whole->metrics[i].sides[s].value);
  }
  ASSERT_EQ(part->phases.size(), whole->phases.size());
  for (std::size_t i = 0; i < part->phases.size(); ++i)
    EXPECT_EQ(part->phases[i].sides[1]->summary.queries, whole->phases[i].sides[1]->summary.queries);
  const auto& [power, cost] = part->systems[1].efficiency;
  EXPECT_TRUE(whole->systems[1].efficiency[0].theta);
  EXPECT_FALSE(power.theta);
  EXPECT_EQ(power.missing, "the front was not asked for");
  EXPECT_EQ(power.compared, 0);
  EXPECT_EQ(cost.missing, whole->systems[1].efficiency[1].missing);  // it has no price
}

TEST(Answer, without_scenarios_a_metric_that_is_simulated_still_is) {
  VersusQuestion q = question_of(versus_example("reading-room.yaml"), "system-a", "h100-pcie-80gb");
  for (VersusSide* side : {&q.a, &q.b}) ASSERT_TRUE(set(side->mission, "duration", 60));
  q.metric = "ttft.p99";
  q.skip = {.front = true, .break_evens = true};
  const auto whole = audit_versus(q, versus_data());
  q.skip.scenarios = true;
  const auto part = audit_versus(q, versus_data());
  ASSERT_TRUE(whole && part);
  EXPECT_FALSE(whole->phases.empty());
  EXPECT_TRUE(part->phases.empty());
  EXPECT_FALSE(part->systems[0].accuracy.accuracy);
  ASSERT_TRUE(whole->verdict.ratio && part->verdict.ratio) << whole->verdict.reason;
  EXPECT_EQ(part->verdict.ratio->value, whole->verdict.ratio->value);
  EXPECT_EQ(part->verdict.ratio->interval, whole->verdict.ratio->interval);
}

}  // namespace
}  // namespace ridgeline
