// Two roads to one answer: the simulated closed loop of N users against predict_serving.

#include <gtest/gtest.h>

#include "continuous_systems.h"

namespace ridgeline::serve {
namespace {

Hardware chip() {
  Hardware h;
  h.id = h.name = "test-chip";
  h.peak[Precision::fp16].value = FlopsPerSecond(989e12);
  h.memory.name = "HBM";
  h.memory.capacity.emplace();
  h.memory.capacity->value = Bytes(80e9);
  h.memory.bandwidth.emplace();
  h.memory.bandwidth->value = BytesPerSecond(3350e9);
  return h;
}

/// The shape of Llama 3 8B.
Model model() {
  Transformer t;
  t.layers = 32;
  t.hidden = 4096;
  t.heads = 32;
  t.kv_heads = 8;
  t.head_dim = 128;
  t.ffn = 14336;
  t.vocab = 128256;
  Model m;
  m.id = m.name = "test-8b";
  m.architecture = t;
  return m;
}

Calibration calibration() {
  Calibration c;
  c.memory_efficiency = 0.8;
  c.per_step = milliseconds(1);
  c.serving.interference = 0.8;
  c.serving.step_wait = 1.5;  // half of the pass in progress, and the decoding beside its own prompt
  c.serving.per_request = milliseconds(5);
  return c;
}

struct Point {
  std::uint32_t users, input, output;
  double tpot_tolerance, ttft_tolerance;  // relative: what was found, rounded up
};

class ClosedForm : public testing::TestWithParam<Point> {};

TEST_P(ClosedForm, AgreesInTheSteadyState) {
  const Point& p = GetParam();
  ServingPoint point;
  point.isl = p.input;
  point.osl = p.output;
  point.concurrency = p.users;
  point.precision = PrecisionPlan::uniform(Precision::fp16);
  const auto closed = predict_serving(model(), chip(), point, calibration());
  ASSERT_TRUE(closed) << closed.error().message;

  ContinuousOptions options;
  options.precision = point.precision;
  options.lengths = {p.input, p.output};
  options.limits.max_sequences = 512;
  options.limits.token_budget = 8192;
  const auto system = make_continuous_system(model(), chip(), options, calibration());
  ASSERT_TRUE(system) << system.error().message;
  // Users who started together stay together for long: lengths within 10 % of the mean put them out of step.
  Schedule schedule;
  schedule.scenario.kind = ScenarioKind::closed_loop;
  schedule.scenario.users = p.users;
  schedule.scenario.min_duration = Nanoseconds(0);
  schedule.scenario.min_queries = schedule.scenario.max_queries = 60 * p.users + 500;
  RandomStream random(1, "lengths");
  for (int i = 0; i < 1009; ++i) {
    const auto output = static_cast<std::uint32_t>(p.output * (0.8 + 0.4 * random.uniform()));
    schedule.lengths.push_back({p.input, output});
  }
  ContinuousSystem wide = *system;
  const auto times = StepTimes::make(model(), chip(), point.precision, {}, calibration(),
                                     {512, 2 * (p.input + p.output), {p.input}});
  wide.times = *times;
  const Played played = play(schedule, wide);
  double ttft = 0, tpot = 0, count = 0;
  for (std::size_t i = 5ULL * p.users; i < played.run.queries.size(); ++i) {
    const QueryRecord& q = played.run.queries[i];
    ttft += to_seconds(*q.first_token - q.scheduled).value();
    tpot += to_seconds(q.completed - *q.first_token).value() / (q.tokens - 1.0);
    ++count;
  }
  const double expected_tpot = closed->tpot.value.value();
  double expected_ttft = closed->ttft.value.value();
  // A single user finds an idle engine: there is no pass to wait for.
  if (p.users == 1) expected_ttft -= calibration().serving.step_wait * closed->step.value();
  EXPECT_NEAR(tpot / count, expected_tpot, p.tpot_tolerance * expected_tpot);
  EXPECT_NEAR(ttft / count, expected_ttft, p.ttft_tolerance * expected_ttft);
}

INSTANTIATE_TEST_SUITE_P(Points, ClosedForm,
                         testing::Values(Point{1, 1024, 256, 0.02, 0.12}, Point{8, 1024, 256, 0.02, 0.12},
                                         Point{32, 1024, 256, 0.02, 0.12}, Point{128, 512, 512, 0.02, 0.12},
                                         Point{64, 4096, 512, 0.02, 0.12}));

}  // namespace
}  // namespace ridgeline::serve
