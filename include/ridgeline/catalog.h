#pragma once
// What is known: hardware and model architectures, each value with where it comes from. No times, no
// opinions. Files: data/hardware/ID.yaml and data/models/ID.yaml; docs/catalog.md gives every key.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ridgeline/result.h"
#include "ridgeline/units.h"

namespace ridgeline {

// ---------------------------------------------------------------------------------------------- provenance

/// How a value came to be known, strongest first: the one place of this order (docs/formats.md says why).
/// `given`: by whoever asked for the result; never in a file of the catalog.
enum class ProvenanceKind { measured, fitted, datasheet, literature, derived, given, assumed };
std::string_view to_string(ProvenanceKind);

struct Provenance {
  ProvenanceKind kind = ProvenanceKind::assumed;
  std::string source;  ///< document title, or what was measured where
  std::string date;    ///< ISO 8601, as precise as known: "2020", "2020-05", "2020-05-14"
  friend bool operator==(const Provenance&, const Provenance&) = default;
};

/// A value with its origin and, where it was measured or fitted, its 95 % interval.
template <class Q>
struct Sourced {
  Q value{};
  Provenance provenance{};
  std::optional<std::pair<Q, Q>> interval{};  ///< 95 %, low and high
  friend bool operator==(const Sourced&, const Sourced&) = default;
};

// ---------------------------------------------------------------------------------------------- precision

/// Number formats of weights, activations and KV cache. The block formats carry their scales: nvfp4 an fp8
/// scale for 16 values, mxfp4 an 8-bit one for 32, int4 an fp16 one for 128; fp4 is without.
enum class Precision { fp64, fp32, tf32, bf16, fp16, fp8, int8, fp4, int4, nvfp4, mxfp4 };
inline constexpr std::size_t precisions = 11;
std::string_view to_string(Precision);
/// In any letter case, and by other names too: half, float16, bfloat16, f32, e4m3, w4a16 (int4) ...
std::optional<Precision> parse_precision(std::string_view);
/// Storage of one value, scales included: 8, 4, 4, 2, 2, 1, 1, 0.5, 0.515625, 0.5625, 0.53125 bytes.
Bytes size_of(Precision);
/// The format whose peak applies to products of it: fp4 for nvfp4 and mxfp4, else itself.
Precision compute_format(Precision);

// ---------------------------------------------------------------------------------------------- hardware

/// One level of a memory hierarchy, as one device sees it.
struct MemoryLevel {
  std::string name;  ///< "HBM2e", "L2", "DRAM"
  std::optional<Sourced<Bytes>> capacity;
  std::optional<Sourced<BytesPerSecond>>
      bandwidth;  ///< unknown for many caches: then the level bounds nothing
  friend bool operator==(const MemoryLevel&, const MemoryLevel&) = default;
};

/// A link to other devices; bandwidth per device and per direction.
struct Link {
  std::string name;
  Sourced<BytesPerSecond> bandwidth;
  std::optional<Sourced<Seconds>> latency;
  unsigned domain = 0;  ///< devices that reach one another over it (HGX: 8, NVL72: 72); 0: any number
  friend bool operator==(const Link&, const Link&) = default;
};

/// One accelerator, CPU or SoC. A missing optional is unknown, never zero.
struct Hardware {
  std::string id, name, vendor;
  std::string tier;  ///< datacenter | workstation | edge | mobile | tiny | host
  int year = 0;
  std::string generation;  ///< of the architecture: "hopper", "cdna3"; empty: unknown
  std::vector<std::string> aliases;
  std::map<Precision, Sourced<FlopsPerSecond>> peak;  ///< dense
  std::map<Precision, Sourced<FlopsPerSecond>>
      peak_sparse;                               ///< structured sparsity; never used unless asked for
  MemoryLevel memory;                            ///< main memory: capacity and bandwidth always present
  std::vector<MemoryLevel> caches;               ///< nearest the cores last; may be empty
  std::vector<Link> links;                       ///< scale-up first, then host or network
  std::optional<Sourced<double>> compute_units;  ///< processors that take one tile each (SM, CU, core)
  std::optional<Sourced<Watts>> tdp;
  std::optional<Sourced<Dollars>> price;
  std::string note;  ///< what a reader must know before using the entry
  friend bool operator==(const Hardware&, const Hardware&) = default;
};

// ---------------------------------------------------------------------------------------------- models

/// Mixture of experts in the feed-forward part of a transformer.
struct MixtureOfExperts {
  unsigned experts = 0;       ///< routed experts per layer
  unsigned active = 0;        ///< routed experts a token uses (top-k)
  unsigned shared = 0;        ///< experts every token uses besides
  unsigned expert_ffn = 0;    ///< hidden width of one expert
  unsigned shared_ffn = 0;    ///< hidden width of one shared expert; 0: as expert_ffn
  unsigned dense_layers = 0;  ///< the first layers that keep the dense feed-forward network
};

/// Multi-head latent attention (DeepSeek-V2 and later): the cache keeps kv_lora_rank + rope_dim values a
/// token.
struct LatentAttention {
  unsigned q_lora_rank = 0;  ///< 0: queries are projected directly
  unsigned kv_lora_rank = 0, nope_dim = 0, rope_dim = 0, v_dim = 0;
};

/// Gated linear attention (Gated DeltaNet in Qwen3-Next and Qwen3.5): a state of key_dim x value_dim values a
/// value head, of fixed size however long the context. The full attention layers keep a KV cache.
struct LinearAttention {
  unsigned full_every = 4;  ///< every n-th layer is full attention, the others linear
  unsigned key_heads = 0, value_heads = 0, key_dim = 0, value_dim = 0;
  unsigned conv_kernel = 4;  ///< causal depthwise convolution over queries, keys and values
};

/// Sparse attention chosen by an indexer (DeepSeek-V3.2, GLM-5): each query attends to `top_k` tokens at
/// most.
struct SparseAttention {
  unsigned top_k = 0;
  unsigned index_heads = 0, index_dim = 0;  ///< the indexer scores every past token at this width
};

/// A stack of transformer layers.
struct Transformer {
  unsigned layers = 0, hidden = 0, heads = 0, kv_heads = 0, head_dim = 0, ffn = 0;
  bool causal = true;        ///< decoder: each token sees those before it
  bool gated_ffn = true;     ///< two input projections (SwiGLU, GeGLU) instead of one
  bool qkv_bias = false;     ///< biases on the query, key and value projections
  bool output_bias = false;  ///< bias on the attention output projection
  bool ffn_bias = false;     ///< biases on the feed-forward projections
  bool qk_norm = false;      ///< per-head RMS norm of queries and keys (Qwen 3, Gemma 3)
  bool norm_bias = false;    ///< LayerNorm (weight and bias) rather than RMSNorm (weight)
  unsigned norms_per_layer =
      2;                   ///< 2: before attention and FFN; 4: after them too (Gemma); 1: parallel (GPT-J)
  bool post_norm = false;  ///< norms follow attention and FFN instead of preceding them (BERT)
  bool final_norm = true;
  bool embedding_norm = false;   ///< BERT normalises its embeddings
  unsigned vocab = 0;            ///< 0: no token embedding (ViT, audio encoder)
  bool tied_embeddings = false;  ///< the output head reuses the embedding table
  bool lm_head = true;           ///< projects to the vocabulary; false for encoders
  bool head_bias = false;        ///< bias on the output head (GPT-J)
  unsigned positions = 0;        ///< learned position embeddings; 0: rotary or none
  unsigned token_types = 0;      ///< segment embeddings (BERT: 2)
  bool pooler = false;           ///< dense hidden x hidden with bias on the first token
  unsigned cross_attention = 0;  ///< length of the encoder output each layer also attends to; 0: none
  unsigned cross_hidden = 0;     ///< hidden size of that encoder; 0: as hidden
  unsigned sliding_window = 0;   ///< tokens a local layer sees; 0: every layer sees all
  unsigned global_every = 0;     ///< every n-th layer is global although sliding_window is set; 0: none is
  unsigned patch_inputs = 0;     ///< ViT and audio stems: values in one patch (3*16*16); 0: none
  unsigned patch_tokens = 0;     ///< tokens one image makes, class token included
  unsigned classes = 0;          ///< width of a classification head on one token; 0: none
  std::optional<MixtureOfExperts> moe;
  std::optional<LatentAttention> mla;
  std::optional<LinearAttention> linear;
  std::optional<SparseAttention> sparse;
  bool output_gate = false;  ///< a gate as wide as the attention output, made from its input (Qwen3-Next)
};

/// One operator of a convolutional net, as the graph executes it: batch norm folded, activation fused.
/// Shapes are channels x height x width, derived when the file is read.
struct ConvLayer {
  enum class Kind { conv, linear, max_pool, avg_pool, global_pool, add, mul, concat, slice, upsample };
  std::string name;
  Kind kind = Kind::conv;
  std::vector<int> inputs;  ///< indices of the layers read; -1 is the network's input
  unsigned out = 0;         ///< conv, linear, slice: output channels
  unsigned kernel = 1, kernel_w = 0, stride = 1, pad = 0, pad_w = 0,
           groups = 1;  ///< *_w: the reader fills them
  bool bias = true;     ///< after folding, convolutions carry one
  /// "", relu, relu6, silu, sigmoid, hard_sigmoid, hard_swish, gelu, softmax
  std::string activation;
  unsigned scale = 1;                        ///< upsample factor; slice: first channel
  unsigned in_c = 0, in_h = 0, in_w = 0;     ///< derived: of the first input
  unsigned out_c = 0, out_h = 0, out_w = 0;  ///< derived
  /// As height where kernel_w is 0 (a layer made by hand); a kernel of its own width pads by pad_w alone.
  unsigned kernel_width() const { return kernel_w != 0 ? kernel_w : kernel; }
  unsigned pad_width() const { return kernel_w != 0 || pad_w != 0 ? pad_w : pad; }
};
std::string_view to_string(ConvLayer::Kind);

struct ConvNet {
  unsigned input_c = 0, input_h = 0, input_w = 0;
  std::vector<ConvLayer> layers;
};

/// Recommendation: embedding gathers and two perceptrons (DLRM and DLRM-DCNv2).
struct Recommender {
  unsigned dense_features = 0, embedding_dim = 0;
  std::vector<double> table_rows;  ///< rows of each embedding table
  std::vector<unsigned> lookups;   ///< rows gathered a sample from each table (multi-hot); empty: one each
  std::vector<unsigned> bottom_mlp, top_mlp;
  unsigned cross_layers = 0, cross_rank = 0;  ///< DCNv2 low-rank cross network; 0: dot interaction
};

/// A U-Net that denoises latents (Stable Diffusion): residual blocks and transformer blocks at each level.
struct UNet {
  unsigned in_channels = 0, latent = 0;     ///< latent height and width
  std::vector<unsigned> channels;           ///< of each level
  std::vector<unsigned> transformer_depth;  ///< transformer layers in each block of a level; 0: none
  unsigned mid_transformer_depth = 0;
  unsigned blocks = 2;  ///< residual blocks a level on the way down; one more on the way up
  unsigned head_dim = 64, context_tokens = 77, context_dim = 0, time_dim = 0;
  unsigned added_dim = 0;  ///< SDXL: extra conditioning projected into the time embedding
  unsigned steps = 0,
           passes_per_step = 2;  ///< denoising steps an image; 2 passes with classifier-free guidance
};

/// State-space layers (Mamba): no KV cache, a fixed state.
struct StateSpace {
  unsigned layers = 0, hidden = 0, inner = 0, state = 0, conv_kernel = 4, dt_rank = 0, vocab = 0;
  bool tied_embeddings = true;
};

/// Encoder and decoder of a sequence-to-sequence model (Whisper).
struct EncoderDecoder {
  std::vector<ConvLayer> stem;  ///< convolutions ahead of the encoder (may be empty); width is the time axis
  unsigned stem_channels = 0, stem_length = 0;
  Transformer encoder, decoder;
};

using Architecture = std::variant<Transformer, ConvNet, Recommender, UNet, StateSpace, EncoderDecoder>;

/// An architecture; never a time.
struct Model {
  std::string id, name;
  std::vector<std::string> aliases;
  std::string task;  ///< "text generation", "image classification" ...
  Provenance provenance;
  Architecture architecture;
  /// What the publisher says, to check the architecture against: `catalog check` fails beyond 2 %.
  std::optional<Sourced<double>> published_parameters;
  unsigned default_sequence = 0;  ///< tokens of one sample where that is customary (BERT: 128); 0: ask
  std::string note;
};

/// Parameters that the architecture implies: all; those one token or sample uses (of experts the active ones,
/// of a recommender's tables the rows looked up); and those in embedding tables (tokens, positions,
/// segments).
struct ParameterCount {
  double total = 0, active = 0, embedding = 0;
};
ParameterCount count_parameters(const Model&);

// ---------------------------------------------------------------------------------------------- catalog

/// A read catalog. Look-ups accept ids and aliases, in any letter case. Copies share the entries.
class Catalog {
 public:
  Catalog();
  /// Reads every .yaml file in DIR/hardware and DIR/models. Stops at the first bad file with its file, line,
  /// key; a file not named by its id and a name that two entries claim are bad too.
  static Result<Catalog> load(const std::string& dir);

  /// One more device, such as the probed machine. bad_input when its id or an alias is taken.
  Status add(Hardware);

  /// On an unknown name the error suggests the nearest ones. The pointer lives as long as the catalog, or a
  /// copy of it.
  Result<const Hardware*> hardware(std::string_view name) const;
  Result<const Model*> model(std::string_view name) const;
  const std::vector<Hardware>& all_hardware() const;  ///< sorted by id
  const std::vector<Model>& all_models() const;       ///< sorted by id

 private:
  struct Entries;
  std::shared_ptr<const Entries> entries_;
};

/// One file each; errors carry file:line and key. Plausibility beyond the schema is `check`.
Result<Hardware> read_hardware(const std::string& path);
Result<Model> read_model(const std::string& path);
/// The YAML that read_hardware takes back unchanged (for a probed machine). Requires what read_hardware does:
/// positive values, every title and date there, intervals on measured and fitted values only.
std::string write_hardware(const Hardware&);

/// The same from the text of a model file; `path` is for messages.
Result<Model> read_model_text(const std::string& text, const std::string& path);
/// The YAML that read_model takes back unchanged. bad_input for convolutional nets, recommenders and U-Nets.
Result<std::string> write_model(const Model&);

/// How an imported model is to be called; what is left empty follows from the config.
struct ImportOptions {
  std::string id, name;
  std::string date;  ///< of its source, when it was published: 2024, 2024-07 or 2024-07-23
};

/// A model made from a publisher's config.
struct ImportedModel {
  Model model;
  std::vector<std::string> notes;  ///< one line each: keys that were not understood, parts that are left out
  std::optional<Precision> weights, experts, kv_cache;  ///< published precision, where the config says it
};

/// From the text of a Hugging Face config.json; `path` is for messages. bad_input names the key: an unknown
/// model_type, a missing or impossible value, a variant that a Model cannot say.
Result<ImportedModel> import_model(const std::string& json, const std::string& path, const ImportOptions&);

/// What is suspicious but readable: implied parameters differ from published by more than 2 %, fp8 peak below
/// fp16, a link faster than the memory behind it ... One line each; empty when all is well.
std::vector<std::string> check(const Catalog&);

}  // namespace ridgeline
