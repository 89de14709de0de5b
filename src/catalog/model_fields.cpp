#include "catalog/model_fields.h"

namespace ridgeline::catalog {

const std::vector<Field<Transformer>>& transformer_fields() {
  using T = Transformer;
  static const std::vector<Field<T>> fields = {
      {"layers", &T::layers},
      {"hidden", &T::hidden},
      {"heads", &T::heads},
      {"kv_heads", &T::kv_heads},
      {"head_dim", &T::head_dim},
      {"ffn", &T::ffn},
      {"causal", &T::causal},
      {"gated_ffn", &T::gated_ffn},
      {"qkv_bias", &T::qkv_bias},
      {"output_bias", &T::output_bias},
      {"ffn_bias", &T::ffn_bias},
      {"qk_norm", &T::qk_norm},
      {"norm_bias", &T::norm_bias},
      {"norms_per_layer", &T::norms_per_layer},
      {"post_norm", &T::post_norm},
      {"final_norm", &T::final_norm},
      {"embedding_norm", &T::embedding_norm},
      {"vocab", &T::vocab},
      {"tied_embeddings", &T::tied_embeddings},
      {"lm_head", &T::lm_head},
      {"head_bias", &T::head_bias},
      {"positions", &T::positions},
      {"token_types", &T::token_types},
      {"pooler", &T::pooler},
      {"cross_attention", &T::cross_attention},
      {"cross_hidden", &T::cross_hidden},
      {"sliding_window", &T::sliding_window},
      {"global_every", &T::global_every},
      {"patch_inputs", &T::patch_inputs},
      {"patch_tokens", &T::patch_tokens},
      {"classes", &T::classes},
      {"output_gate", &T::output_gate},
  };
  return fields;
}

const std::vector<Field<MixtureOfExperts>>& moe_fields() {
  using M = MixtureOfExperts;
  static const std::vector<Field<M>> fields = {
      {"experts", &M::experts},       {"active", &M::active},         {"shared", &M::shared},
      {"expert_ffn", &M::expert_ffn}, {"shared_ffn", &M::shared_ffn}, {"dense_layers", &M::dense_layers},
  };
  return fields;
}

const std::vector<Field<LatentAttention>>& mla_fields() {
  using L = LatentAttention;
  static const std::vector<Field<L>> fields = {
      {"q_lora_rank", &L::q_lora_rank},
      {"kv_lora_rank", &L::kv_lora_rank},
      {"nope_dim", &L::nope_dim},
      {"rope_dim", &L::rope_dim},
      {"v_dim", &L::v_dim},
  };
  return fields;
}

const std::vector<Field<LinearAttention>>& linear_attention_fields() {
  using L = LinearAttention;
  static const std::vector<Field<L>> fields = {
      {"full_every", &L::full_every}, {"key_heads", &L::key_heads}, {"value_heads", &L::value_heads},
      {"key_dim", &L::key_dim},       {"value_dim", &L::value_dim}, {"conv_kernel", &L::conv_kernel},
  };
  return fields;
}

const std::vector<Field<SparseAttention>>& sparse_attention_fields() {
  using S = SparseAttention;
  static const std::vector<Field<S>> fields = {
      {"top_k", &S::top_k}, {"index_heads", &S::index_heads}, {"index_dim", &S::index_dim}};
  return fields;
}

const std::vector<Field<StateSpace>>& state_space_fields() {
  using S = StateSpace;
  static const std::vector<Field<S>> fields = {
      {"layers", &S::layers},   {"hidden", &S::hidden},
      {"inner", &S::inner},     {"state", &S::state},
      {"dt_rank", &S::dt_rank}, {"conv_kernel", &S::conv_kernel},
      {"vocab", &S::vocab},     {"tied_embeddings", &S::tied_embeddings},
  };
  return fields;
}

}  // namespace ridgeline::catalog
