#include "engine/token_work.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"

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

TokenShare busiest_share(std::span<const SequenceGroup> groups, unsigned data) {
  if (data <= 1) return {};
  double decoding = 0, filling = 0;
  for (const SequenceGroup& group : groups) {
    (group.new_tokens == 1 ? decoding : filling) += group.sequences;
  }
  const auto share = [&](double sequences) {
    return sequences > 0 ? std::ceil(sequences / data) / sequences : 1.0;
  };
  return {share(decoding), share(filling)};
}

TokenWork token_work(std::span<const SequenceGroup> groups, bool causal, unsigned window, TokenShare share) {
  TokenWork sum;
  for (const SequenceGroup& group : groups) {
    const double sequences = group.sequences * share.of(group), fresh = group.new_tokens,
                 past = group.past_tokens;
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
  return experts * (1 - portable_pow(1 - active / experts, tokens));
}

double touched_ranks(double experts, double active, double ranks) {
  // A rank is missed when all `active` distinct experts lie among the others' E - E/ranks.
  const double elsewhere = experts - experts / ranks;
  double missed = 1;
  for (double picked = 0; picked < active && missed > 0; ++picked) {
    missed *= std::max(0.0, elsewhere - picked) / (experts - picked);
  }
  return ranks * (1 - missed);
}

unsigned attention_layers(const Transformer& t) {
  if (!t.linear) return t.layers;
  return t.linear->full_every > 0 ? t.layers / t.linear->full_every : 0;
}

unsigned local_layers(const Transformer& t) {
  if (t.sliding_window == 0) return 0;
  const unsigned layers = attention_layers(t);
  return layers - (t.global_every > 0 ? layers / t.global_every : 0);
}

double cached_values(const Transformer& t, unsigned tensor) {
  if (t.mla) return static_cast<double>(t.mla->kv_lora_rank) + t.mla->rope_dim;
  return 2.0 * local_kv_heads(t, tensor) * t.head_dim;
}

double state_values(const LinearAttention& linear, unsigned tensor) {
  const double keys = 1.0 * linear.key_heads * linear.key_dim;
  const double values = 1.0 * linear.value_heads * linear.value_dim;
  const double window = std::max(1u, linear.conv_kernel) - 1.0;
  return (values * linear.key_dim + (2 * keys + values) * window) / tensor;
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
