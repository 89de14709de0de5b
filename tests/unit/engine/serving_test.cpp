#include "ridgeline/serving.h"

#include <gtest/gtest.h>

#include <cmath>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

/// 300 TFLOP/s, 2 TB/s, 8 devices at 300 GB/s.
Hardware device(double gigabytes = 80) {
  Hardware h = test::device("device", "HBM", 300, 2000, 400);
  h.memory.capacity->value = Bytes(gigabytes * 1e9);
  Link link;
  link.name = "link";
  link.bandwidth.value = BytesPerSecond(300e9);
  link.domain = 8;
  h.links.push_back(link);
  return h;
}

/// Only what a test asks for: no engine overheads, one prompt delays decode by all of its pass.
Calibration plain() {
  Calibration c;
  c.serving.step_wait = 0;
  return c;
}

ServingPoint point(double users, std::uint32_t isl = 1000, std::uint32_t osl = 100) {
  ServingPoint p;
  p.isl = isl;
  p.osl = osl;
  p.concurrency = users;
  return p;
}

ServingPrediction served(const ServingPoint& p, const Calibration& c = plain(),
                         const Hardware& h = device()) {
  const auto prediction = predict_serving(llama_3_8b(), h, p, c);
  EXPECT_TRUE(prediction) << prediction.error().message;
  return *prediction;
}

Seconds pass(const StepShape& shape, const Calibration& c = plain()) {
  return predict(llama_3_8b(), device(), fp16, shape, c)->latency;
}

TEST(Serving, OneUserWaitsForNobody) {
  const ServingPrediction s = served(point(1));
  const double step = pass(StepShape::decode(1, 1050)).value(),
               prompt = pass(StepShape::prefill(1, 1000)).value();
  EXPECT_NEAR(s.ttft.value.value(), prompt, 1e-12);
  // TPOT = step + prompt / osl: the closed form counts a request among those beside it.
  EXPECT_NEAR(s.tpot.value.value(), step + prompt / 100, 1e-12);
  EXPECT_DOUBLE_EQ(s.running, 1);
}

TEST(Serving, EveryOtherSequenceBringsAPromptAndLittlesLawHolds) {
  const ServingPrediction s = served(point(64));
  const double osl = 100, tpot = s.tpot.value.value(), ttft = s.ttft.value.value();
  EXPECT_NEAR(s.running, 64 * osl * tpot / (osl * tpot + ttft), 0.01 * s.running);
  EXPECT_NEAR(tpot, s.step.value() + s.prompt.value() * s.running / osl, 1e-12);
  EXPECT_NEAR(s.requests.value(), 64 / (ttft + (osl - 1) * tpot), 1e-9);
  EXPECT_NEAR(s.tokens_per_device.value(), osl * s.requests.value(), 1e-9);
  EXPECT_NEAR(s.prompt_share, 1 - s.step / s.tpot.value, 1e-12);
}

TEST(Serving, TheFirstTokenSolvesItsFixedPoint) {
  // r = s (1 + (users - 1) r / (r + think)), docs/serving.md.
  const ServingPrediction s = served(point(32));
  const double r = s.ttft.value.value(), think = 100 * s.tpot.value.value();
  EXPECT_NEAR(r, s.prompt.value() * (1 + 31 * r / (r + think)), 1e-9 * r);
}

TEST(Serving, PromptWorkersAtSaturationAreTheBottleneck) {
  ServingPoint p = point(5000, 8000, 10);
  p.prefill = Worker{};
  p.worker.replicas = 100;
  const ServingPrediction s = served(p);
  // All users but those in decode stand before the one prompt worker: r = s C - Z.
  EXPECT_NEAR(s.ttft.value.value(), s.prompt.value() * 5000 - 10 * s.tpot.value.value(),
              0.02 * s.ttft.value.value());
  EXPECT_EQ(s.tpot.value, s.step);  // no prompt delays decode
  EXPECT_EQ(s.devices, 101u);
}

TEST(Serving, UsersBeyondTheMemoryWaitInLine) {
  ServingPoint p = point(40);
  p.max_batch = 10;
  const ServingPrediction s = served(p);
  EXPECT_DOUBLE_EQ(s.largest_batch, 10);
  EXPECT_LE(s.running, 10);
  EXPECT_EQ(s.limit, ServingLimit::cache_memory);
  // 30 in line, of whom 10 leave every osl TPOT; the prompt comes on top.
  EXPECT_GT(s.ttft.value.value(), 3 * 100 * s.tpot.value.value());
  EXPECT_LT(s.ttft.value.value(), 3.5 * 100 * s.tpot.value.value());
}

TEST(Serving, ABurstOfUsersWaitsForHalfOfTheOthersOnce) {
  Calibration c = plain();
  c.serving.burst = 1;
  ServingPoint p = point(21, 500, 5000);
  const double steady = served(p, c).ttft.value.value();
  p.requests_per_user = 10;
  const ServingPrediction run = served(p, c);
  EXPECT_NEAR(run.ttft.value.value() - steady, 20.0 / (2 * 10) * run.prompt.value(),
              0.02 * run.prompt.value());
}

TEST(Serving, CoefficientsEnterWhereTheDocsSay) {
  const ServingPrediction base = served(point(16));
  Calibration c = plain();
  c.serving.per_request = milliseconds(20);
  c.serving.per_user = milliseconds(1);
  c.serving.step_wait = 2;
  const double expected = base.ttft.value.value() + 0.020 + 16 * 0.001 + 2 * base.step.value();
  EXPECT_NEAR(served(point(16), c).ttft.value.value(), expected, 0.02 * expected);
}

TEST(Serving, NothingBeatsTheRoofline) {
  Calibration c = plain();
  c.kind = CalibrationKind::fitted;
  c.compute_efficiency.fill(0.5);
  c.memory_efficiency = 0.8;
  c.overlap = Overlap::partial;
  for (const double users : {1.0, 8.0, 100.0}) {
    const ServingPrediction s = served(point(users), c);
    const auto ideal = pass(StepShape::decode(static_cast<std::uint32_t>(std::round(s.running)), 1050));
    EXPECT_GE(s.tpot.value, ideal);
    EXPECT_GE(s.ttft.value, pass(StepShape::prefill(1, 1000)));
  }
}

TEST(Serving, SpreadBecomesAnInterval) {
  Calibration c = plain();
  c.spread = 0.1;
  const ServingPrediction s = served(point(4), c);
  ASSERT_TRUE(s.tpot.interval);
  EXPECT_NEAR(s.tpot.interval->second / s.tpot.value, std::exp(0.1645), 1e-12);
  EXPECT_NEAR(s.tpot.value / s.tpot.interval->first, std::exp(0.1645), 1e-12);
  EXPECT_FALSE(s.ttft.interval);  // unknown, not zero
}

TEST(Serving, InfeasibleNamesTheMissingBytes) {
  // 16.06 GB of weights against 0.92 x 16 GB.
  const auto s = predict_serving(llama_3_8b(), device(16), point(1), plain());
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().kind, ErrorKind::infeasible);
  EXPECT_NE(s.error().message.find("llama-3-8b does not fit on 1 of device: 1."), std::string::npos)
      << s.error().message;
}

TEST(Serving, RefusesWhatMakesNoSense) {
  const auto message = [](const Model& model, const ServingPoint& p) {
    const auto s = predict_serving(model, device(), p, plain());
    return s ? "accepted" : s.error().message;
  };
  EXPECT_EQ(message(bert_base(), point(1)),
            "bert-base: generates no tokens, so it has no TTFT and TPOT; predict a pass of it");
  EXPECT_EQ(message(llama_3_8b(), point(1, 10, 1)),
            "a serving point needs a prompt and at least 2 output tokens (isl 10, osl 1)");
  EXPECT_EQ(message(llama_3_8b(), point(0.5)), "concurrency is 0.5, and must be 1 or more");
}

}  // namespace
}  // namespace ridgeline
