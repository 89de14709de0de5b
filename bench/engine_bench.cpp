// Steps of Llama 3 70B that the engine lowers and costs in a second on one core, against a loop written by
// hand for this one model with the same arithmetic. Both run in turn inside one benchmark, so that `ratio`
// (engine time over hand-written time) does not depend on how busy the machine is.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "engine/cost.h"
#include "ridgeline/engine.h"
#include "ridgeline/sweep.h"

namespace ridgeline {
namespace {

constexpr double layers = 80, hidden = 8192, heads = 64, kv_heads = 8, head_dim = 128, ffn = 28672;
constexpr double vocab = 128256, value_bytes = 2;

Model llama_3_70b() {
  Transformer t;
  t.layers = static_cast<unsigned>(layers);
  t.hidden = static_cast<unsigned>(hidden);
  t.heads = static_cast<unsigned>(heads);
  t.kv_heads = static_cast<unsigned>(kv_heads);
  t.head_dim = static_cast<unsigned>(head_dim);
  t.ffn = static_cast<unsigned>(ffn);
  t.vocab = static_cast<unsigned>(vocab);
  Model m;
  m.id = "llama-3-70b";
  m.architecture = t;
  return m;
}

/// 312 TFLOP/s and 2039 GB/s, no caches.
engine::DeviceView device() {
  engine::DeviceView d;
  d.peak = FlopsPerSecond(312e12);
  d.peaks.fill(d.peak);
  d.memory_bandwidth = BytesPerSecond(2039e9);
  return d;
}

struct HandOp {
  double count, flops, weights, activations, cache;
};

/// The twelve operators of docs/lowering.md for a decode step, spelt out.
double hand_written(double batch, double context) {
  const double q = heads * head_dim, kv = kv_heads * head_dim, seen = context + 1;
  const HandOp ops[] = {
      {1, 0, batch * hidden, batch * hidden, 0},
      {layers, 0, hidden, 2 * batch * hidden, 0},
      {layers, 2 * batch * hidden * (q + 2 * kv), hidden * (q + 2 * kv), batch * (hidden + q + 2 * kv), 0},
      {layers, 0, 0, batch * (2 * q + 2 * kv), 2 * batch * kv},
      {layers, 4 * q * batch * seen, 0, 2 * batch * q, 2 * kv * batch * seen},
      {layers, 2 * batch * q * hidden, q * hidden, batch * (q + 2 * hidden), 0},
      {layers, 0, hidden, 2 * batch * hidden, 0},
      {layers, 2 * batch * hidden * 2 * ffn, hidden * 2 * ffn, batch * (hidden + 2 * ffn), 0},
      {layers, 0, 0, 3 * batch * ffn, 0},
      {layers, 2 * batch * ffn * hidden, ffn * hidden, batch * (ffn + 2 * hidden), 0},
      {1, 0, hidden, 2 * batch * hidden, 0},
      {1, 2 * batch * hidden * vocab, hidden * vocab, batch * (hidden + vocab), 0},
  };
  double sum = 0;
  for (const HandOp& op : ops) {
    const double compute = op.flops / 312e12;
    const double memory =
        value_bytes * (op.weights + op.cache) / 2039e9 + value_bytes * op.activations / 2039e9;
    sum += op.count * std::max(compute, memory);
  }
  return sum;
}

double engine_step(const Model& model, const engine::Rates& rates, const SequenceGroup& group,
                   std::vector<Op>& ops) {
  const PrecisionPlan plan = PrecisionPlan::uniform(Precision::fp16);
  if (!lower_into(model, {&group, 1}, plan, ops)) return 0;
  const engine::Totals totals = engine::cost_ops(ops, rates);
  return (totals.bound_compute + totals.bound_memory).value();
}

void lower_and_cost(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  constexpr std::uint32_t steps = 1000;
  const Model model = llama_3_70b();
  const auto rates = engine::make_rates(device(), Calibration::ideal(), Bytes(141e9));
  std::vector<Op> ops;
  if (std::abs(engine_step(model, rates, {16, 1, 100}, ops) / hand_written(16, 100) - 1) > 1e-12) {
    state.SkipWithError("the engine and the hand-written loop disagree");
    return;
  }
  std::chrono::duration<double> engine_time{0}, hand_time{0};
  for (auto _ : state) {
    const auto start = Clock::now();
    for (std::uint32_t context = 0; context < steps; ++context) {
      benchmark::DoNotOptimize(engine_step(model, rates, {16, 1, context}, ops));
    }
    const auto middle = Clock::now();
    for (std::uint32_t context = 0; context < steps; ++context) {
      double batch = 16;
      benchmark::DoNotOptimize(batch);  // else the compiler costs all but the context beforehand
      benchmark::DoNotOptimize(hand_written(batch, context));
    }
    engine_time += middle - start;
    hand_time += Clock::now() - middle;
  }
  const double total = static_cast<double>(state.iterations()) * steps;
  state.counters["steps_per_second"] = total / engine_time.count();
  state.counters["hand_written_per_second"] = total / hand_time.count();
  state.counters["ratio"] = engine_time / hand_time;
}
BENCHMARK(lower_and_cost);

Hardware hardware() {
  Hardware h;
  h.id = "bench";
  h.peak[Precision::fp16].value = FlopsPerSecond(312e12);
  h.memory.capacity = Sourced<Bytes>{Bytes(1e13)};
  h.memory.bandwidth = Sourced<BytesPerSecond>{BytesPerSecond(2039e9)};
  return h;
}

/// Arrays of points through the structure-of-arrays interface, against the same hand-written arithmetic in a
/// loop over the same arrays.
void sweep_of_points(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  constexpr std::size_t points = 4096;
  const auto sweep = DecodeSweep::make(llama_3_70b(), hardware(), PrecisionPlan::uniform(Precision::fp16),
                                       Calibration::ideal());
  if (!sweep) return state.SkipWithError(sweep.error().message.c_str());
  std::vector<double> batch(points), context(points), engine(points), hand(points);
  for (std::size_t i = 0; i < points; ++i) {
    batch[i] = static_cast<double>(1 + i % 64);
    context[i] = static_cast<double>(1 + i);
  }
  std::chrono::duration<double> engine_time{0}, hand_time{0};
  for (auto _ : state) {
    const auto start = Clock::now();
    sweep->latencies(batch, context, engine);
    benchmark::DoNotOptimize(engine.data());
    const auto middle = Clock::now();
    for (std::size_t i = 0; i < points; ++i) hand[i] = hand_written(batch[i], context[i]);
    benchmark::DoNotOptimize(hand.data());
    engine_time += middle - start;
    hand_time += Clock::now() - middle;
  }
  for (std::size_t i = 0; i < points; ++i) {
    if (std::abs(engine[i] / hand[i] - 1) > 1e-9)
      return state.SkipWithError("the sweep and the hand-written loop disagree");
  }
  const double total = static_cast<double>(state.iterations()) * points;
  state.counters["points_per_second"] = total / engine_time.count();
  state.counters["hand_written_per_second"] = total / hand_time.count();
  state.counters["ratio"] = engine_time / hand_time;
}
BENCHMARK(sweep_of_points);

}  // namespace
}  // namespace ridgeline
