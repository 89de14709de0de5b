#pragma once
// How each family of config.json becomes an architecture. What a family leaves out of its configs takes the
// default of the publisher's own code.

#include <span>
#include <string_view>

#include "catalog/config_json.h"
#include "ridgeline/catalog.h"

namespace ridgeline::catalog {

/// A model_type and how to read it; errors and notes stay in the config.
struct ImportFamily {
  std::string_view model_type;
  Architecture (*read)(ConfigJson&);
  std::string_view task = "text generation";
  unsigned default_sequence = 0;
};
/// All of them: those with dense feed-forward networks, with experts, and the others.
std::span<const ImportFamily> dense_families();
std::span<const ImportFamily> expert_families();
std::span<const ImportFamily> other_families();

/// The size, heads, vocabulary and biases that most decoders say by the same keys.
Transformer read_decoder(ConfigJson&);
/// attention_bias on queries, keys, values and the output.
void read_attention_bias(ConfigJson&, Transformer&);
/// sliding_window, and which layers see everything by layer_types or else by `otherwise` (0: none).
void read_window(ConfigJson&, Transformer&, unsigned otherwise);
/// use_sliding_window, as Qwen says it: off unless it is true.
void read_qwen_window(ConfigJson&, Transformer&);
/// n where exactly every n-th layer is `full`; 0 where none is. Fails the config otherwise.
unsigned full_every(ConfigJson&, std::string_view key, const std::vector<std::string>& layers,
                    std::string_view full);
/// Gated DeltaNet layers between those of full attention (Qwen3-Next, Qwen3.5).
void read_gated_delta_net(ConfigJson&, Transformer&);

/// What quantization_config says of the published weights, and what it says that is not understood.
void read_quantization(ConfigJson&, ImportedModel&);

}  // namespace ridgeline::catalog
