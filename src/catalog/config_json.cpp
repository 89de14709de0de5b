#include "catalog/config_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>

namespace ridgeline::catalog {

namespace {

/// Keys of many publishers that change no shape: training, sampling, positions by rotation, numerics, names.
/// Sorted.
bool is_harmless(std::string_view key) {
  static constexpr std::string_view keys[] = {
      "_attn_implementation",
      "_commit_hash",
      "_name_or_path",
      "activation",
      "activation_dropout",
      "activation_function",
      "add_cross_attention",
      "architectures",
      "attention_dropout",
      "attention_probs_dropout_prob",
      "attention_type",
      "attn_logit_softcapping",
      "attn_pdrop",
      "auto_map",
      "aux_loss_alpha",
      "begin_suppress_tokens",
      "boi_token_index",
      "bos_token_id",
      "cache_implementation",
      "chunk_size_feed_forward",
      "classifier_dropout",
      "cross_attention_hidden_size",
      "decoder_start_token_id",
      "diversity_penalty",
      "do_sample",
      "dropout",
      "dtype",
      "early_stopping",
      "embd_pdrop",
      "embedding_dropout",
      "encoder_no_repeat_ngram_size",
      "eoi_token_index",
      "eos_token_id",
      "ep_size",
      "exponential_decay_length_penalty",
      "final_logit_softcapping",
      "finetuning_task",
      "forced_bos_token_id",
      "forced_decoder_ids",
      "forced_eos_token_id",
      "gradient_checkpointing",
      "hidden_act",
      "hidden_activation",
      "hidden_dropout",
      "hidden_dropout_prob",
      "id2label",
      "image_token_id",
      "image_token_index",
      "init_std",
      "initial_context_length",
      "initializer_factor",
      "initializer_range",
      "is_decoder",
      "is_encoder_decoder",
      "is_llama_config",
      "label2id",
      "layer_norm_eps",
      "layer_norm_epsilon",
      "layerdrop",
      "length_penalty",
      "max_length",
      "max_position_embeddings",
      "min_length",
      "mm_tokens_per_image",
      "model_type",
      "mscale",
      "n_ctx",
      "n_group",
      "no_repeat_ngram_size",
      "norm_epsilon",
      "norm_topk_prob",
      "num_beam_groups",
      "num_beams",
      "num_experts_per_group",
      "num_return_sequences",
      "original_max_position_embeddings",
      "output_attentions",
      "output_hidden_states",
      "output_past",
      "output_router_logits",
      "output_scores",
      "pad_token_id",
      "partial_rotary_factor",
      "prefix",
      "pretraining_tp",
      "problem_type",
      "pruned_heads",
      "quantization_config",
      "query_pre_attn_scalar",
      "remove_invalid_values",
      "reorder_and_upcast_attn",
      "repetition_penalty",
      "resid_pdrop",
      "return_dict",
      "return_dict_in_generate",
      "rms_norm_eps",
      "rope_interleave",
      "rope_local_base_freq",
      "rope_parameters",
      "rope_ratio",
      "rope_scaling",
      "rope_theta",
      "rotary",
      "rotary_dim",
      "routed_scaling_factor",
      "router_aux_loss_coef",
      "router_jitter_noise",
      "scale_attn_by_inverse_layer_idx",
      "scale_attn_weights",
      "scoring_func",
      "sep_token_id",
      "seq_aux",
      "summary_activation",
      "summary_first_dropout",
      "summary_proj_to_labels",
      "summary_type",
      "summary_use_proj",
      "suppress_tokens",
      "swiglu_limit",
      "task_specific_params",
      "temperature",
      "tf_legacy_loss",
      "tie_encoder_decoder",
      "tokenizer_class",
      "top_k",
      "top_p",
      "topk_group",
      "topk_method",
      "torch_dtype",
      "torchscript",
      "transformers_version",
      "typical_p",
      "unsloth_fixed",
      "use_bfloat16",
      "use_cache",
  };
  static_assert(std::is_sorted(std::begin(keys), std::end(keys)));
  return std::binary_search(std::begin(keys), std::end(keys), key);
}

}  // namespace

const ConfigJson::Json* ConfigJson::find(std::string_view key) {
  used_.emplace(key);
  const auto found = object_.find(std::string(key));
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

bool ConfigJson::has(std::string_view key) const {
  const auto found = object_.find(std::string(key));
  return found != object_.end() && !found->is_null();
}

const ConfigJson::Json* ConfigJson::node(std::string_view key) { return find(key); }

unsigned ConfigJson::count(std::string_view key, unsigned absent) {
  const Json* value = find(key);
  if (!value) return absent;
  if (value->is_number_unsigned()) {
    const auto number = value->get<std::uint64_t>();
    if (number <= std::numeric_limits<unsigned>::max()) return static_cast<unsigned>(number);
  }
  fail(key, fmt::format("expected a whole number, found {}", value->dump()));
  return absent;
}

unsigned ConfigJson::need(std::string_view key) {
  if (!has(key)) {
    find(key);
    fail(key, "missing; expected a whole number of at least 1");
    return 1;
  }
  const unsigned value = count(key, 1);
  if (value == 0) fail(key, "expected a whole number of at least 1, found 0");
  return value == 0 ? 1 : value;
}

bool ConfigJson::flag(std::string_view key, bool absent) {
  const Json* value = find(key);
  if (!value) return absent;
  if (value->is_boolean()) return value->get<bool>();
  fail(key, fmt::format("expected true or false, found {}", value->dump()));
  return absent;
}

std::string ConfigJson::text(std::string_view key, std::string_view absent) {
  const Json* value = find(key);
  if (!value) return std::string(absent);
  if (value->is_string()) return value->get<std::string>();
  fail(key, fmt::format("expected text, found {}", value->dump()));
  return std::string(absent);
}

std::vector<std::string> ConfigJson::names(std::string_view key) {
  std::vector<std::string> names;
  const Json* value = find(key);
  if (!value) return names;
  for (const Json& item : *value) {
    if (!value->is_array() || !item.is_string()) {
      fail(key, "expected a list of names");
      return {};
    }
    names.push_back(item.get<std::string>());
  }
  return names;
}

void ConfigJson::expect(std::string_view key, const Json& only, std::string_view why) {
  const Json* value = find(key);
  if (value && *value != only)
    fail(key, fmt::format("{} is not supported, only {}: {}", value->dump(), only.dump(), why));
}

void ConfigJson::harmless(std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) used_.emplace(key);
}

void ConfigJson::fail(std::string_view key, std::string_view message) {
  if (failed_) return;
  failed_ = true;
  error_ = bad_input(fmt::format("{}: {}: {}", place_, key, message));
}

std::vector<std::string> ConfigJson::unknown() const {
  std::vector<std::string> unknown;
  for (const auto& item : object_.items()) {
    if (used_.count(item.key()) == 0 && !is_harmless(item.key())) unknown.push_back(item.key());
  }
  return unknown;
}

}  // namespace ridgeline::catalog
