#include <fmt/format.h>

#include "catalog/architectures.h"
#include "catalog/fields.h"

namespace ridgeline::catalog {

namespace {

Status read_stem(const YamlNode& node, EncoderDecoder& model) {
  RIDGELINE_CHECK(node.only_keys({"input", "layers"}));
  RIDGELINE_TRY(input_node, node.require("input"));
  RIDGELINE_TRY(input, positive_counts(input_node));
  if (input.size() != 2) return input_node.error("expected [channels, length]");
  model.stem_channels = input[0];
  model.stem_length = input[1];
  RIDGELINE_TRY(layers, read_conv_table(node, {input[0], 1, input[1]}, true));
  model.stem = std::move(layers);
  return Status::success();
}

Status check_consistent(const YamlNode& node, const EncoderDecoder& model) {
  const Transformer& decoder = model.decoder;
  if (model.encoder.causal)
    return error_at(node, "encoder", "an encoder sees its whole input; set causal: false");
  if (decoder.cross_attention == 0)
    return error_at(node, "decoder", "needs cross_attention: the length of the encoder's output");
  const unsigned cross_hidden = decoder.cross_hidden > 0 ? decoder.cross_hidden : decoder.hidden;
  if (cross_hidden != model.encoder.hidden)
    return error_at(node, "decoder",
                    fmt::format("attends to a hidden size of {}, but the encoder's is {}", cross_hidden,
                                model.encoder.hidden));
  if (model.stem.empty()) return Status::success();
  const ConvLayer& last = model.stem.back();
  if (last.out_c != model.encoder.hidden || last.out_w != decoder.cross_attention)
    return error_at(
        node, "stem",
        fmt::format("makes {} tokens of {}, but cross_attention is {} and the encoder's hidden size {}",
                    last.out_w, last.out_c, decoder.cross_attention, model.encoder.hidden));
  return Status::success();
}

}  // namespace

Result<EncoderDecoder> read_encoder_decoder(const YamlNode& node) {
  RIDGELINE_CHECK(node.only_keys({"stem", "encoder", "decoder"}));
  EncoderDecoder model;
  if (const auto stem = node.find("stem")) RIDGELINE_CHECK(read_stem(*stem, model));
  RIDGELINE_TRY(encoder_node, node.require("encoder"));
  RIDGELINE_TRY(encoder, read_transformer(encoder_node));
  model.encoder = std::move(encoder);
  RIDGELINE_TRY(decoder_node, node.require("decoder"));
  RIDGELINE_TRY(decoder, read_transformer(decoder_node));
  model.decoder = std::move(decoder);
  RIDGELINE_CHECK(check_consistent(node, model));
  return model;
}

}  // namespace ridgeline::catalog
