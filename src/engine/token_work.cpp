#include "engine/token_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ridgeline::engine {

double attention_pairs(double new_tokens, double past, bool causal, double window) {
  if (!causal) {
    const double seen = past + new_tokens;
    return new_tokens * (window > 0 ? std::min(seen, window) : seen);
  }
  // Query i = 1..n sees min(past + i, window) keys. The first `growing` queries see all that came before.
  const double growing = window > 0 ? std::clamp(window - past, 0.0, new_tokens) : new_tokens;
  return growing * past + growing * (growing + 1) / 2 + (new_tokens - growing) * window;
}

TokenWork token_work(std::span<const SequenceGroup> groups, bool causal, unsigned window) {
  TokenWork sum;
  for (const SequenceGroup& group : groups) {
    const double sequences = group.sequences, fresh = group.new_tokens, past = group.past_tokens;
    const double all = past + fresh;
    sum.sequences += sequences;
    sum.started += group.past_tokens == 0 ? sequences : 0.0;
    sum.tokens += sequences * fresh;
    sum.past += sequences * past;
    sum.visible += sequences * (window > 0 ? std::min(all, window + fresh - 1) : all);
    sum.pairs += sequences * attention_pairs(fresh, past, causal, window);
  }
  return sum;
}

double touched_experts(double experts, double active, double tokens) {
  return experts * (1 - std::pow(1 - active / experts, tokens));
}

unsigned local_layers(const Transformer& t) {
  if (t.sliding_window == 0) return 0;
  return t.layers - (t.global_every > 0 ? t.layers / t.global_every : 0);
}

double cached_values(const Transformer& t) {
  if (t.mla) return static_cast<double>(t.mla->kv_lora_rank) + t.mla->rope_dim;
  return 2.0 * t.kv_heads * t.head_dim;
}

Status check_groups(const Transformer& t, std::span<const SequenceGroup> groups, std::string_view model) {
  for (const SequenceGroup& group : groups) {
    if (t.patch_tokens > 0 && group.new_tokens != 1) {
      return bad_input(
          fmt::format("{}: takes images, one a sequence, not {} new tokens", model, group.new_tokens));
    }
    if (!t.causal && group.past_tokens > 0) {
      return bad_input(
          fmt::format("{}: is an encoder and keeps no past tokens (got {})", model, group.past_tokens));
    }
    const double context = static_cast<double>(group.past_tokens) + group.new_tokens;
    if (t.patch_tokens == 0 && t.positions > 0 && context > t.positions) {
      return bad_input(fmt::format("{}: a context of {} tokens is more than its {} learned positions", model,
                                   context, t.positions));
    }
  }
  return Status::success();
}

}  // namespace ridgeline::engine
