// The attention rows of "Transformer", and the tables "Latent attention" and "Sparse attention" of
// docs/lowering.md.

#include <algorithm>

#include "engine/transformer_pass.h"

namespace ridgeline::engine {
namespace {

/// A part of the groups that attends in an operator of its own.
struct Queries {
  std::string_view all, local, index;  ///< names of its operators
  TokenShare share;
  TokenWork work;
};

struct Latent {
  double flops = 0, products = 0,
         heads = 0;  ///< products: without expanding the cache; heads: key/value heads
};

void inputs(const TransformerPass& p) {
  const Transformer& t = p.t;
  const double tokens = p.work.tokens, a = p.heads, v = p.kv_heads, d = t.head_dim;
  const double queries = t.output_gate ? 2 * a : a;
  p.linear("qkv", p.attention, tokens, (queries + 2 * v) * d, p.hidden, t.qkv_bias, false, Part::attention);
  if (t.qk_norm) p.out.vector("qk_norm", p.attention, {2 * d, 2 * tokens * (a + v) * d, 0});
  if (t.causal) {
    p.out.vector("rope_append", p.attention, {0, tokens * (2 * a + 2 * v) * d, 2 * tokens * v * d});
  }
}

void latent_inputs(const TransformerPass& p, const LatentAttention& mla) {
  const double tokens = p.work.tokens, a = p.heads, count = p.attention;
  const double q = a * (mla.nope_dim + mla.rope_dim), latent = mla.kv_lora_rank, rope = mla.rope_dim;
  const auto linear = [&](std::string_view name, double n, double k) {
    p.linear(name, count, tokens, n, k, false, false, Part::attention);
  };
  if (mla.q_lora_rank > 0) {
    linear("q_down", mla.q_lora_rank, p.hidden);
    p.norm("q_norm", count, mla.q_lora_rank);
    linear("q_up", q, mla.q_lora_rank);
  } else {
    linear("q", q, p.hidden);
  }
  linear("kv_down", latent + rope, p.hidden);
  p.norm("kv_norm", count, latent);
  p.out.vector("rope_append", count, {0, tokens * (2 * a * rope + latent + rope), tokens * (latent + rope)});
  linear("kv_up", a * (mla.nope_dim + mla.v_dim), latent);
}

void index_inputs(const TransformerPass& p, const SparseAttention& sparse) {
  const double tokens = p.work.tokens, heads = sparse.index_heads, dim = sparse.index_dim;
  const double source = p.t.mla && p.t.mla->q_lora_rank > 0 ? p.t.mla->q_lora_rank : p.hidden;
  p.linear("index_q", p.attention, tokens, heads * dim, source, false, false, Part::attention);
  p.linear("index_k", p.attention, tokens, dim + heads, p.hidden, false, false, Part::attention);
  p.out.vector("index_append", p.attention, {2 * dim, tokens * (2 * heads * dim + dim), tokens * dim});
}

/// Each sequence takes the cheaper of attending in the latent space and of expanding its past into keys and
/// values first (new tokens are expanded, or absorbed at the same cost, by kv_up). Where the indexer chooses
/// among more tokens than it keeps, queries see different ones: only the latent space serves that.
Latent latent_work(const TransformerPass& p, const LatentAttention& mla, TokenShare share, unsigned window) {
  const double latent = mla.kv_lora_rank, rope = mla.rope_dim, nope = mla.nope_dim, v = mla.v_dim;
  Latent sum;
  for (const SequenceGroup& group : p.groups) {
    const double sequences = group.sequences * share.of(group), past = group.past_tokens;
    const double pairs = attention_pairs(group.new_tokens, past, p.t.causal, window);
    const double absorbed = 2 * pairs * (2 * latent + rope), expanded = 2 * pairs * (nope + rope + v);
    const double expansion = 2 * past * latent * (nope + v);
    const bool chooses = p.t.sparse && past + group.new_tokens > p.t.sparse->top_k;
    const bool absorbs = chooses || absorbed <= expanded + expansion;
    sum.flops += sequences * (absorbs ? absorbed : expanded + expansion);
    sum.products += sequences * (absorbs ? absorbed : expanded);
    sum.heads += sequences * (absorbs ? 1 : p.heads);
  }
  sum.flops *= p.heads;
  sum.products *= p.heads;
  return sum;
}

/// Cached tokens that the pass reads when each query keeps `top_k`: at most as many as its queries choose.
double chosen_tokens(const TransformerPass& p, TokenShare share, double top_k) {
  double sum = 0;
  for (const SequenceGroup& group : p.groups) {
    const double all = static_cast<double>(group.past_tokens) + group.new_tokens;
    sum += group.sequences * share.of(group) * std::min(all, top_k * group.new_tokens);
  }
  return sum;
}

/// Attention of `count` layers in which a query sees at most `window` keys (0: all) out of `visible` read.
void attend(const TransformerPass& p, std::string_view name, double count, const Queries& queries,
            const TokenWork& seen, double visible, unsigned window) {
  if (count <= 0) return;
  const Transformer& t = p.t;
  const double a = p.heads, v = p.kv_heads, d = t.head_dim, tokens = seen.tokens;
  const double keys_seen = seen.pairs / tokens;
  if (t.mla) {
    const LatentAttention& mla = *t.mla;
    const Latent latent = latent_work(p, mla, queries.share, window);
    const double q_and_out = a * (mla.nope_dim + mla.rope_dim + mla.v_dim);
    p.out.attention(
        name, count, latent.flops,
        {tokens * a / latent.heads, keys_seen, latent.products / (4 * a * seen.pairs), latent.heads},
        {0, tokens * q_and_out, visible * cached_values(t)});
  } else {
    const double keys = t.causal ? 0 : 2 * tokens * v * d;
    p.out.attention(name, count, 4 * d * a * seen.pairs,
                    {tokens * a / (seen.sequences * v), keys_seen, d, seen.sequences * v},
                    {0, 2 * tokens * a * d + keys, t.causal ? 2 * v * d * visible : 0});
  }
}

void attend_sparsely(const TransformerPass& p, const SparseAttention& sparse, const Queries& queries) {
  const double heads = sparse.index_heads, dim = sparse.index_dim;
  const TokenWork& all = queries.work;
  const TokenWork kept = token_work(p.groups, p.t.causal, sparse.top_k, queries.share);
  p.out.attention(queries.index, p.attention, 2 * heads * dim * all.pairs,
                  {all.tokens * heads / all.sequences, all.pairs / all.tokens, dim, all.sequences},
                  {0, all.tokens * heads * (dim + 1) + kept.pairs, all.visible * dim});
  attend(p, queries.all, p.attention, queries, kept, chosen_tokens(p, queries.share, sparse.top_k),
         sparse.top_k);
}

void products(const TransformerPass& p, const Queries& queries) {
  if (p.t.sparse && p.t.causal) {
    attend_sparsely(p, *p.t.sparse, queries);
    return;
  }
  const double local = local_layers(p.t);
  attend(p, queries.all, p.attention - local, queries, queries.work, queries.work.visible, 0);
  if (local > 0) {
    const unsigned window = p.t.sliding_window;
    const TokenWork seen = token_work(p.groups, p.t.causal, window, queries.share);
    attend(p, queries.local, local, queries, seen, seen.visible, window);
  }
}

bool decodes_and_prefills(const TransformerPass& p) {
  bool decodes = false, prefills = false;
  for (const SequenceGroup& group : p.groups) (group.new_tokens == 1 ? decodes : prefills) = true;
  return p.t.causal && decodes && prefills;
}

void all_products(const TransformerPass& p) {
  if (!decodes_and_prefills(p)) {
    products(p, {"attention", "attention_local", "index_scores", p.share, p.work});
    return;
  }
  const TokenShare prefill{0, p.share.prefill}, decode{p.share.decode, 0};
  products(p, {"attention", "attention_local", "index_scores", prefill,
               token_work(p.groups, p.t.causal, 0, prefill)});
  products(p, {"attention_decode", "attention_decode_local", "index_scores_decode", decode,
               token_work(p.groups, p.t.causal, 0, decode)});
}

}  // namespace

void lower_attention(const TransformerPass& p) {
  const Transformer& t = p.t;
  if (t.mla) {
    latent_inputs(p, *t.mla);
  } else {
    inputs(p);
  }
  if (t.sparse && t.causal) index_inputs(p, *t.sparse);
  all_products(p);
  const double width = p.heads * static_cast<double>(t.mla ? t.mla->v_dim : t.head_dim);
  if (t.output_gate) p.out.vector("attn_gate", p.attention, {0, 3 * p.work.tokens * width, 0});
  p.linear("attn_out", p.attention, p.work.tokens, p.hidden, width, t.output_bias, true, Part::attention);
}

}  // namespace ridgeline::engine
