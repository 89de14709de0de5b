#include "catalog/parameters.h"

namespace ridgeline::catalog {

namespace {

double norm(const Transformer& t) { return t.norm_bias ? 2.0 * t.hidden : t.hidden; }

/// Queries, keys and values through low-rank factors, each with a norm between its two matrices.
double latent_attention(const Transformer& t, const LatentAttention& mla) {
  const double hidden = t.hidden, heads = t.heads, q_rank = mla.q_lora_rank, kv_rank = mla.kv_lora_rank;
  const double query_width = heads * (mla.nope_dim + mla.rope_dim);
  const double query =
      mla.q_lora_rank > 0 ? hidden * q_rank + q_rank + q_rank * query_width : hidden * query_width;
  const double key_value =
      hidden * (kv_rank + mla.rope_dim) + kv_rank + kv_rank * heads * (mla.nope_dim + mla.v_dim);
  return query + key_value + dense(heads * mla.v_dim, hidden, t.output_bias);
}

/// Projections of queries, keys, values and output gate, of the decay and the write strength, the
/// convolution, a decay and its bias for each head, the norm of a head and the projection back (Gated
/// DeltaNet).
double linear_attention(const Transformer& t, const LinearAttention& linear) {
  const double keys = 1.0 * linear.key_heads * linear.key_dim;
  const double values = 1.0 * linear.value_heads * linear.value_dim, heads = linear.value_heads;
  const double projections = t.hidden * (2 * keys + 2 * values) + t.hidden * 2 * heads;
  const double convolution = linear.conv_kernel * (2 * keys + values);
  return projections + convolution + 2 * heads + linear.value_dim + values * t.hidden;
}

/// The indexer: queries from the low-rank ones where there are such, one key with its norm, a weight for each
/// head.
double indexer(const Transformer& t, const SparseAttention& sparse) {
  const double query_from = t.mla && t.mla->q_lora_rank > 0 ? t.mla->q_lora_rank : t.hidden;
  return query_from * sparse.index_heads * sparse.index_dim + 1.0 * t.hidden * sparse.index_dim +
         2.0 * sparse.index_dim + 1.0 * t.hidden * sparse.index_heads;
}

/// Attention of `t` whose keys and values come from vectors of `source` values.
double attention(const Transformer& t, double source) {
  const double query_width = 1.0 * t.head_dim * t.heads, key_width = 1.0 * t.head_dim * t.kv_heads;
  const double norms = t.qk_norm ? 2.0 * t.head_dim : 0;
  const double gated_width = t.output_gate ? 2 * query_width : query_width;
  return dense(t.hidden, gated_width, t.qkv_bias) + dense(source, 2 * key_width, t.qkv_bias) + norms +
         dense(query_width, t.hidden, t.output_bias);
}

double feed_forward(const Transformer& t, double width) {
  return dense(t.hidden, t.gated_ffn ? 2 * width : width, t.ffn_bias) + dense(width, t.hidden, t.ffn_bias);
}

double softmax_attention(const Transformer& t) {
  const double heads = t.mla ? latent_attention(t, *t.mla) : attention(t, t.hidden);
  return heads + (t.sparse ? indexer(t, *t.sparse) : 0);
}

/// What all layers have, whatever their feed-forward networks.
double layers_without_ffn(const Transformer& t) {
  const double full = t.linear ? t.layers / t.linear->full_every : t.layers;
  double attentions = full * softmax_attention(t);
  if (t.linear) attentions += (t.layers - full) * linear_attention(t, *t.linear);
  double others = t.norms_per_layer * norm(t);
  if (t.cross_attention > 0) others += attention(t, t.cross_hidden > 0 ? t.cross_hidden : t.hidden) + norm(t);
  return attentions + t.layers * others;
}

/// Feed-forward networks of all layers when a token uses `active` of the routed experts.
double all_ffns(const Transformer& t, double active) {
  if (!t.moe) return t.layers * feed_forward(t, t.ffn);
  const MixtureOfExperts& moe = *t.moe;
  const double router = 1.0 * t.hidden * moe.experts;
  const double shared = moe.shared * feed_forward(t, moe.shared_ffn > 0 ? moe.shared_ffn : moe.expert_ffn);
  const double routed = active * feed_forward(t, moe.expert_ffn);
  return moe.dense_layers * feed_forward(t, t.ffn) +
         (t.layers - moe.dense_layers) * (router + shared + routed);
}

double embeddings(const Transformer& t) { return t.hidden * (1.0 * t.vocab + t.positions + t.token_types); }

/// What comes before and after the layers, embedding tables apart.
double ends(const Transformer& t) {
  double count = 0;
  if (t.patch_inputs > 0) count += dense(t.patch_inputs, t.hidden, true);
  if (t.embedding_norm) count += norm(t);
  if (t.final_norm) count += norm(t);
  if (t.lm_head && !t.tied_embeddings) count += 1.0 * t.hidden * t.vocab;
  if (t.head_bias) count += t.vocab;
  if (t.pooler) count += dense(t.hidden, t.hidden, true);
  if (t.classes > 0) count += dense(t.hidden, t.classes, true);
  return count;
}

}  // namespace

ParameterCount parameters_of(const Transformer& t) {
  const double always = embeddings(t) + ends(t) + layers_without_ffn(t);
  ParameterCount count;
  count.total = always + all_ffns(t, t.moe ? t.moe->experts : 0);
  count.active = always + all_ffns(t, t.moe ? t.moe->active : 0);
  count.embedding = embeddings(t);
  return count;
}

}  // namespace ridgeline::catalog
