#pragma once
// Readers of the six architectures: each takes the map under its key, checks every value and that they fit
// together.

#include "base/yaml.h"
#include "ridgeline/catalog.h"

namespace ridgeline::catalog {

Result<Transformer> read_transformer(const YamlNode&);
Result<ConvNet> read_conv_net(const YamlNode&);
Result<Recommender> read_recommender(const YamlNode&);
Result<UNet> read_unet(const YamlNode&);
Result<StateSpace> read_state_space(const YamlNode&);
Result<EncoderDecoder> read_encoder_decoder(const YamlNode&);

struct Shape {
  unsigned c = 0, h = 0, w = 0;
};

/// The rows under `map.layers`, shapes derived. `one_dimensional` (a stem over time): height stays 1 and
/// kernel and pad are along the width.
Result<std::vector<ConvLayer>> read_conv_table(const YamlNode& map, Shape input, bool one_dimensional);

}  // namespace ridgeline::catalog
