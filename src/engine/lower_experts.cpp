// The table "Mixture of experts" of docs/lowering.md, on the device whose experts have the most to do.

#include <algorithm>

#include "engine/transformer_pass.h"

namespace ridgeline::engine {
namespace {

/// Tokens and rows on the busiest rank.
struct Load {
  double all = 0;      ///< tokens of the replica
  double tokens = 0;   ///< of these, some of whose experts the rank holds
  double rows = 0;     ///< (token, expert) pairs of the rank
  double ranks = 1;    ///< distinct expert ranks of one token
  double touched = 0;  ///< experts of the rank that have any row
};

Load load_of(const TransformerPass& p, const MixtureOfExperts& moe) {
  const Parallelism& devices = p.spread.devices;
  Load load;
  load.all = devices.data > 1 ? token_work(p.groups, p.t.causal, 0).tokens : p.work.tokens;
  load.touched = touched_experts(moe.experts, moe.active, load.all) / devices.expert;
  load.tokens = load.all;
  load.rows = load.all * moe.active;
  if (devices.expert > 1) {
    const double expert = devices.expert, most = std::min<double>(moe.active, moe.experts / expert);
    load.ranks = touched_ranks(moe.experts, moe.active, expert);
    load.rows = std::min(load.rows * p.spread.imbalance / expert, load.all * most);
    load.tokens = std::min(load.all * p.spread.imbalance * load.ranks / expert, load.all);
  }
  return load;
}

/// Sends tokens to their experts: only data ranks hold different ones.
void dispatch(const TransformerPass& p, const Load& load, double count) {
  const Parallelism& devices = p.spread.devices;
  if (devices.data == 1) return;
  const double gathered = p.work.tokens * devices.data * p.hidden;
  if (devices.expert == 1) {
    p.out.collective("experts_gather", count, Collective::all_gather, devices.data, gathered);
    return;
  }
  const double own = p.work.tokens / p.tensor, copies = load.ranks * devices.expert_tensor;
  p.out.collective("experts_dispatch", count, Collective::all_to_all, devices.expert * devices.expert_tensor,
                   std::max(own * copies, load.tokens) * p.hidden);
}

/// Brings the sums back to where the tokens came from. Without data ranks the layer's all-reduce does.
void combine(const TransformerPass& p, const Load& load, double count) {
  const Parallelism& devices = p.spread.devices;
  if (devices.data == 1) return;
  const double gathered = p.work.tokens * devices.data * p.hidden;
  if (devices.expert == 1) {
    p.out.collective("experts_scatter", count, Collective::reduce_scatter, devices.data, gathered);
    return;
  }
  p.out.collective("experts_all_reduce", count, Collective::all_reduce, devices.expert_tensor,
                   load.tokens * p.hidden);
  const double own = p.work.tokens / p.tensor, tokens = load.tokens / devices.expert_tensor;
  p.out.collective("experts_combine", count, Collective::all_to_all, devices.expert * devices.expert_tensor,
                   std::max(own * load.ranks, tokens) * p.hidden);
}

}  // namespace

/// Every token runs `active` experts; weights are those of the experts that some token picked.
void lower_experts(const TransformerPass& p, const MixtureOfExperts& moe, double count) {
  const unsigned parts = p.spread.devices.expert_tensor;
  const double hidden = p.hidden, whole = moe.expert_ffn, width = parts > 1 ? whole / parts : whole;
  const double up_bias = p.t.ffn_bias ? width * p.gates : 0, down_bias = p.t.ffn_bias ? hidden : 0;
  const Load load = load_of(p, moe);
  const double rows = load.rows, touched = load.touched, mean_rows = rows / touched;
  p.linear("router", count, p.work.tokens, moe.experts, hidden, false, false);
  dispatch(p, load, count);
  p.out.experts(
      "experts_up", count, rows, {mean_rows, width * p.gates, hidden, touched},
      {touched * (width * p.gates * hidden + up_bias), load.tokens * hidden + rows * width * p.gates, 0});
  if (p.t.gated_ffn) p.out.vector("experts_act", count, {0, 3 * rows * width, 0});
  p.out.experts(
      "experts_down", count, rows, {mean_rows, hidden, width, touched},
      {touched * (width * hidden + down_bias), rows * width + (load.tokens + p.work.tokens) * hidden, 0});
  combine(p, load, count);
}

}  // namespace ridgeline::engine
