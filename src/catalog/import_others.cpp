#include <fmt/format.h>

#include "catalog/import.h"

namespace ridgeline::catalog {

namespace {

/// LayerNorm and biases everywhere, two matrices in the feed-forward network: GPT-2, BERT, ViT, Whisper.
Transformer classic() {
  Transformer t;
  t.gated_ffn = false;
  t.qkv_bias = t.output_bias = t.ffn_bias = t.norm_bias = true;
  return t;
}

void set_heads(Transformer& t, unsigned heads) {
  t.heads = t.kv_heads = heads;
  t.head_dim = t.hidden / heads;
}

/// GPT-2 and GPT-J say their sizes by the same keys.
void read_gpt_sizes(ConfigJson& config, Transformer& t) {
  t.layers = config.need("n_layer");
  t.hidden = config.need("n_embd");
  set_heads(t, config.need("n_head"));
  t.ffn = config.count("n_inner", 4 * t.hidden);
  t.vocab = config.need("vocab_size");
}

Architecture read_gpt2(ConfigJson& config) {
  Transformer t = classic();
  read_gpt_sizes(config, t);
  t.positions = config.count("n_positions", 1024);
  t.tied_embeddings = config.flag("tie_word_embeddings", true);
  return t;
}

Architecture read_gptj(ConfigJson& config) {
  Transformer t = classic();
  read_gpt_sizes(config, t);
  t.qkv_bias = t.output_bias = false;
  t.norms_per_layer = 1;
  t.tied_embeddings = config.flag("tie_word_embeddings", false);
  t.head_bias = true;
  config.harmless({"n_positions"});  // rotary
  return t;
}

Architecture read_opt(ConfigJson& config) {
  Transformer t = classic();
  t.layers = config.need("num_hidden_layers");
  t.hidden = config.need("hidden_size");
  set_heads(t, config.need("num_attention_heads"));
  t.ffn = config.need("ffn_dim");
  t.vocab = config.need("vocab_size");
  t.qkv_bias = t.output_bias = t.ffn_bias = config.flag("enable_bias", true);
  t.tied_embeddings = config.flag("tie_word_embeddings", true);
  t.positions = config.count("max_position_embeddings", 2048) + 2;  // the first two rows are padding
  t.post_norm = !config.flag("do_layer_norm_before", true);
  t.final_norm = !t.post_norm && !config.flag("_remove_final_layer_norm", false);
  config.expect("word_embed_proj_dim", t.hidden, "the embedding is as wide as the layers");
  config.harmless({"layer_norm_elementwise_affine", "_remove_final_layer_norm"});
  return t;
}

Transformer read_encoder(ConfigJson& config) {
  Transformer t = classic();
  t.causal = false;
  t.lm_head = false;
  t.layers = config.need("num_hidden_layers");
  t.hidden = config.need("hidden_size");
  set_heads(t, config.need("num_attention_heads"));
  t.ffn = config.need("intermediate_size");
  return t;
}

void make_bert(Transformer& t) {
  t.post_norm = true;
  t.final_norm = false;
  t.embedding_norm = true;
}

Architecture read_bert(ConfigJson& config) {
  Transformer t = read_encoder(config);
  make_bert(t);
  t.vocab = config.need("vocab_size");
  t.positions = config.need("max_position_embeddings");
  t.token_types = config.count("type_vocab_size", 2);
  t.pooler = true;
  config.expect("position_embedding_type", "absolute", "learned positions");
  config.harmless({"directionality", "pooler_fc_size", "pooler_num_attention_heads", "pooler_num_fc_layers",
                   "pooler_size_per_head", "pooler_type"});
  return t;
}

Architecture read_distilbert(ConfigJson& config) {
  Transformer t = classic();
  t.causal = false;
  t.lm_head = false;
  make_bert(t);
  t.layers = config.need("n_layers");
  t.hidden = config.need("dim");
  set_heads(t, config.need("n_heads"));
  t.ffn = config.need("hidden_dim");
  t.vocab = config.need("vocab_size");
  t.positions = config.need("max_position_embeddings");
  config.harmless({"qa_dropout", "seq_classif_dropout", "sinusoidal_pos_embds", "tie_weights_"});
  return t;
}

/// A head only where the config is that of a classifier; its classes are those it names, two where it names
/// none.
unsigned classes_of(ConfigJson& config) {
  for (const std::string& name : config.names("architectures")) {
    if (name.find("Classification") == std::string::npos) continue;
    const auto* labels = config.node("id2label");
    return labels ? static_cast<unsigned>(labels->size()) : 2;
  }
  return 0;
}

Architecture read_vit(ConfigJson& config) {
  Transformer t = read_encoder(config);
  t.qkv_bias = config.flag("qkv_bias", true);
  const unsigned image = config.count("image_size", 224), patch = config.count("patch_size", 16);
  if (patch == 0 || image % patch != 0)
    config.fail("patch_size", fmt::format("{} does not divide the image size {}", patch, image));
  const unsigned side = patch > 0 ? image / patch : 0;
  t.patch_inputs = config.count("num_channels", 3) * patch * patch;
  t.patch_tokens = t.positions = side * side + 1;
  t.classes = classes_of(config);
  config.harmless({"encoder_stride", "pooler_act", "pooler_output_size"});
  return t;
}

/// Kernel 3 over time, as the encoder of Whisper starts.
ConvLayer time_conv(const char* name, int input, unsigned in, unsigned out, unsigned length,
                    unsigned stride) {
  ConvLayer layer;
  layer.name = name;
  layer.inputs = {input};
  layer.out = out;
  layer.kernel_w = 3;
  layer.stride = stride;
  layer.pad_w = 1;
  layer.activation = "gelu";
  layer.in_c = in;
  layer.in_h = layer.out_h = 1;
  layer.in_w = length;
  layer.out_c = out;
  layer.out_w = (length + 2 - 3) / stride + 1;
  return layer;
}

Transformer read_whisper_side(ConfigJson& config, const std::string& side) {
  Transformer t = classic();
  t.hidden = config.need("d_model");
  t.layers = config.need(side + "_layers");
  set_heads(t, config.need(side + "_attention_heads"));
  t.ffn = config.need(side + "_ffn_dim");
  return t;
}

Architecture read_whisper(ConfigJson& config) {
  EncoderDecoder model;
  model.encoder = read_whisper_side(config, "encoder");
  model.decoder = read_whisper_side(config, "decoder");
  model.encoder.causal = model.encoder.lm_head = false;
  model.encoder.positions = model.decoder.cross_attention = config.count("max_source_positions", 1500);
  model.decoder.vocab = config.need("vocab_size");
  model.decoder.tied_embeddings = true;
  model.decoder.positions = config.count("max_target_positions", 448);
  const unsigned hidden = model.encoder.hidden, length = 2 * model.encoder.positions;
  model.stem_channels = config.count("num_mel_bins", 80);
  model.stem_length = length;
  model.stem = {time_conv("conv1", -1, model.stem_channels, hidden, length, 1),
                time_conv("conv2", 0, hidden, hidden, length, 2)};
  config.harmless({"num_hidden_layers", "encoder_layerdrop", "decoder_layerdrop", "scale_embedding",
                   "median_filter_length", "apply_spec_augment", "classifier_proj_size",
                   "use_weighted_layer_sum", "mask_feature_length", "mask_feature_min_masks",
                   "mask_feature_prob", "mask_time_length", "mask_time_min_masks", "mask_time_prob",
                   "alignment_heads", "tie_word_embeddings"});
  return model;
}

unsigned time_step_rank(ConfigJson& config, unsigned hidden) {
  const auto* rank = config.node("time_step_rank");
  if (!rank || *rank == "auto") return (hidden + 15) / 16;
  return config.count("time_step_rank", 0);
}

Architecture read_mamba(ConfigJson& config) {
  StateSpace s;
  s.layers = config.need("num_hidden_layers");
  s.hidden = config.need("hidden_size");
  s.inner = config.count("intermediate_size", config.count("expand", 2) * s.hidden);
  s.state = config.count("state_size", 16);
  s.conv_kernel = config.count("conv_kernel", 4);
  s.dt_rank = time_step_rank(config, s.hidden);
  s.vocab = config.need("vocab_size");
  s.tied_embeddings = config.flag("tie_word_embeddings", true);
  config.expect("use_bias", false, "projections without bias");
  config.expect("use_conv_bias", true, "convolutions with bias");
  config.harmless({"d_inner", "d_model", "n_layer", "fused_add_norm", "pad_vocab_size_multiple",
                   "residual_in_fp32", "rescale_prenorm_residual", "rms_norm", "ssm_cfg", "time_step_floor",
                   "time_step_init_scheme", "time_step_max", "time_step_min", "time_step_scale",
                   "use_mambapy", "use_associative_scan"});
  return s;
}

}  // namespace

std::span<const ImportFamily> other_families() {
  static constexpr ImportFamily families[] = {
      {"gpt2", read_gpt2},
      {"gptj", read_gptj},
      {"opt", read_opt},
      {"bert", read_bert, "text encoding", 128},
      {"roberta", read_bert, "text encoding", 128},
      {"distilbert", read_distilbert, "text encoding", 128},
      {"vit", read_vit, "image classification"},
      {"whisper", read_whisper, "speech recognition"},
      {"mamba", read_mamba},
  };
  return families;
}

}  // namespace ridgeline::catalog
