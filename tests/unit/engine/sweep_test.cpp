#include "ridgeline/sweep.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

/// 500 TFLOP/s in every format, 3 TB/s, 8 devices at 400 GB/s.
Hardware device() {
  Hardware h;
  h.id = "device";
  for (const Precision p : {Precision::bf16, Precision::fp16, Precision::fp8, Precision::fp4}) {
    h.peak[p].value = FlopsPerSecond(500e12);
  }
  h.memory.capacity = Sourced<Bytes>{Bytes(1e13)};
  h.memory.bandwidth = Sourced<BytesPerSecond>{BytesPerSecond(3e12)};
  Link link;
  link.name = "link";
  link.bandwidth.value = BytesPerSecond(400e9);
  link.domain = 8;
  h.links.push_back(link);
  return h;
}

Calibration fitted() {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  c.compute_efficiency.fill(0.6);
  c.memory_efficiency = 0.8;
  c.memory_share[static_cast<std::size_t>(OpClass::experts)] = 0.7;
  c.memory_share[static_cast<std::size_t>(OpClass::attention)] = 0.9;
  c.padding_rows = 20;
  c.overlap = Overlap::partial;
  c.launch = microseconds(2);
  c.per_layer = microseconds(5);
  c.per_expert_layer = microseconds(7);
  c.per_step = milliseconds(1);
  c.per_sequence = microseconds(3);
  c.hop = microseconds(4);
  c.link_efficiency = 0.5;
  return c;
}

/// Two roads: a sweep, and predict() at every point.
void expect_as_predicted(const Model& model, const PrecisionPlan& plan, const Calibration& calibration,
                         const Parallelism& parallelism, const Hardware& hardware = device()) {
  const auto sweep = DecodeSweep::make(model, hardware, plan, calibration, parallelism);
  ASSERT_TRUE(sweep) << sweep.error().message;
  std::vector<double> batch, context;
  for (const double b : {1, 2, 3, 7, 16, 64, 200, 1000}) {
    for (const double c : {1, 2, 100, 127, 128, 129, 1000, 4095, 4096, 5000}) {
      batch.push_back(b);
      context.push_back(c);
    }
  }
  // More than one block, and a last one that is not full.
  while (batch.size() < 300) {
    batch.push_back(batch[batch.size() - 80]);
    context.push_back(context[context.size() - 80]);
  }
  std::vector<double> seconds(batch.size());
  sweep->latencies(batch, context, seconds);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto b = static_cast<std::uint32_t>(batch[i]), c = static_cast<std::uint32_t>(context[i]);
    const auto profile = predict(model, hardware, plan, StepShape::decode(b, c), calibration, parallelism);
    ASSERT_TRUE(profile) << profile.error().message;
    EXPECT_NEAR(seconds[i] / profile->latency.value(), 1, 1e-9) << model.id << " " << b << " x " << c;
  }
}

Parallelism tensor(unsigned t) {
  Parallelism p;
  p.tensor = t;
  return p;
}

TEST(DecodeSweep, DenseModelsAsPredicted) {
  expect_as_predicted(llama_3_8b(), fp16, Calibration::ideal(), {});
  expect_as_predicted(llama_3_70b(), PrecisionPlan::quantized(Precision::fp8), fitted(), tensor(4));
}

TEST(DecodeSweep, SlidingWindowsAsPredicted) {
  Model m = llama_3_8b();
  auto& t = std::get<Transformer>(m.architecture);
  t.sliding_window = 128;
  t.global_every = 2;
  expect_as_predicted(m, fp16, fitted(), {});
}

TEST(DecodeSweep, ExpertsAsPredicted) {
  Parallelism four = tensor(4);
  four.expert_tensor = 4;
  expect_as_predicted(mixtral_8x7b(), fp16, fitted(), four);
  Parallelism eight = tensor(8);
  eight.expert = 8;
  expect_as_predicted(deepseek_v3(), PrecisionPlan::quantized(Precision::fp8), fitted(), eight);
}

TEST(DecodeSweep, CachesAsPredicted) {
  Hardware h = device();
  h.caches.push_back({"L2", Sourced<Bytes>{Bytes(50e6)}, Sourced<BytesPerSecond>{BytesPerSecond(8e12)}});
  expect_as_predicted(llama_3_8b(), fp16, fitted(), {}, h);
}

TEST(DecodeSweep, TextbookAsPredicted) {
  const Calibration textbook = Calibration::textbook(0.5, milliseconds(0.1));
  expect_as_predicted(llama_3_8b(), fp16, textbook, {});
  Model windowed = llama_3_8b();
  std::get<Transformer>(windowed.architecture).sliding_window = 128;
  expect_as_predicted(windowed, fp16, textbook, {});
  Model states;
  states.id = "states";
  states.architecture = StateSpace{24, 768, 1536, 16, 4, 48, 50280, true};
  expect_as_predicted(states, fp16, textbook, {});
}

TEST(DecodeSweep, SaysWhatItCannotDo) {
  Parallelism data;
  data.data = 2;
  EXPECT_FALSE(DecodeSweep::make(llama_3_8b(), device(), fp16, fitted(), data));
  data.data = 1;
  EXPECT_TRUE(DecodeSweep::make(llama_3_8b(), device(), fp16, fitted(), data));
}

}  // namespace
}  // namespace ridgeline
