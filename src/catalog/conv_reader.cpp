#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "catalog/conv_shapes.h"
#include "catalog/fields.h"
#include "catalog/units.h"

namespace ridgeline::catalog {

namespace {

using Kind = ConvLayer::Kind;

/// No real net has a side or a width beyond this, and products of a few such numbers stay exact.
constexpr unsigned largest = 1'000'000;

/// A row that is being read, with the name it goes by in messages.
struct Row {
  YamlNode node;
  ConvLayer layer;
  Error error(std::string_view message) const {
    return node.error(fmt::format("row '{}': {}", layer.name, message));
  }
};

Result<Kind> read_kind(const YamlNode& row) {
  RIDGELINE_TRY(node, row.require("op"));
  RIDGELINE_TRY(text, node.as_string());
  std::vector<std::string> names;
  for (const Kind kind : {Kind::conv, Kind::linear, Kind::max_pool, Kind::avg_pool, Kind::global_pool,
                          Kind::add, Kind::mul, Kind::concat, Kind::slice, Kind::upsample}) {
    if (text == to_string(kind)) return kind;
    names.emplace_back(to_string(kind));
  }
  return node.error(fmt::format("'{}' is not an operator; use {}", text, any_of(names)));
}

/// The keys that a row of this kind may have besides name, op and from.
std::vector<std::string_view> keys_of(Kind kind) {
  switch (kind) {
    case Kind::conv:
      return {"out", "kernel", "kernel_w", "stride", "pad", "pad_w", "groups", "bias", "act"};
    case Kind::linear:
      return {"out", "bias", "act"};
    case Kind::max_pool:
    case Kind::avg_pool:
      return {"kernel", "kernel_w", "stride", "pad", "pad_w"};
    case Kind::slice:
      return {"out", "first"};
    case Kind::upsample:
      return {"scale"};
    case Kind::add:
    case Kind::mul:
    case Kind::concat:
      return {"act"};
    case Kind::global_pool:
      break;
  }
  return {};
}

Status check_keys(const Row& row) {
  std::vector<std::string_view> known = keys_of(row.layer.kind);
  for (const std::string_view key : {"name", "op", "from"}) known.push_back(key);
  return row.node.only_keys(known);
}

/// The size under `key`, `absent` without it, refused below `least`.
Result<unsigned> size_or(const Row& row, std::string_view key, unsigned least, unsigned absent) {
  const auto node = row.node.find(key);
  if (!node) return absent;
  RIDGELINE_TRY(size, node->as_count());
  if (size < least || size > largest)
    return row.error(fmt::format("{} must lie in {} to {}, not {}", key, least, largest, size));
  return unsigned{size};
}

Status read_window(Row& row, bool one_dimensional) {
  ConvLayer& layer = row.layer;
  RIDGELINE_TRY(kernel, size_or(row, "kernel", 1, 1));
  RIDGELINE_TRY(kernel_w, size_or(row, "kernel_w", 1, kernel));
  RIDGELINE_TRY(stride, size_or(row, "stride", 1, 1));
  RIDGELINE_TRY(pad, size_or(row, "pad", 0, 0));
  RIDGELINE_TRY(pad_w, size_or(row, "pad_w", 0, pad));
  layer.kernel = one_dimensional ? 1 : kernel;
  layer.kernel_w = kernel_w;
  layer.stride = stride;
  layer.pad = one_dimensional ? 0 : pad;
  layer.pad_w = pad_w;
  return Status::success();
}

Status read_activation(Row& row) {
  const auto node = row.node.find("act");
  if (!node) return Status::success();
  const std::vector<std::string> known = {"relu",         "relu6",      "silu", "sigmoid",
                                          "hard_sigmoid", "hard_swish", "gelu", "softmax"};
  RIDGELINE_TRY(text, node->as_string());
  if (std::find(known.begin(), known.end(), text) == known.end())
    return row.error(fmt::format("'{}' is not an activation; use {}", text, any_of(known)));
  row.layer.activation = text;
  return Status::success();
}

Status read_sizes(Row& row, bool one_dimensional) {
  ConvLayer& layer = row.layer;
  RIDGELINE_TRY(groups, size_or(row, "groups", 1, 1));
  layer.groups = groups;
  if (layer.kind == Kind::conv || layer.kind == Kind::linear || layer.kind == Kind::slice) {
    RIDGELINE_TRY(out, size_or(row, "out", 1, 0));
    if (out == 0) return row.error("the key 'out' is missing");
    layer.out = out;
  }
  if (layer.kind == Kind::upsample || layer.kind == Kind::slice) {
    const bool upsample = layer.kind == Kind::upsample;
    RIDGELINE_TRY(scale, upsample ? size_or(row, "scale", 1, 0) : size_or(row, "first", 0, 0));
    if (upsample && scale == 0) return row.error("the key 'scale' is missing");
    layer.scale = scale;
  }
  if (const auto bias = row.node.find("bias")) {
    RIDGELINE_TRY(value, bias->as_bool());
    layer.bias = value;
  }
  RIDGELINE_CHECK(read_window(row, one_dimensional));
  return read_activation(row);
}

/// Rows read so far: their names and shapes.
class Table {
 public:
  Table(Shape input, bool one_dimensional) : input_(input), one_dimensional_(one_dimensional) {}

  Status add(const YamlNode& node) {
    Row row{node, {}};
    RIDGELINE_TRY(name_node, node.require("name"));
    RIDGELINE_TRY(name, name_node.as_string());
    row.layer.name = name;
    if (name == "input" || index_.count(name) > 0) return name_node.error(fmt::format("'{}' is taken", name));
    RIDGELINE_TRY(kind, read_kind(node));
    row.layer.kind = kind;
    RIDGELINE_CHECK(check_keys(row));
    RIDGELINE_CHECK(read_sizes(row, one_dimensional_));
    RIDGELINE_CHECK(read_inputs(row));
    RIDGELINE_CHECK(derive_shape(row));
    index_.emplace(name, static_cast<int>(layers_.size()));
    layers_.push_back(std::move(row.layer));
    return Status::success();
  }

  std::vector<ConvLayer> take() && { return std::move(layers_); }

 private:
  Status read_inputs(Row& row) const {
    const auto from = row.node.find("from");
    if (!from) {
      row.layer.inputs = {static_cast<int>(layers_.size()) - 1};
      return Status::success();
    }
    for (const YamlNode& item : from->is_sequence() ? from->items() : std::vector<YamlNode>{*from}) {
      RIDGELINE_TRY(index, index_of(row, item));
      row.layer.inputs.push_back(index);
    }
    if (row.layer.inputs.empty()) return row.error("'from' is an empty list");
    return Status::success();
  }

  Result<int> index_of(const Row& row, const YamlNode& item) const {
    RIDGELINE_TRY(name, item.as_string());
    if (name == "input") return -1;
    if (const auto found = index_.find(name); found != index_.end()) return found->second;
    std::vector<std::string> names;
    for (const ConvLayer& layer : layers_) names.push_back(layer.name);
    const auto close = nearest(name, names, 1);
    return row.error(
        close.empty() ? fmt::format("no row above is named '{}'", name)
                      : fmt::format("no row above is named '{}'; did you mean '{}'?", name, close.front()));
  }

  Status derive_shape(Row& row) const {
    std::vector<Shape> shapes;
    for (const int input : row.layer.inputs) shapes.push_back(shape_of(input));
    const auto out = output_shape(row.layer, shapes);
    if (!out) return row.error(out.error().message);
    if (out->c > largest || out->h > largest || out->w > largest)
      return row.error(fmt::format("its output {} is too large", show(*out)));
    ConvLayer& layer = row.layer;
    layer.in_c = shapes.front().c;
    layer.in_h = shapes.front().h;
    layer.in_w = shapes.front().w;
    layer.out_c = out->c;
    layer.out_h = out->h;
    layer.out_w = out->w;
    return Status::success();
  }

  Shape shape_of(int index) const {
    if (index < 0) return input_;
    const ConvLayer& layer = layers_[static_cast<std::size_t>(index)];
    return {layer.out_c, layer.out_h, layer.out_w};
  }

  Shape input_;
  bool one_dimensional_;
  std::vector<ConvLayer> layers_;
  std::map<std::string, int> index_;
};

}  // namespace

Result<std::vector<ConvLayer>> read_conv_table(const YamlNode& map, Shape input, bool one_dimensional) {
  RIDGELINE_TRY(rows, map.require("layers"));
  if (!rows.is_sequence() || rows.items().empty()) return rows.error("expected a list of rows");
  Table table(input, one_dimensional);
  for (const YamlNode& row : rows.items()) RIDGELINE_CHECK(table.add(row));
  return std::move(table).take();
}

Result<ConvNet> read_conv_net(const YamlNode& map) {
  RIDGELINE_CHECK(map.only_keys({"input", "layers"}));
  RIDGELINE_TRY(input_node, map.require("input"));
  RIDGELINE_TRY(input, positive_counts(input_node));
  if (input.size() != 3 || *std::max_element(input.begin(), input.end()) > largest)
    return input_node.error("expected [channels, height, width]");
  ConvNet net;
  net.input_c = input[0];
  net.input_h = input[1];
  net.input_w = input[2];
  RIDGELINE_TRY(layers, read_conv_table(map, {input[0], input[1], input[2]}, false));
  net.layers = std::move(layers);
  return net;
}

}  // namespace ridgeline::catalog
