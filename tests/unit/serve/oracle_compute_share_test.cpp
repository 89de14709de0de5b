// The share of a pass that stretches with the clock, against the operators of docs/lowering.md added up by
// hand.

#include <gtest/gtest.h>

#include <algorithm>

#include "ridgeline/simulation.h"

namespace ridgeline {
namespace {

constexpr double layers = 2, hidden = 4096, q = 32 * 128, kv = 8 * 128, ffn = 14336, vocab = 32000;
constexpr double peak = 2e14, bandwidth = 2e12;  // 100 FLOP a byte

Model decoder() {
  Transformer t;
  t.layers = 2;
  t.hidden = 4096;
  t.heads = 32;
  t.kv_heads = 8;
  t.head_dim = 128;
  t.ffn = 14336;
  t.vocab = 32000;
  Model m;
  m.id = m.name = "test-decoder";
  m.architecture = t;
  return m;
}

Hardware chip() {
  Hardware h;
  h.id = h.name = "test-chip";
  h.peak[Precision::fp16].value = FlopsPerSecond(peak);
  h.memory.name = "HBM";
  h.memory.capacity.emplace();
  h.memory.capacity->value = Bytes(1e12);
  h.memory.bandwidth.emplace();
  h.memory.bandwidth->value = BytesPerSecond(bandwidth);
  return h;
}

struct HandOp {
  double count, flops, values;  ///< values of two bytes, read or written
};

/// Of `sequences` that have `past` tokens and get `each` new ones.
double share_by_hand(double sequences, double each, double past) {
  const double t = sequences * each, pairs = sequences * (each * past + each * (each + 1) / 2);
  const auto gemm = [](double count, double rows, double in, double out, double residual) {
    return HandOp{count, 2 * rows * in * out, in * out + rows * (in + out + residual)};
  };
  const HandOp norm{2 * layers, 0, hidden + 2 * t * hidden};
  const HandOp ops[] = {
      {1, 0, 2 * t * hidden},  // embed
      norm,
      gemm(layers, t, hidden, q + 2 * kv, 0),
      {layers, 0, t * (2 * q + 2 * kv) + 2 * t * kv},  // rotary embedding, and into the cache
      {layers, 4 * q * pairs, 2 * t * q + 2 * kv * sequences * (past + each)},
      gemm(layers, t, q, hidden, hidden),
      gemm(layers, t, hidden, 2 * ffn, 0),
      {layers, 0, 3 * t * ffn},  // gate
      gemm(layers, t, ffn, hidden, hidden),
      {1, 0, hidden + 2 * t * hidden},
      gemm(1, sequences, hidden, vocab, 0),
  };
  double computing = 0, all = 0;
  for (const HandOp& op : ops) {
    const double compute = op.flops / peak, memory = 2 * op.values / bandwidth;
    all += op.count * std::max(compute, memory);
    if (compute >= memory) computing += op.count * compute;
  }
  return computing / all;
}

// Prompts of 4096 tokens reuse each weight 4096 times, far more than 100: all but norms and gates computes.
// A token alone uses each weight once, for 1 FLOP a byte: nothing does. In a batch of 256 the products
// compute while attention reads the caches.
TEST(ComputeShare, IsThatOfTheOperatorsByHand) {
  constexpr std::uint32_t prompt = 4096, output = 128, most = 256;
  const auto table = make_service_table(decoder(), chip(), PrecisionPlan::uniform(Precision::fp16),
                                        {prompt, output}, most, Calibration::ideal());
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->compute_share.size(), most);
  ASSERT_EQ(table->decode_compute_share.size(), most);
  for (const std::uint32_t batch : {1u, 7u, most}) {
    EXPECT_NEAR(table->compute_share[batch - 1], share_by_hand(batch, prompt, 0), 1e-9) << batch;
    EXPECT_NEAR(table->decode_compute_share[batch - 1], share_by_hand(batch, 1, prompt + output / 2.0), 1e-9)
        << batch;
  }
  EXPECT_GT(table->compute_share[0], 0.95);
  EXPECT_EQ(table->decode_compute_share[0], 0);
  EXPECT_GT(table->decode_compute_share[most - 1], 0.01);
  EXPECT_LT(table->decode_compute_share[most - 1], 0.5);
}

}  // namespace
}  // namespace ridgeline
