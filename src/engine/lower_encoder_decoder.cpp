// The section "Encoder and decoder" of docs/lowering.md: the groups drive the decoder; sequences without a
// past run the encoder first.

#include <array>

#include "engine/lowering.h"
#include "engine/token_work.h"

namespace ridgeline::engine {

unsigned encoder_tokens(const EncoderDecoder& model) {
  return model.stem.empty() ? model.decoder.cross_attention : model.stem.back().out_w;
}

void lower_encoder_decoder(const EncoderDecoder& model, std::span<const SequenceGroup> groups,
                           OpWriter& out) {
  const double started = token_work(groups, true, 0).started;
  if (started > 0) {
    const double input_values = static_cast<double>(model.stem_channels) * model.stem_length;
    lower_conv_layers(model.stem, input_values, started, out);
    const std::array<SequenceGroup, 1> encoded{
        SequenceGroup{static_cast<std::uint32_t>(started), encoder_tokens(model), 0}};
    lower_transformer(model.encoder, encoded, out);
  }
  lower_transformer(model.decoder, groups, out);
}

}  // namespace ridgeline::engine
