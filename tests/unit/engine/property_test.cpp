// What must hold for every model, device and shape. Inputs are drawn from named streams: a failure repeats.

#include <gtest/gtest.h>

#include <algorithm>

#include "allocation_count.h"
#include "base/random.h"
#include "engine/cost.h"
#include "fixtures.h"

namespace ridgeline {
namespace {

using namespace test;

double between(RandomStream& random, double low, double high) {
  return low + (high - low) * random.uniform();
}
std::uint32_t count_below(RandomStream& random, std::uint64_t n) {
  return 1 + static_cast<std::uint32_t>(random.below(n));
}

Hardware random_device(RandomStream& random) {
  Hardware hardware = device("random", "DRAM", between(random, 0.1, 1000), between(random, 10, 8000), 100);
  for (std::uint64_t level = random.below(4); level > 0; --level) {
    MemoryLevel cache;
    cache.name = "L" + std::to_string(level);
    cache.capacity = sourced(Bytes(between(random, 1e4, 1e9)));
    cache.bandwidth = sourced(BytesPerSecond(between(random, 10e9, 20000e9)));
    hardware.caches.push_back(cache);
  }
  return hardware;
}

Calibration random_calibration(RandomStream& random) {
  Calibration c;
  c.kind = CalibrationKind::fitted;
  for (double& efficiency : c.compute_efficiency) efficiency = between(random, 0.01, 1);
  c.memory_efficiency = between(random, 0.1, 1);
  c.launch = microseconds(between(random, 0, 20));
  c.per_layer = microseconds(between(random, 0, 100));
  c.per_step = microseconds(between(random, 0, 500));
  return c;
}

StepShape random_shape(RandomStream& random, const Model& m) {
  const auto* t = std::get_if<Transformer>(&m.architecture);
  const bool text = (t != nullptr && t->patch_tokens == 0) ||
                    std::holds_alternative<StateSpace>(m.architecture) ||
                    std::holds_alternative<EncoderDecoder>(m.architecture);
  const std::uint32_t batch = count_below(random, 64);
  if (!text) return StepShape::samples(batch);
  const bool past = (t == nullptr || t->causal) && random.below(2) == 0;
  if (past) return StepShape::decode(batch, count_below(random, 400));
  return StepShape::prefill(batch, count_below(random, 400));
}

double fastest_bandwidth(const Hardware& hardware) {
  double best = hardware.memory.bandwidth->value.value();
  for (const MemoryLevel& cache : hardware.caches) best = std::max(best, cache.bandwidth->value.value());
  return best;
}

TEST(Property, NothingBeatsTheRoofline) {
  RandomStream random(1, "roofline");
  for (int trial = 0; trial < 200; ++trial) {
    for (const Model& m : all_models()) {
      const Hardware hardware = random_device(random);
      const StepShape shape = random_shape(random, m);
      const auto ideal = predict(m, hardware, fp16, shape, Calibration::ideal());
      const auto fitted = predict(m, hardware, fp16, shape, random_calibration(random));
      const auto textbook = predict(m, hardware, fp16, shape,
                                    Calibration::textbook(between(random, 0.05, 1), microseconds(20)));
      ASSERT_TRUE(ideal && fitted && textbook) << m.id;
      EXPECT_GE(fitted->latency, ideal->latency) << m.id;
      for (const auto* p : {&*ideal, &*fitted, &*textbook}) {
        const double computing = p->flops / p->peak / Seconds(1);
        const double moving = p->bytes.value() / fastest_bandwidth(hardware);
        EXPECT_GE(p->latency.value(), computing * (1 - 1e-12)) << m.id;
        EXPECT_GE(p->latency.value(), moving * (1 - 1e-12)) << m.id;
        EXPECT_EQ(p->latency, p->bound_compute + p->bound_memory + p->overhead) << m.id;
        EXPECT_LE(p->mfu, 1 + 1e-12) << m.id;
        // Each operator is on one resource at a time, so the split never exceeds what a resource takes alone.
        EXPECT_LE(p->bound_compute.value(), p->compute.value() * (1 + 1e-12)) << m.id;
        EXPECT_LE(p->bound_memory.value(), p->memory.value() * (1 + 1e-12)) << m.id;
      }
    }
  }
}

TEST(Property, MoreHardwareNeverSlowsAndMoreWorkNeverSpeedsUp) {
  RandomStream random(2, "monotone");
  for (int trial = 0; trial < 100; ++trial) {
    for (const Model& m : all_models()) {
      const Hardware hardware = random_device(random);
      const Calibration c = random_calibration(random);
      StepShape shape = random_shape(random, m);
      const auto before = predict(m, hardware, fp16, shape, c);
      Hardware more = hardware;
      more.peak[Precision::fp16].value = more.peak[Precision::fp16].value * 2;
      more.memory.bandwidth->value = more.memory.bandwidth->value * 2;
      const auto faster = predict(m, more, fp16, shape, c);
      shape.groups[0].sequences += 1;
      const auto larger = predict(m, hardware, fp16, shape, c);
      ASSERT_TRUE(before && faster && larger) << m.id;
      EXPECT_LE(faster->latency.value(), before->latency.value() * (1 + 1e-12)) << m.id;
      EXPECT_GE(larger->latency.value(), before->latency.value() * (1 - 1e-12)) << m.id;
    }
  }
}

TEST(Property, EveryOperatorIsFiniteAndNonNegative) {
  RandomStream random(3, "finite");
  for (int trial = 0; trial < 50; ++trial) {
    for (const Model& m : all_models()) {
      const auto ops = lower(m, random_shape(random, m), fp16);
      ASSERT_TRUE(ops) << m.id;
      for (const Op& op : *ops) {
        EXPECT_FALSE(op.name.empty()) << m.id;
        EXPECT_GT(op.count, 0) << m.id;
        for (const double value :
             {op.flops.value(), op.weights.value(), op.activations.value(), op.kv_cache.value()}) {
          EXPECT_TRUE(value >= 0 && value < 1e18) << m.id << ' ' << op.name;
        }
      }
    }
  }
}

TEST(Property, ShapesGiveTheFlops) {
  RandomStream random(4, "shapes");
  for (int trial = 0; trial < 50; ++trial) {
    for (const Model& m : all_models()) {
      const auto* t = std::get_if<Transformer>(&m.architecture);
      const auto ops = lower(m, random_shape(random, m), fp16);
      ASSERT_TRUE(ops) << m.id;
      for (const Op& op : *ops) {
        // Attention is two products, the indexer's scores and all others one.
        const double products = op.kind == OpClass::attention && op.name != "index_scores" ? 2 : 1;
        const double shape = 2 * products * op.batch * op.m * op.n * op.k;
        // Expanding a latent cache is in the FLOPs only.
        const double at_least = t != nullptr && t->mla && op.kind == OpClass::attention ? 0.1 : 1;
        EXPECT_LE(shape, op.flops.value() * (1 + 1e-9)) << m.id << ' ' << op.name;
        EXPECT_GE(shape, op.flops.value() * at_least * (1 - 1e-9)) << m.id << ' ' << op.name;
      }
    }
  }
}

TEST(Property, LoweringAndCostingAgainDoNotAllocate) {
  const SequenceGroup group{8, 1, 300};
  const auto device = engine::view(a100(), Precision::fp16);
  ASSERT_TRUE(device);
  for (const Model& m : all_models()) {
    const bool images = !lower(m, {{group}}, fp16);
    const SequenceGroup work = images ? SequenceGroup{8, 1, 0} : group;
    std::vector<Op> ops;
    ASSERT_TRUE(lower_into(m, {&work, 1}, fp16, ops)) << m.id;
    const auto rates = engine::make_rates(*device, Calibration::ideal(), Bytes(1e9));
    const std::size_t before = allocation_count();
    const Status again = lower_into(m, {&work, 1}, fp16, ops);
    const engine::Totals totals = engine::cost_ops(ops, rates);
    EXPECT_EQ(allocation_count(), before) << m.id;
    EXPECT_TRUE(again && totals.memory > Seconds(0)) << m.id;
  }
}

}  // namespace
}  // namespace ridgeline
