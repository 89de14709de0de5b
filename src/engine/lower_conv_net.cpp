#include "engine/lowering.h"

namespace ridgeline::engine {
namespace {

double output_values(const ConvLayer& layer) {
  return static_cast<double>(layer.out_c) * layer.out_h * layer.out_w;
}

/// Values of one sample that the row reads: each of its inputs at its own size, of a slice's only what it
/// keeps.
double values_read(std::span<const ConvLayer> layers, const ConvLayer& layer, double input_values) {
  if (layer.kind == ConvLayer::Kind::slice) return output_values(layer);
  double sum = 0;
  for (const int index : layer.inputs) {
    sum += index < 0 ? input_values : output_values(layers[static_cast<std::size_t>(index)]);
  }
  return sum;
}

void lower_row(const ConvLayer& layer, double read, double batch, OpWriter& out) {
  const double activations = batch * (read + output_values(layer));
  const double channels = layer.out_c, bias = layer.bias ? channels : 0;
  if (layer.kind == ConvLayer::Kind::conv) {
    const double k = 1.0 * layer.kernel * layer.kernel_width() * layer.in_c / layer.groups;
    const double m = batch * layer.out_h * layer.out_w;
    out.conv(layer.name, 1, layer.groups, m, channels / layer.groups, k,
             {channels * k + bias, activations, 0});
  } else if (layer.kind == ConvLayer::Kind::linear) {
    const double k = static_cast<double>(layer.in_c) * layer.in_h * layer.in_w;
    out.gemm(layer.name, 1, batch, channels, k, {channels * k + bias, activations, 0});
  } else {
    out.vector(layer.name, 1, {0, activations, 0});
  }
}

}  // namespace

void lower_conv_layers(std::span<const ConvLayer> layers, double input_values, double batch, OpWriter& out) {
  for (const ConvLayer& layer : layers) {
    lower_row(layer, values_read(layers, layer, input_values), batch, out);
  }
}

void lower_conv_net(const ConvNet& net, double batch, OpWriter& out) {
  const double input_values = static_cast<double>(net.input_c) * net.input_h * net.input_w;
  lower_conv_layers(net.layers, input_values, batch, out);
}

}  // namespace ridgeline::engine
