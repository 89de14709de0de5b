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

/// Attention of `t` whose keys and values come from vectors of `source` values.
double attention(const Transformer& t, double source) {
  const double query_width = 1.0 * t.head_dim * t.heads, key_width = 1.0 * t.head_dim * t.kv_heads;
  const double norms = t.qk_norm ? 2.0 * t.head_dim : 0;
  return dense(t.hidden, query_width, t.qkv_bias) + dense(source, 2 * key_width, t.qkv_bias) + norms +
         dense(query_width, t.hidden, t.output_bias);
}

double feed_forward(const Transformer& t, double width) {
  return dense(t.hidden, t.gated_ffn ? 2 * width : width, t.ffn_bias) + dense(width, t.hidden, t.ffn_bias);
}

/// What every layer has, whatever its feed-forward network.
double layer_without_ffn(const Transformer& t) {
  double count = t.mla ? latent_attention(t, *t.mla) : attention(t, t.hidden);
  if (t.cross_attention > 0) count += attention(t, t.cross_hidden > 0 ? t.cross_hidden : t.hidden) + norm(t);
  return count + t.norms_per_layer * norm(t);
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
  const double always = embeddings(t) + ends(t) + t.layers * layer_without_ffn(t);
  ParameterCount count;
  count.total = always + all_ffns(t, t.moe ? t.moe->experts : 0);
  count.active = always + all_ffns(t, t.moe ? t.moe->active : 0);
  count.embedding = embeddings(t);
  return count;
}

}  // namespace ridgeline::catalog
