#include "engine/memory.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {
namespace {

/// Layers of the longest pipeline stage over all layers.
double stage_share(const Transformer& t, const Parallelism& devices) {
  if (devices.pipeline <= 1) return 1;
  return std::ceil(1.0 * t.layers / devices.pipeline) / t.layers;
}

/// The tables that gathers read, whole ones; a table that the output head reads too is not among them.
double table_values(const Transformer& t, unsigned tensor) {
  const bool read_by_head = t.tied_embeddings && t.lm_head;
  const double tokens = read_by_head ? 0.0 : 1.0 * t.vocab / tensor;
  const double positions = t.patch_inputs > 0 ? 0 : t.positions;  // patches: an operator's weights
  return t.hidden * (tokens + positions + t.token_types);
}

Bytes weights_between(std::span<const Op> ops, std::size_t first, std::size_t last) {
  Bytes sum{};
  for (const Op& op : ops.subspan(first, last - first)) {
    if (op.kind == OpClass::gather || op.name == "positions") continue;  // rows, not tables
    sum += op.weights * op.count;
  }
  return sum;
}

/// Every weight is read by a pass of so many tokens that each expert has one: the lowering knows the shares.
Bytes stack_weights(const Transformer& t, const PrecisionPlan& plan, const Parallelism& devices) {
  constexpr std::uint32_t many = 1u << 20;
  const std::array<SequenceGroup, 1> pass{t.patch_tokens > 0 ? SequenceGroup{many, 1, 0}
                                                             : SequenceGroup{1, many, 0}};
  std::vector<Op> ops;
  OpWriter writer(plan, ops);
  const LayerOps layers = lower_transformer(t, pass, writer, {devices, 1});
  const Bytes front = size_of(plan.head.value_or(plan.weights)) * table_values(t, devices.tensor) +
                      weights_between(ops, 0, layers.first);
  const Bytes back = weights_between(ops, layers.last, ops.size());
  const Bytes middle = weights_between(ops, layers.first, layers.last) * stage_share(t, devices);
  return middle + (devices.pipeline > 1 ? std::max(front, back) : front + back);
}

/// What formats of parts add to a stack whose weights are all in one.
Bytes override_bytes(const Transformer& t, const PrecisionPlan& plan) {
  PrecisionPlan plain = plan;
  plain.experts = plain.attention = plain.head = std::nullopt;
  return stack_weights(t, plan, {}) - stack_weights(t, plain, {});
}
Bytes override_bytes(const StateSpace& s, const PrecisionPlan& plan) {
  const double tables = s.tied_embeddings ? 1 : 2;
  const Bytes more = size_of(plan.head.value_or(plan.weights)) - size_of(plan.weights);
  return more * (tables * s.vocab * s.hidden);
}

/// Values of one sequence in the cache of the fullest device.
double cache_values(const Transformer& t, double context, const Parallelism& devices) {
  if (!t.causal) return 0;
  const double local = local_layers(t), full = attention_layers(t) - local, linear = t.layers - full - local;
  const double window = t.sliding_window;
  double sum = (full * context + local * std::min(context, window)) * cached_values(t, devices.tensor);
  sum += 2 * local_kv_heads(t, devices.tensor) * t.head_dim * t.layers * t.cross_attention;
  if (t.sparse) sum += full * context * t.sparse->index_dim;
  if (t.linear) sum += linear * state_values(*t.linear, devices.tensor);
  return sum * stage_share(t, devices);
}
double cache_values(const StateSpace& s, double, const Parallelism&) {
  return s.layers * s.inner * (s.state + s.conv_kernel - 1.0);
}
double cache_values(const EncoderDecoder& m, double context, const Parallelism& devices) {
  return cache_values(m.decoder, context, devices);
}
template <class Other>
double cache_values(const Other&, double, const Parallelism&) {
  return 0;
}

Bytes cache_bytes(const Model& model, std::span<const SequenceGroup> groups, const PrecisionPlan& plan,
                  const Parallelism& devices) {
  const TokenShare share = busiest_share(groups, devices.data);
  double sum = 0;
  for (const SequenceGroup& group : groups) {
    const double context = static_cast<double>(group.past_tokens) + group.new_tokens;
    const double one =
        std::visit([&](const auto& a) { return cache_values(a, context, devices); }, model.architecture);
    sum += group.sequences * share.of(group) * one;
  }
  return size_of(plan.kv_cache) * sum;
}

Bytes largest_activations(std::span<const Op> ops) {
  Bytes largest{};
  for (const Op& op : ops) largest = std::max(largest, op.activations);
  return largest;
}

}  // namespace

Bytes weight_bytes(const Model& model, const ParameterCount& parameters, const PrecisionPlan& plan,
                   const Parallelism& devices) {
  const Bytes all = size_of(plan.weights) * parameters.total;
  return std::visit(Overloaded{[&](const Transformer& t) { return stack_weights(t, plan, devices); },
                               [&](const StateSpace& s) { return all + override_bytes(s, plan); },
                               [&](const EncoderDecoder& m) {
                                 return all + override_bytes(m.encoder, plan) +
                                        override_bytes(m.decoder, plan);
                               },
                               [&](const auto&) { return all; }},
                    model.architecture);
}

Footprint footprint(const Model& model, const ParameterCount& parameters,
                    std::span<const SequenceGroup> groups, const PrecisionPlan& plan, std::span<const Op> ops,
                    const Parallelism& devices) {
  return footprint(weight_bytes(model, parameters, plan, devices), model, groups, plan, ops, devices);
}

Footprint footprint(Bytes weights, const Model& model, std::span<const SequenceGroup> groups,
                    const PrecisionPlan& plan, std::span<const Op> ops, const Parallelism& devices) {
  Footprint need;
  need.weights = weights;
  need.kv_cache = cache_bytes(model, groups, plan, devices);
  need.activations = largest_activations(ops);
  return need;
}

Result<MemoryNeed> MemoryNeed::make(const Model& model, const PrecisionPlan& plan, const Parallelism& devices,
                                    const MemoryDemand& demand, Bytes capacity) {
  MemoryNeed need(model, plan, devices, demand, capacity);
  RIDGELINE_CHECK(need.prepare());
  return need;
}

/// The checks, and what does not depend on the number of sequences.
Status MemoryNeed::prepare() {
  RIDGELINE_CHECK(check(devices_, *model_));
  if (has_tokens() && demand_.context == 0) {
    return bad_input("memory: " + model_->id + " needs a context of 1 token or more");
  }
  weights_ = weight_bytes(*model_, count_parameters(*model_), plan_, devices_);
  if (!generates(*model_)) return Status::success();
  prompt_pass();
  if (pass_.empty()) return Status::success();
  RIDGELINE_CHECK(lower_into(*model_, pass_, plan_, ops_, devices_));
  prompt_activations_ = largest_activations(ops_);
  return Status::success();
}

Result<Footprint> MemoryNeed::of(std::uint32_t sequences) {
  pass_.assign(1, generates(*model_) ? SequenceGroup{sequences, 1, demand_.context - 1}
                  : has_tokens()     ? SequenceGroup{sequences, demand_.context, 0}
                                     : SequenceGroup{sequences, 1, 0});
  RIDGELINE_CHECK(lower_into(*model_, pass_, plan_, ops_, devices_));
  Footprint need = footprint(weights_, *model_, pass_, plan_, ops_, devices_);
  need.activations = std::max(prompt_activations_, need.activations);
  need.runtime = demand_.runtime;
  need.capacity = capacity_;
  return need;
}

Result<bool> MemoryNeed::fits(std::uint32_t sequences) {
  RIDGELINE_TRY(need, of(sequences));
  return need.fits();
}

bool MemoryNeed::has_tokens() const {
  const auto* t = std::get_if<Transformer>(&model_->architecture);
  return t != nullptr ? t->patch_tokens == 0 : generates(*model_);
}

/// Prompts of the context's length that fill a chunk on every data rank, and the rest of one.
void MemoryNeed::prompt_pass() {
  const std::uint32_t whole = demand_.chunk_tokens / demand_.context;
  const std::uint32_t rest = demand_.chunk_tokens % demand_.context;
  if (whole > 0) pass_.push_back({devices_.data * whole, demand_.context, 0});
  if (rest > 0) pass_.push_back({devices_.data, rest, 0});
}

namespace {
constexpr std::uint32_t most_sequences_held = 1u << 30;
}

/// Where the memory ends if each sequence more on every rank takes what the second one takes: so it is until
/// activations outgrow those of a prompt. At least 1.
Result<std::uint32_t> MemoryNeed::guess() {
  const std::uint32_t ranks = std::max(1U, devices_.data);
  RIDGELINE_TRY(first, of(1));
  RIDGELINE_TRY(second, of(1 + ranks));
  const double slope = second.total() - first.total() > Bytes(0)
                           ? (capacity_ - first.total()) / (second.total() - first.total())
                           : 0.0;
  const double ends = ranks * (1 + std::floor(slope));
  return static_cast<std::uint32_t>(std::clamp(ends, 1.0, double{most_sequences_held}));
}

Result<std::uint32_t> MemoryNeed::largest() {
  RIDGELINE_TRY(one, fits(1));
  if (!one) return std::uint32_t{0};
  // Invariant: `low` sequences fit, `high` do not (or are beyond the most).
  std::uint32_t low = 1, high = most_sequences_held + 1;
  RIDGELINE_TRY(guessed, guess());
  RIDGELINE_TRY(guess_fits, fits(guessed));
  (guess_fits ? low : high) = guessed;
  // From there outward in steps that double, then between the two by halves.
  for (std::uint32_t step = 1; guess_fits && high - low > 1; step *= 2) {
    const std::uint32_t next = high - low > step ? low + step : high - 1;
    RIDGELINE_TRY(next_fits, fits(next));
    (next_fits ? low : high) = next;
    if (!next_fits) break;
  }
  for (std::uint32_t step = 1; !guess_fits && high - low > 1; step *= 2) {
    const std::uint32_t next = high - low > step ? high - step : low + 1;
    RIDGELINE_TRY(next_fits, fits(next));
    (next_fits ? low : high) = next;
    if (next_fits) break;
  }
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    RIDGELINE_TRY(middle_fits, fits(middle));
    (middle_fits ? low : high) = middle;
  }
  return low;
}

}  // namespace ridgeline::engine

namespace ridgeline {

Result<Footprint> footprint(const Model& model, const PrecisionPlan& plan, const Parallelism& devices,
                            const MemoryDemand& demand, Bytes capacity) {
  RIDGELINE_TRY(need, engine::MemoryNeed::make(model, plan, devices, demand, capacity));
  return need.of(demand.sequences);
}

Result<std::uint32_t> largest_batch(const Model& model, const PrecisionPlan& plan, const Parallelism& devices,
                                    MemoryDemand demand, Bytes capacity) {
  RIDGELINE_TRY(need, engine::MemoryNeed::make(model, plan, devices, demand, capacity));
  return need.largest();
}

}  // namespace ridgeline
