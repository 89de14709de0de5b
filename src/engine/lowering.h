#pragma once
// One function per architecture; lower.cpp chooses. Groups have been checked: at least one, none empty.

#include <span>
#include <string_view>

#include "engine/op_writer.h"
#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// How the pass is spread over devices; as Parallelism and `imbalance` of lower().
struct Spread {
  Parallelism devices;
  double imbalance = 1;
};

/// Where the operators of layers lie among those written; before and after them are the ends of the model.
struct LayerOps {
  std::size_t first = 0, last = 0;
};
LayerOps lower_transformer(const Transformer&, std::span<const SequenceGroup>, OpWriter&, const Spread& = {});
void lower_conv_net(const ConvNet&, double batch, OpWriter&);
/// The rows of a conv table; the network's input has `input_values` values a sample.
void lower_conv_layers(std::span<const ConvLayer>, double input_values, double batch, OpWriter&);
void lower_recommender(const Recommender&, double batch, OpWriter&);
void lower_unet(const UNet&, double batch, OpWriter&);
void lower_state_space(const StateSpace&, std::span<const SequenceGroup>, OpWriter&);
void lower_encoder_decoder(const EncoderDecoder&, std::span<const SequenceGroup>, OpWriter&);

/// Tokens that the encoder of one sequence computes.
unsigned encoder_tokens(const EncoderDecoder&);

/// Refuses groups that make no sense for the model.
Status check_step(const Model&, std::span<const SequenceGroup>);
/// Sequences or images of a step.
double samples_of(std::span<const SequenceGroup>);
/// Layers that pay the overhead per layer in this step.
double layers_of(const Model&, std::span<const SequenceGroup>);

/// Picks the overload for a std::variant's alternative.
template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

}  // namespace ridgeline::engine
