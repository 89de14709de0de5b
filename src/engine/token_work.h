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

/// The sums over `groups` where each query sees at most `window` keys (0: all).
TokenWork token_work(std::span<const SequenceGroup> groups, bool causal, unsigned window);

/// Pairs of one sequence: docs/lowering.md, Conventions.
double attention_pairs(double new_tokens, double past, bool causal, double window);

/// Expected number of distinct experts that `tokens` tokens touch when each picks `active` of `experts`
/// uniformly: E (1 - (1 - k/E)^T).
double touched_experts(double experts, double active, double tokens);

/// Layers whose attention is limited to the sliding window.
unsigned local_layers(const Transformer&);

/// Values that one token occupies in the cache of one layer.
double cached_values(const Transformer&);

/// Learned positions and sensible groups: what lower() refuses for a transformer.
Status check_groups(const Transformer&, std::span<const SequenceGroup>, std::string_view model);

}  // namespace ridgeline::engine
