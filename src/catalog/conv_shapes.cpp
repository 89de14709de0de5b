#include "catalog/conv_shapes.h"

#include <fmt/format.h>

namespace ridgeline::catalog {

namespace {

using Kind = ConvLayer::Kind;

/// floor((in + 2 pad - kernel) / stride) + 1.
Result<unsigned> slide(unsigned in, unsigned kernel, unsigned pad, unsigned stride, std::string_view axis) {
  if (in + 2 * pad < kernel)
    return bad_input(
        fmt::format("a kernel of {} {} does not fit {} with a pad of {}", kernel, axis, in, pad));
  return (in + 2 * pad - kernel) / stride + 1;
}

Result<Shape> windowed(const ConvLayer& layer, Shape in, unsigned channels) {
  RIDGELINE_TRY(h, slide(in.h, layer.kernel, layer.pad, layer.stride, "high"));
  RIDGELINE_TRY(w, slide(in.w, layer.kernel_width(), layer.pad_width(), layer.stride, "wide"));
  return Shape{channels, h, w};
}

Result<Shape> convolved(const ConvLayer& layer, Shape in) {
  if (in.c % layer.groups != 0 || layer.out % layer.groups != 0)
    return bad_input(fmt::format("groups {} must divide the {} channels in and the {} out", layer.groups,
                                 in.c, layer.out));
  return windowed(layer, in, layer.out);
}

bool same(Shape a, Shape b) { return a.c == b.c && a.h == b.h && a.w == b.w; }

Result<Shape> added(const std::vector<Shape>& inputs) {
  for (const Shape& input : inputs) {
    if (!same(input, inputs.front()))
      return bad_input(fmt::format("cannot add {} and {}", show(inputs.front()), show(input)));
  }
  return inputs.front();
}

Result<Shape> multiplied(Shape a, Shape b) {
  const bool gate = b.c == a.c && b.h == 1 && b.w == 1;
  if (!gate && !same(a, b))
    return bad_input(fmt::format("cannot multiply {} by {}; the second must be alike or {} x 1 x 1", show(a),
                                 show(b), a.c));
  return a;
}

Result<Shape> concatenated(const std::vector<Shape>& inputs) {
  Shape out{0, inputs.front().h, inputs.front().w};
  for (const Shape& input : inputs) {
    if (input.h != out.h || input.w != out.w)
      return bad_input(fmt::format("cannot concatenate {} and {}", show(inputs.front()), show(input)));
    out.c += input.c;
  }
  return out;
}

Result<Shape> sliced(const ConvLayer& layer, Shape in) {
  if (layer.scale + layer.out > in.c)
    return bad_input(
        fmt::format("channels {} to {} of {} do not exist", layer.scale, layer.scale + layer.out - 1, in.c));
  return Shape{layer.out, in.h, in.w};
}

Result<Shape> upsampled(const ConvLayer& layer, Shape in) {
  if (layer.scale > 1000) return bad_input(fmt::format("a scale of {} is too large", layer.scale));
  return Shape{in.c, in.h * layer.scale, in.w * layer.scale};
}

Status check_inputs(Kind kind, std::size_t inputs) {
  const bool several = kind == Kind::add || kind == Kind::concat;
  if (several && inputs < 2)
    return bad_input(fmt::format("{} needs at least two inputs; list them in 'from'", to_string(kind)));
  if (kind == Kind::mul && inputs != 2) return bad_input("mul needs two inputs; list them in 'from'");
  if (!several && kind != Kind::mul && inputs != 1)
    return bad_input(fmt::format("{} reads one input, not {}", to_string(kind), inputs));
  return Status::success();
}

}  // namespace

std::string show(Shape shape) { return fmt::format("{} x {} x {}", shape.c, shape.h, shape.w); }

Result<Shape> output_shape(const ConvLayer& layer, const std::vector<Shape>& inputs) {
  RIDGELINE_CHECK(check_inputs(layer.kind, inputs.size()));
  const Shape in = inputs.front();
  switch (layer.kind) {
    case Kind::conv:
      return convolved(layer, in);
    case Kind::linear:
      return Shape{layer.out, 1, 1};
    case Kind::max_pool:
    case Kind::avg_pool:
      return windowed(layer, in, in.c);
    case Kind::global_pool:
      return Shape{in.c, 1, 1};
    case Kind::add:
      return added(inputs);
    case Kind::mul:
      return multiplied(in, inputs[1]);
    case Kind::concat:
      return concatenated(inputs);
    case Kind::slice:
      return sliced(layer, in);
    case Kind::upsample:
      return upsampled(layer, in);
  }
  return bad_input("unknown kind of row");
}

}  // namespace ridgeline::catalog
