#pragma once
// What the groups of a step add up to for a transformer: tokens, (query, key) pairs, tokens to read from the
// cache.

#include <span>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

struct TokenWork {
  double sequences = 0;  ///< rows of the output head
  double started = 0;    ///< of these, sequences whose first pass this is (no past)
  double tokens = 0;     ///< computed in this pass
  double past = 0;       ///< in the cache before it
  double visible = 0;    ///< keys that some query sees, summed over sequences
  double pairs = 0;      ///< (query, key) pairs of one head
};

/// Which part of the sequences counts: of those that decode (one new token), and of the others.
struct TokenShare {
  double decode = 1, prefill = 1;
  double of(const SequenceGroup& group) const { return group.new_tokens == 1 ? decode : prefill; }
};

/// What the busiest of `data` ranks computes: sequences are dealt out one at a time, those that decode and
/// the others each for themselves, so it has ceil(N / data) of N; where groups differ, ones of mean length.
TokenShare busiest_share(std::span<const SequenceGroup> groups, unsigned data);

/// The sums over `groups` where each query sees at most `window` keys (0: all).
TokenWork token_work(std::span<const SequenceGroup> groups, bool causal, unsigned window,
                     TokenShare share = {});

/// Pairs of one sequence: docs/lowering.md, Conventions.
double attention_pairs(double new_tokens, double past, bool causal, double window);

/// Expected number of distinct experts that `tokens` tokens touch when each picks `active` of `experts`
/// uniformly: E (1 - (1 - k/E)^T).
double touched_experts(double experts, double active, double tokens);

/// Expected number of ranks that hold an expert of one token, when `active` of `experts` are picked uniformly
/// and `ranks` hold equally many: at most the smaller of active and ranks.
double touched_ranks(double experts, double active, double ranks);

/// Layers with softmax attention: all, or one in full_every where the others are linear.
unsigned attention_layers(const Transformer&);
/// Layers whose attention is limited to the sliding window.
unsigned local_layers(const Transformer&);

/// Key/value heads on one of `tensor` devices: they are copied where there are fewer than devices.
inline double local_kv_heads(const Transformer& t, unsigned tensor) {
  return tensor <= 1 ? t.kv_heads : (t.kv_heads + tensor - 1) / tensor;
}
/// Values that one token occupies in the cache of one softmax attention layer on one of `tensor` devices,
/// without the indexer's key.
double cached_values(const Transformer&, unsigned tensor = 1);
/// Values of one sequence's state in one linear layer on one of `tensor` devices.
double state_values(const LinearAttention&, unsigned tensor);

/// Learned positions and sensible groups: what lower() refuses for a transformer.
Status check_groups(const Transformer&, std::span<const SequenceGroup>, std::string_view model);

}  // namespace ridgeline::engine
