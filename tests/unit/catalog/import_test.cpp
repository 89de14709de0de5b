#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/catalog.h"

namespace ridgeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Catalog& catalog() {
  static const Catalog loaded = [] {
    auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
    EXPECT_TRUE(catalog) << catalog.error().message;
    return catalog ? *std::move(catalog) : Catalog();
  }();
  return loaded;
}

Result<ImportedModel> import(const std::string& json) {
  return import_model(json, "config.json", {"x", "", "2024"});
}

/// Every field of the architecture as text, without what the files call themselves.
std::string fields(Model model) {
  model.id = "x";
  model.name = model.note = "";
  model.name = "x";
  model.aliases.clear();
  model.published_parameters.reset();
  model.provenance = {ProvenanceKind::literature, "config", "2024"};
  const auto text = write_model(model);
  EXPECT_TRUE(text) << text.error().message;
  return text ? *text : "";
}

/// The import of a public config is the catalog's own model, and no key of it is unknown.
void expect_same(const std::string& json, const std::string& id) {
  const auto imported = import(json);
  ASSERT_TRUE(imported) << imported.error().message;
  const auto known = catalog().model(id);
  ASSERT_TRUE(known) << known.error().message;
  EXPECT_EQ(fields(imported->model), fields(**known));
  EXPECT_EQ(count_parameters(imported->model).total, count_parameters(**known).total);
  EXPECT_EQ(count_parameters(imported->model).active, count_parameters(**known).active);
  for (const auto& note : imported->notes) EXPECT_THAT(note, testing::Not(HasSubstr("not understood")));
}

const char* const llama_8b = R"({
  "architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0, "bos_token_id": 128000,
  "hidden_act": "silu", "hidden_size": 4096, "intermediate_size": 14336, "max_position_embeddings": 131072,
  "mlp_bias": false, "model_type": "llama", "num_attention_heads": 32, "num_hidden_layers": 32,
  "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05,
  "rope_scaling": {"factor": 8.0, "rope_type": "llama3"}, "rope_theta": 500000.0, "tie_word_embeddings": false,
  "torch_dtype": "bfloat16", "use_cache": true, "vocab_size": 128256})";

const char* const deepseek_v3 = R"({
  "model_type": "deepseek_v3", "hidden_size": 7168, "intermediate_size": 18432, "moe_intermediate_size": 2048,
  "num_hidden_layers": 61, "num_attention_heads": 128, "num_key_value_heads": 128, "n_routed_experts": 256,
  "n_shared_experts": 1, "num_experts_per_tok": 8, "moe_layer_freq": 1, "first_k_dense_replace": 3, "n_group": 8,
  "topk_group": 4, "num_nextn_predict_layers": 1, "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_nope_head_dim": 128,
  "qk_rope_head_dim": 64, "v_head_dim": 128, "scoring_func": "sigmoid", "vocab_size": 129280,
  "quantization_config": {"activation_scheme": "dynamic", "fmt": "e4m3", "quant_method": "fp8",
                          "weight_block_size": [128, 128]}})";

TEST(Import, Llama) { expect_same(llama_8b, "llama-3.1-8b"); }
TEST(Import, DeepSeekV3) { expect_same(deepseek_v3, "deepseek-v3"); }

TEST(Import, Qwen3MixtureOfExperts) {
  expect_same(
      R"({"model_type": "qwen3_moe", "attention_bias": false, "decoder_sparse_step": 1, "head_dim": 128,
    "hidden_size": 4096, "intermediate_size": 12288, "max_window_layers": 94, "mlp_only_layers": [],
    "moe_intermediate_size": 1536, "norm_topk_prob": true, "num_attention_heads": 64, "num_experts": 128,
    "num_experts_per_tok": 8, "num_hidden_layers": 94, "num_key_value_heads": 4, "sliding_window": null,
    "tie_word_embeddings": false, "use_sliding_window": false, "vocab_size": 151936})",
      "qwen-3-235b-a22b");
}

TEST(Import, DeepSeekSparseAttention) {
  std::string json = deepseek_v3;
  json.replace(json.find("deepseek_v3"), 11, "deepseek_v32");
  json.insert(json.find("\"hidden_size\""),
              R"("index_topk": 2048, "index_n_heads": 64, "index_head_dim": 128, )");
  expect_same(json, "deepseek-v3.2");
}

TEST(Import, Qwen35FromItsTextConfig) {
  expect_same(R"({"model_type": "qwen3_5_moe", "image_token_id": 1, "tie_word_embeddings": false,
    "vision_config": {"depth": 27},
    "text_config": {"model_type": "qwen3_5_moe_text", "attn_output_gate": true, "full_attention_interval": 4,
      "head_dim": 256, "hidden_size": 4096, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
      "linear_num_key_heads": 16, "linear_num_value_heads": 64, "linear_value_head_dim": 128,
      "mamba_ssm_dtype": "float32", "moe_intermediate_size": 1024, "mtp_num_hidden_layers": 1,
      "num_attention_heads": 32, "num_experts": 512, "num_experts_per_tok": 10, "num_hidden_layers": 60,
      "num_key_value_heads": 2, "shared_expert_intermediate_size": 1024, "vocab_size": 248320}})",
              "qwen-3.5-397b-a17b");
}

/// `count` layers, every `n`-th of the second kind.
std::string layer_types(unsigned count, unsigned n, const std::string& others, const std::string& nth) {
  std::string list;
  for (unsigned i = 1; i <= count; ++i) list += (i > 1 ? ", \"" : "\"") + (i % n == 0 ? nth : others) + "\"";
  return "[" + list + "]";
}

std::string gpt_oss(const std::string& types) {
  return R"({"model_type": "gpt_oss", "attention_bias": true, "experts_per_token": 4, "head_dim": 64,
    "hidden_size": 2880, "intermediate_size": 2880, "num_attention_heads": 64, "num_experts_per_tok": 4,
    "num_hidden_layers": 36, "num_key_value_heads": 8, "num_local_experts": 128, "sliding_window": 128,
    "swiglu_limit": 7.0, "vocab_size": 201088, "layer_types": )" +
         types +
         R"(, "quantization_config": {"modules_to_not_convert": ["lm_head"], "quant_method": "mxfp4"}})";
}

TEST(Import, GptOss) {
  expect_same(gpt_oss(layer_types(36, 2, "sliding_attention", "full_attention")), "gpt-oss-120b");
}

TEST(Import, Gemma2) {
  expect_same(R"({"model_type": "gemma2", "head_dim": 256, "hidden_size": 3584, "intermediate_size": 14336,
    "num_attention_heads": 16, "num_hidden_layers": 42, "num_key_value_heads": 8, "query_pre_attn_scalar": 256,
    "final_logit_softcapping": 30.0, "attn_logit_softcapping": 50.0, "sliding_window": 4096, "vocab_size": 256000})",
              "gemma-2-9b");
}

TEST(Import, Gemma3LeavesOutWhatIsTheDefault) {
  expect_same(R"({"model_type": "gemma3", "vision_config": {"hidden_size": 1152}, "mm_tokens_per_image": 256,
    "text_config": {"model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240,
                    "num_hidden_layers": 34, "sliding_window": 1024, "rope_scaling": {"factor": 8.0}}})",
              "gemma-3-4b");
}

TEST(Import, MiniMaxM2) {
  expect_same(R"({"model_type": "minimax_m2", "head_dim": 128, "hidden_size": 3072, "intermediate_size": 1536,
    "num_attention_heads": 48, "num_experts_per_tok": 8, "num_hidden_layers": 62, "num_key_value_heads": 8,
    "num_local_experts": 256, "num_mtp_modules": 3, "rotary_dim": 64, "shared_intermediate_size": 0,
    "use_qk_norm": true, "use_routing_bias": true, "vocab_size": 200064})",
              "minimax-m2.5");
}

TEST(Import, Bert) {
  expect_same(
      R"({"model_type": "bert", "hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12,
    "num_hidden_layers": 12, "max_position_embeddings": 512, "type_vocab_size": 2, "vocab_size": 30522,
    "position_embedding_type": "absolute", "gradient_checkpointing": false})",
      "bert-base");
}

TEST(Import, DistilBert) {
  expect_same(R"({"model_type": "distilbert", "dim": 768, "hidden_dim": 3072, "n_heads": 12, "n_layers": 6,
    "max_position_embeddings": 512, "sinusoidal_pos_embds": false, "vocab_size": 30522})",
              "distilbert-base");
}

TEST(Import, Gpt2AndGptJ) {
  const std::string sizes =
      R"("n_embd": 768, "n_head": 12, "n_layer": 12, "n_positions": 1024, "vocab_size": 50257})";
  expect_same(R"({"model_type": "gpt2", "n_ctx": 1024, )" + sizes, "gpt-2");
  expect_same(R"({"model_type": "gptj", "n_embd": 4096, "n_head": 16, "n_layer": 28, "n_inner": null,
    "n_positions": 2048, "rotary": true, "rotary_dim": 64, "tie_word_embeddings": false, "vocab_size": 50400})",
              "gpt-j-6b");
}

TEST(Import, Opt) {
  expect_same(R"({"model_type": "opt", "hidden_size": 768, "ffn_dim": 3072, "num_attention_heads": 12,
    "num_hidden_layers": 12, "max_position_embeddings": 2048, "do_layer_norm_before": true,
    "word_embed_proj_dim": 768, "vocab_size": 50272})",
              "opt-125m");
}

TEST(Import, VisionTransformer) {
  std::string labels;
  for (int i = 0; i < 1000; ++i) labels += (i ? ", \"" : "\"") + std::to_string(i) + "\": \"label\"";
  expect_same(R"({"model_type": "vit", "architectures": ["ViTForImageClassification"], "hidden_size": 768,
    "image_size": 224, "patch_size": 16, "num_channels": 3, "intermediate_size": 3072, "num_attention_heads": 12,
    "num_hidden_layers": 12, "qkv_bias": true, "id2label": {)" +
                  labels + "}}",
              "vit-base-16");
}

TEST(Import, Whisper) {
  expect_same(R"({"model_type": "whisper", "d_model": 384, "encoder_layers": 4, "encoder_attention_heads": 6,
    "encoder_ffn_dim": 1536, "decoder_layers": 4, "decoder_attention_heads": 6, "decoder_ffn_dim": 1536,
    "num_mel_bins": 80, "max_source_positions": 1500, "max_target_positions": 448, "vocab_size": 51865,
    "num_hidden_layers": 4, "suppress_tokens": [1, 2]})",
              "whisper-tiny");
}

TEST(Import, Mamba) {
  expect_same(R"({"model_type": "mamba", "hidden_size": 768, "intermediate_size": 1536, "state_size": 16,
    "conv_kernel": 4, "expand": 2, "num_hidden_layers": 24, "time_step_rank": 48, "use_bias": false,
    "use_conv_bias": true, "vocab_size": 50280})",
              "mamba-130m");
}

TEST(Import, WhatIsWrittenReadsBackTheSame) {
  for (const Model& model : catalog().all_models()) {
    const auto text = write_model(model);
    if (!text) continue;  // convolutional nets and their like
    const auto again = read_model_text(*text, model.id);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*write_model(*again), *text) << model.id;
    EXPECT_EQ(again->aliases, model.aliases);
    EXPECT_EQ(again->note, model.note);
    EXPECT_EQ(again->provenance, model.provenance);
    EXPECT_EQ(again->published_parameters, model.published_parameters);
    EXPECT_EQ(count_parameters(*again).total, count_parameters(model).total) << model.id;
  }
  const auto resnet = catalog().model("resnet-50");
  ASSERT_TRUE(resnet);
  EXPECT_THAT(write_model(**resnet).error().message, HasSubstr("resnet-50: only transformers"));
}

TEST(Import, IsNamedByTheOptionsElseByTheConfig) {
  const std::string named = R"({"_name_or_path": "Org/My_Model-7B", )" + std::string(llama_8b).substr(1);
  const auto by_config = import_model(named, "config.json", {"", "", "2024-07"});
  ASSERT_TRUE(by_config);
  EXPECT_EQ(by_config->model.id, "my-model-7b");
  EXPECT_EQ(by_config->model.name, "Org/My_Model-7B");
  EXPECT_EQ(by_config->model.provenance,
            (Provenance{ProvenanceKind::literature, "Org/My_Model-7B config.json", "2024-07"}));
  const auto by_options = import_model(named, "config.json", {"mine", "Mine", "2024"});
  ASSERT_TRUE(by_options);
  EXPECT_EQ(by_options->model.id, "mine");
  EXPECT_EQ(by_options->model.name, "Mine");
  const auto by_type = import_model(llama_8b, "config.json", {"", "", "2024"});
  ASSERT_TRUE(by_type);
  EXPECT_EQ(by_type->model.id, "llama");
}

TEST(Import, KeysThatAreNotUnderstoodAreNamed) {
  const std::string more = R"({"foo_bar": 1, )" + std::string(llama_8b).substr(1);
  const auto imported = import(more);
  ASSERT_TRUE(imported);
  EXPECT_THAT(imported->notes, ElementsAre("config.json: foo_bar: not understood and left out"));
  EXPECT_THAT(import(llama_8b)->notes, IsEmpty());
}

TEST(Import, PublishedPrecision) {
  EXPECT_EQ(import(llama_8b)->weights, std::nullopt);
  EXPECT_EQ(import(deepseek_v3)->weights, Precision::fp8);
  const auto oss = import(gpt_oss(layer_types(36, 2, "sliding_attention", "full_attention")));
  ASSERT_TRUE(oss);
  EXPECT_EQ(oss->experts, Precision::mxfp4);
  EXPECT_EQ(oss->weights, std::nullopt);
  const auto quantized = [](const std::string& config) {
    return import(R"({"quantization_config": )" + config + ", " + std::string(llama_8b).substr(1));
  };
  EXPECT_EQ(quantized(R"({"quant_method": "awq", "bits": 4})")->weights, Precision::int4);
  EXPECT_EQ(quantized(R"({"quant_method": "gptq", "bits": 8})")->weights, Precision::int8);
  const auto nvfp4 = quantized(R"({"quant_method": "modelopt", "quant_algo": "NVFP4",
    "kv_cache_scheme": {"num_bits": 8, "type": "float"}})");
  EXPECT_EQ(nvfp4->weights, Precision::nvfp4);
  EXPECT_EQ(nvfp4->kv_cache, Precision::fp8);
  EXPECT_EQ(quantized(R"({"quant_method": "compressed-tensors",
    "config_groups": {"group_0": {"weights": {"num_bits": 4, "type": "int", "group_size": 32}}}})")
                ->weights,
            Precision::int4);
  EXPECT_THAT(quantized(R"({"quant_method": "new-method"})")->notes.at(0),
              HasSubstr("'new-method' is not understood"));
}

std::string error_of(const std::string& json) {
  const auto imported = import(json);
  return imported ? "none" : imported.error().message;
}

std::string with(std::string json, const std::string& what, const std::string& by) {
  return json.replace(json.find(what), what.size(), by);
}

TEST(Import, ErrorsNameTheKey) {
  EXPECT_EQ(error_of("{"), "config.json: not a JSON object; expected a Hugging Face config.json");
  EXPECT_EQ(error_of("[]"), "config.json: not a JSON object; expected a Hugging Face config.json");
  EXPECT_EQ(error_of("{}"),
            "config.json: model_type: missing; expected the architecture's name, such as llama");
  EXPECT_THAT(error_of(R"({"model_type": "lama"})"),
              HasSubstr("config.json: model_type: 'lama' is not known; known are llama, mistral,"));
  EXPECT_EQ(error_of(R"({"model_type": "llama"})"),
            "config.json: num_hidden_layers: missing; expected a whole number of at least 1");
  EXPECT_EQ(error_of(with(llama_8b, "4096", "\"big\"")),
            "config.json: hidden_size: expected a whole number, found \"big\"");
  EXPECT_EQ(error_of(with(llama_8b, "4096", "-4096")),
            "config.json: hidden_size: expected a whole number, found -4096");
  EXPECT_EQ(error_of(with(llama_8b, "\"num_attention_heads\": 32", "\"num_attention_heads\": 0")),
            "config.json: num_attention_heads: expected a whole number of at least 1, found 0");
  EXPECT_EQ(error_of(with(llama_8b, "\"mlp_bias\": false", "\"mlp_bias\": 0")),
            "config.json: mlp_bias: expected true or false, found 0");
  EXPECT_THAT(error_of(with(llama_8b, "\"num_key_value_heads\": 8", "\"num_key_value_heads\": 5")),
              HasSubstr("heads 32 is no multiple of kv_heads 5"));
}

TEST(Import, VariantsThatCannotBeSaidAreRefused) {
  EXPECT_EQ(error_of(with(deepseek_v3, "\"moe_layer_freq\": 1", "\"moe_layer_freq\": 2")),
            "config.json: moe_layer_freq: 2 is not supported, only 1: all layers after the dense ones route");
  EXPECT_THAT(error_of(gpt_oss(R"(["full_attention", "sliding_attention"])")),
              HasSubstr("layer_types: the layers of full_attention are not every 1-th one"));
  EXPECT_THAT(
      error_of(R"({"model_type": "opt", "hidden_size": 1024, "ffn_dim": 4096, "num_attention_heads": 16,
    "num_hidden_layers": 24, "vocab_size": 50272, "word_embed_proj_dim": 512})"),
      HasSubstr("word_embed_proj_dim: 512 is not supported, only 1024"));
}

TEST(Import, AWindowOnEveryLayerOrNone) {
  const auto window = [](const std::string& more) {
    const auto imported = import(with(with(llama_8b, "\"llama\"", "\"qwen2\""), "{", "{" + more));
    EXPECT_TRUE(imported) << imported.error().message;
    return imported ? std::get<Transformer>(imported->model.architecture).sliding_window : 0;
  };
  EXPECT_EQ(window(R"("sliding_window": 4096, )"), 0u);  // Qwen: off unless use_sliding_window
  EXPECT_EQ(window(R"("sliding_window": 4096, "use_sliding_window": true, "max_window_layers": 32, )"), 0u);
  EXPECT_EQ(window(R"("sliding_window": 4096, "use_sliding_window": true, "max_window_layers": 0, )"), 4096u);
}

}  // namespace
}  // namespace ridgeline
