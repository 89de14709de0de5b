#include "live/workload/conv_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace ridgeline::live {
namespace {

using dnnl::memory;
using onednn::Algorithm;
using onednn::Dims;
using onednn::Tag;

struct Activation {
  Algorithm algorithm;
  float alpha, beta;
};

std::optional<Activation> find_activation(const std::string& name) {
  if (name == "relu") return Activation{Algorithm::eltwise_relu, 0, 0};
  if (name == "relu6") return Activation{Algorithm::eltwise_clip, 0, 6};
  if (name == "silu") return Activation{Algorithm::eltwise_swish, 1, 0};
  if (name == "sigmoid") return Activation{Algorithm::eltwise_logistic, 0, 0};
  if (name == "hard_swish") return Activation{Algorithm::eltwise_hardswish, 1.0F / 6, 0.5F};
  return std::nullopt;
}

bool takes_activation(ConvLayer::Kind kind) {
  using Kind = ConvLayer::Kind;
  return kind == Kind::conv || kind == Kind::linear || kind == Kind::add || kind == Kind::mul;
}

dnnl::primitive_attr attributes_of(const ConvLayer& layer) {
  dnnl::primitive_attr attr = Runtime::attributes();
  if (const auto activation = find_activation(layer.activation)) {
    dnnl::post_ops ops;
    onednn::append_activation(ops, activation->algorithm, activation->alpha, activation->beta);
    attr.set_post_ops(ops);
  }
  return attr;
}

memory::dim dim(unsigned x) { return static_cast<memory::dim>(x); }

/// The window of a layer; padding at the end is what its derived output size implies.
onednn::Window window_of(const ConvLayer& l) {
  const memory::dim kernel_w = dim(l.kernel_width());
  const memory::dim pad_w = dim(l.pad_width());
  const memory::dim s = dim(l.stride);
  const memory::dim end_h = (dim(l.out_h) - 1) * s + dim(l.kernel) - dim(l.in_h) - dim(l.pad);
  const memory::dim end_w = (dim(l.out_w) - 1) * s + kernel_w - dim(l.in_w) - pad_w;
  return {{dim(l.kernel), kernel_w}, {s, s}, {dim(l.pad), pad_w}, {end_h, end_w}};
}

/// The same layout for other sizes; row-major when it is none of the usual ones.
memory::desc like(const memory::desc& model, const Dims& dims) {
  constexpr std::array tags = {Tag::nchw, Tag::nhwc, Tag::nChw4c, Tag::nChw8c, Tag::nChw16c};
  for (const Tag tag : tags)
    if (onednn::fp32(onednn::dims_of(model), tag) == model) return onednn::fp32(dims, tag);
  return onednn::fp32(dims, Tag::nchw);
}

constexpr int unplanned = -1;

/// Builds steps in order. Tensors are numbers until all steps are known; then those that are never alive
/// together share memory.
class Planner {
 public:
  Planner(const ConvNet& net, std::uint32_t batch, Runtime& runtime, ConvWeights& weights)
      : net_(net), batch_(dim(batch)), runtime_(runtime), weights_(weights), of_layer_(net.layers.size()) {}

  ConvPlan plan(const std::shared_ptr<float[]>& arena, std::size_t arena_floats, std::size_t& needed) {
    for (std::size_t i = 0; i < net_.layers.size(); ++i) of_layer_[i] = add_layer(net_.layers[i]);
    needed = place();
    return bind(needed <= arena_floats ? arena : std::shared_ptr<float[]>(allocate_floats(needed)));
  }

 private:
  struct Tensor {
    memory::desc desc;
    std::size_t last_use = 0, offset = 0;
  };
  struct Draft {
    ConvStep step;
    std::vector<std::pair<int, int>> reads;  ///< argument, tensor
    std::vector<memory::desc> views;         ///< how each read is seen (a slice, a flattened image)
    int writes = unplanned;
    memory::desc write_view;
  };

  Dims input_dims() const { return {batch_, dim(net_.input_c), dim(net_.input_h), dim(net_.input_w)}; }
  Dims out_dims(const ConvLayer& l) const { return {batch_, dim(l.out_c), dim(l.out_h), dim(l.out_w)}; }

  int new_tensor(const memory::desc& desc) {
    tensors_.push_back({.desc = desc});
    return static_cast<int>(tensors_.size()) - 1;
  }

  /// The tensor a layer reads. The network's input takes the layout of whoever reads it first.
  int source(int index, const memory::desc& wanted_if_input) {
    if (index >= 0) return of_layer_[static_cast<std::size_t>(index)];
    if (input_ == unplanned) input_ = new_tensor(wanted_if_input);
    return input_;
  }
  int source(int index) { return source(index, onednn::fp32(input_dims(), Tag::nchw)); }
  const memory::desc& desc(int tensor) const { return tensors_[static_cast<std::size_t>(tensor)].desc; }

  template <class PrimitiveDesc>
  Draft& add_step(const dnnl::primitive& primitive, const PrimitiveDesc& pd, std::string name,
                  std::string kind) {
    Draft draft;
    draft.step.primitive = primitive;
    draft.step.scratchpad = pd.scratchpad_desc();
    draft.step.record.name = std::move(name);
    draft.step.record.kind = std::move(kind);
    runtime_.reserve(draft.step.scratchpad);
    drafts_.push_back(std::move(draft));
    return drafts_.back();
  }
  static void read(Draft& draft, int argument, int tensor, const memory::desc& view) {
    draft.reads.emplace_back(argument, tensor);
    draft.views.push_back(view);
    draft.step.record.activations += fp32_bytes(onednn::values(view));
  }
  int write(Draft& draft, const memory::desc& view, const memory::desc& tensor_desc) {
    draft.step.record.activations += fp32_bytes(onednn::values(view));
    draft.write_view = view;
    return draft.writes = new_tensor(tensor_desc);
  }
  int write(Draft& draft, const memory::desc& d) { return write(draft, d, d); }

  /// The tensor in this layout: itself, or a copy that a reorder makes.
  int in_layout(int tensor, const memory::desc& wanted, const std::string& layer) {
    const memory::desc have = desc(tensor);
    if (have == wanted) return tensor;
    return copy(tensor, have, wanted, layer + ".reorder", "reorder");
  }
  int copy(int tensor, const memory::desc& view, const memory::desc& wanted, std::string name,
           std::string kind) {
    const dnnl::reorder::primitive_desc pd(runtime_.engine(), view, runtime_.engine(), wanted,
                                           Runtime::attributes());
    Draft& draft = add_step(dnnl::reorder(pd), pd, std::move(name), std::move(kind));
    read(draft, DNNL_ARG_FROM, tensor, view);
    return write(draft, wanted);
  }

  int add_layer(const ConvLayer& l) {
    using Kind = ConvLayer::Kind;
    switch (l.kind) {
      case Kind::conv:
        return add_conv(l);
      case Kind::linear:
        return add_linear(l);
      case Kind::max_pool:
      case Kind::avg_pool:
      case Kind::global_pool:
        return add_pool(l);
      case Kind::add:
      case Kind::mul:
        return add_binary(l);
      case Kind::concat:
        return add_concat(l);
      case Kind::slice:
        return add_slice(l);
      case Kind::upsample:
        return add_upsample(l);
    }
    return unplanned;
  }

  /// What a product reports, from the library's own descriptors.
  void record_product(Draft& draft, const memory::desc& weights, const memory::desc& bias,
                      const memory::desc& dst, double groups) {
    ExecutedOp& r = draft.step.record;
    const double channels = static_cast<double>(onednn::dims_of(dst)[1]);
    r.k = onednn::values(weights) / channels;
    r.n = channels / groups;
    r.m = onednn::values(dst) / channels;
    r.flops = Flops(2 * onednn::values(dst) * r.k);
    r.weights = fp32_bytes(onednn::values(weights) + (bias.get_size() > 0 ? onednn::values(bias) : 0));
  }
  void bind_weights(Draft& draft, const ConvLayer& l, const memory::desc& plain, const memory::desc& wanted) {
    draft.step.arguments[DNNL_ARG_WEIGHTS] =
        weights_.get(l.name + ".weight", conv_weight_deviation(l), plain, wanted);
    const memory::desc bias = onednn::fp32({dim(l.out_c)}, Tag::x);
    if (l.bias)
      draft.step.arguments[DNNL_ARG_BIAS] = weights_.get(l.name + ".bias", conv_bias_deviation, bias, bias);
  }

  int add_conv(const ConvLayer& l) {
    const memory::dim g = dim(l.groups);
    const memory::dim kw = dim(l.kernel_width());
    const Dims grouped = {g, dim(l.out_c) / g, dim(l.in_c) / g, dim(l.kernel), kw};
    const Dims weights(g == 1 ? grouped.begin() + 1 : grouped.begin(), grouped.end());
    const Dims in = {batch_, dim(l.in_c), dim(l.in_h), dim(l.in_w)};
    const memory::desc bias = l.bias ? onednn::fp32({dim(l.out_c)}, Tag::x) : memory::desc();
    const auto pd =
        onednn::convolution(runtime_.engine(), onednn::fp32(in, Tag::any), onednn::fp32(weights, Tag::any),
                            bias, onednn::fp32(out_dims(l), Tag::any), window_of(l), attributes_of(l));
    const int from = in_layout(source(l.inputs[0], pd.src_desc()), pd.src_desc(), l.name);
    Draft& draft = add_step(dnnl::convolution_forward(pd), pd, l.name, "convolution");
    bind_weights(draft, l, onednn::fp32(weights, g == 1 ? Tag::oihw : Tag::goihw), pd.weights_desc());
    record_product(draft, pd.weights_desc(), bias, pd.dst_desc(), static_cast<double>(l.groups));
    read(draft, DNNL_ARG_SRC, from, pd.src_desc());
    return write(draft, pd.dst_desc());
  }

  int add_linear(const ConvLayer& l) {
    const int given = source(l.inputs[0]);
    const Dims weights = {dim(l.out_c), dim(l.in_c), dim(l.in_h), dim(l.in_w)};
    const memory::desc bias = l.bias ? onednn::fp32({dim(l.out_c)}, Tag::x) : memory::desc();
    const Dims flat = {batch_, dim(l.out_c)};
    const auto pd = onednn::inner_product(
        runtime_.engine(), onednn::fp32(onednn::dims_of(desc(given)), Tag::any),
        onednn::fp32(weights, Tag::any), bias, onednn::fp32(flat, Tag::nc), attributes_of(l));
    // A 1 x 1 image is the same bytes in every unpadded layout: no copy for a difference in name.
    const bool same_bytes = l.in_h * l.in_w == 1 && desc(given).get_size() == pd.src_desc().get_size();
    const int from = same_bytes ? given : in_layout(given, pd.src_desc(), l.name);
    Draft& draft = add_step(dnnl::inner_product_forward(pd), pd, l.name, "inner_product");
    bind_weights(draft, l, onednn::fp32(weights, Tag::oihw), pd.weights_desc());
    record_product(draft, pd.weights_desc(), bias, pd.dst_desc(), 1);
    read(draft, DNNL_ARG_SRC, from, pd.src_desc());
    return write(draft, pd.dst_desc(), onednn::fp32(out_dims(l), Tag::nchw));
  }

  int add_pool(const ConvLayer& l) {
    const int from = source(l.inputs[0]);
    onednn::Window window = window_of(l);
    if (l.kind == ConvLayer::Kind::global_pool) window = {{dim(l.in_h), dim(l.in_w)}, {1, 1}, {0, 0}, {0, 0}};
    const Algorithm algorithm =
        l.kind == ConvLayer::Kind::max_pool ? Algorithm::pooling_max : Algorithm::pooling_avg_include_padding;
    const auto pd = onednn::pooling(runtime_.engine(), algorithm, desc(from),
                                    onednn::fp32(out_dims(l), Tag::any), window, Runtime::attributes());
    Draft& draft = add_step(dnnl::pooling_forward(pd), pd, l.name, "pooling");
    read(draft, DNNL_ARG_SRC, from, pd.src_desc());
    return write(draft, pd.dst_desc());
  }

  int add_binary(const ConvLayer& l) {
    int first = source(l.inputs[0]);
    int second = source(l.inputs[1]);
    if (onednn::values(desc(first)) < onednn::values(desc(second))) std::swap(first, second);
    second = in_layout(second, like(desc(first), onednn::dims_of(desc(second))), l.name);
    const Algorithm algorithm =
        l.kind == ConvLayer::Kind::add ? Algorithm::binary_add : Algorithm::binary_mul;
    const auto pd = onednn::binary(runtime_.engine(), algorithm, desc(first), desc(second), desc(first),
                                   attributes_of(l));
    Draft& draft = add_step(dnnl::binary(pd), pd, l.name, "binary");
    read(draft, DNNL_ARG_SRC_0, first, desc(first));
    read(draft, DNNL_ARG_SRC_1, second, desc(second));
    return write(draft, memory::desc(desc(first)));
  }

  int add_concat(const ConvLayer& l) {
    std::vector<int> sources;
    std::vector<memory::desc> descs;
    for (const int input : l.inputs) {
      sources.push_back(source(input));
      descs.push_back(desc(sources.back()));
    }
    const auto pd = onednn::concat(runtime_.engine(), 1, descs, Runtime::attributes());
    Draft& draft = add_step(dnnl::concat(pd), pd, l.name, "concat");
    for (std::size_t i = 0; i < sources.size(); ++i)
      read(draft, DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), sources[i], descs[i]);
    return write(draft, pd.dst_desc());
  }

  int add_slice(const ConvLayer& l) {
    int from = source(l.inputs[0]);
    const Dims offsets = {0, dim(l.scale), 0, 0};
    const memory::desc wanted = like(desc(from), out_dims(l));
    constexpr memory::dim widest_block = 16;
    if ((dim(l.scale) | dim(l.out_c)) % widest_block != 0)  // a blocked layout cannot be cut there
      from = in_layout(from, onednn::fp32(onednn::dims_of(desc(from)), Tag::nchw), l.name);
    const memory::desc view = desc(from).submemory_desc(out_dims(l), offsets);
    return copy(from, view, wanted, l.name, "slice");
  }

  int add_upsample(const ConvLayer& l) {
    const int from = source(l.inputs[0]);
    const auto pd = onednn::upsample(runtime_.engine(), desc(from), onednn::fp32(out_dims(l), Tag::any),
                                     Runtime::attributes());
    Draft& draft = add_step(dnnl::resampling_forward(pd), pd, l.name, "resampling");
    read(draft, DNNL_ARG_SRC, from, pd.src_desc());
    return write(draft, pd.dst_desc());
  }

  Tensor& tensor(int id) { return tensors_[static_cast<std::size_t>(id)]; }
  static std::size_t floats(const memory::desc& d) {
    constexpr std::size_t line = 16;  // floats in a cache line
    return (d.get_size() / sizeof(float) + line) / line * line;
  }

  /// Gives every tensor an offset: first fit among the gaps between those alive. Returns the floats needed.
  std::size_t place() {
    for (std::size_t s = 0; s < drafts_.size(); ++s)
      for (const auto& [argument, id] : drafts_[s].reads) tensor(id).last_use = s;
    tensor(of_layer_.back()).last_use = drafts_.size();

    std::map<std::size_t, int> alive;  // by offset
    std::size_t top = 0;
    const auto allocate = [&](int id) {
      std::size_t offset = 0;
      for (const auto& [begin, other] : alive) {
        if (begin >= offset + floats(desc(id))) break;
        offset = begin + floats(desc(other));
      }
      tensor(id).offset = offset;
      alive[offset] = id;
      top = std::max(top, offset + floats(desc(id)));
    };
    for (std::size_t s = 0; s < drafts_.size(); ++s) {
      allocate(drafts_[s].writes);
      for (auto it = alive.begin(); it != alive.end();)
        it = tensor(it->second).last_use <= s && it->second != drafts_[s].writes ? alive.erase(it)
                                                                                 : std::next(it);
    }
    return top;
  }

  ConvPlan bind(const std::shared_ptr<float[]>& arena) {
    ConvPlan plan;
    plan.arena = arena;
    plan.input_values = allocate_floats(floats(desc(input_)));
    const auto at = [&](int id, const memory::desc& view) {
      float* const p = id == input_ ? plan.input_values.get() : arena.get() + tensor(id).offset;
      return memory(view, runtime_.engine(), p);
    };
    for (Draft& draft : drafts_) {
      for (std::size_t i = 0; i < draft.reads.size(); ++i)
        draft.step.arguments[draft.reads[i].first] = at(draft.reads[i].second, draft.views[i]);
      draft.step.arguments[DNNL_ARG_DST] = at(draft.writes, draft.write_view);
      plan.steps.push_back(std::move(draft.step));
    }
    plan.input = at(input_, desc(input_));
    plan.output = at(of_layer_.back(), desc(of_layer_.back()));
    const memory::desc plain = onednn::fp32(input_dims(), Tag::nchw);
    const Floats images = weights_.input(static_cast<std::size_t>(onednn::values(plain)));
    runtime_.reorder(memory(plain, runtime_.engine(), images.get()), plan.input);
    return plan;
  }

  const ConvNet& net_;
  memory::dim batch_;
  Runtime& runtime_;
  ConvWeights& weights_;
  std::vector<int> of_layer_;
  std::vector<Tensor> tensors_;
  std::vector<Draft> drafts_;
  int input_ = unplanned;
};

}  // namespace

Status check_supported(const ConvNet& net) {
  if (net.layers.empty()) return bad_input("the network has no layers");
  for (const ConvLayer& l : net.layers) {
    if (l.inputs.empty()) return bad_input(fmt::format("layer {} reads nothing", l.name));
    if (l.activation.empty()) continue;
    if (!find_activation(l.activation) || !takes_activation(l.kind))
      return unavailable(fmt::format("no executor for activation {} on {} (layer {})", l.activation,
                                     to_string(l.kind), l.name));
  }
  return Status::success();
}

ConvPlan make_conv_plan(const ConvNet& net, std::uint32_t batch, Runtime& runtime, ConvWeights& weights,
                        const std::shared_ptr<float[]>& arena, std::size_t arena_floats,
                        std::size_t& needed_floats) {
  return Planner(net, batch, runtime, weights).plan(arena, arena_floats, needed_floats);
}

}  // namespace ridgeline::live
