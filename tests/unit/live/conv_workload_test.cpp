// A tiny convolutional net that has every operator, against loops straight from the definitions.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "live/workload/conv_net.h"

namespace ridgeline::live {
namespace {

using Kind = ConvLayer::Kind;
constexpr std::uint64_t seed = 11;

struct Image {
  unsigned c = 0, h = 0, w = 0;
  std::vector<double> v;
  double& at(unsigned ch, unsigned y, unsigned x) { return v[(std::size_t{ch} * h + y) * w + x]; }
  double at(unsigned ch, unsigned y, unsigned x) const { return v[(std::size_t{ch} * h + y) * w + x]; }
};

/// Adds layers and derives their shapes.
class NetBuilder {
 public:
  explicit NetBuilder(unsigned c, unsigned h, unsigned w) {
    net_.input_c = c;
    net_.input_h = h;
    net_.input_w = w;
  }
  int add(ConvLayer l) {
    const auto channels = [&](int i) { return i < 0 ? net_.input_c : net_.layers[at(i)].out_c; };
    const int first = l.inputs[0];
    l.in_c = channels(first);
    l.in_h = first < 0 ? net_.input_h : net_.layers[at(first)].out_h;
    l.in_w = first < 0 ? net_.input_w : net_.layers[at(first)].out_w;
    const unsigned kw = l.kernel_w != 0 ? l.kernel_w : l.kernel;
    const unsigned pw = l.pad_w != 0 ? l.pad_w : l.pad;
    l.out_c = l.out != 0 ? l.out : l.in_c;
    l.out_h = (l.in_h + 2 * l.pad - l.kernel) / l.stride + 1;
    l.out_w = (l.in_w + 2 * pw - kw) / l.stride + 1;
    if (l.kind == Kind::global_pool || l.kind == Kind::linear) l.out_h = l.out_w = 1;
    if (l.kind == Kind::upsample) {
      l.out_h = l.in_h * l.scale;
      l.out_w = l.in_w * l.scale;
    }
    if (l.kind == Kind::concat) {
      l.out_c = 0;
      for (const int i : l.inputs) l.out_c += channels(i);
    }
    net_.layers.push_back(l);
    return static_cast<int>(net_.layers.size()) - 1;
  }
  const ConvNet& net() const { return net_; }

 private:
  static std::size_t at(int i) { return static_cast<std::size_t>(i); }
  ConvNet net_;
};

ConvLayer layer(const char* name, Kind kind, std::vector<int> inputs, unsigned out = 0,
                const char* activation = "") {
  ConvLayer l;
  l.name = name;
  l.kind = kind;
  l.inputs = std::move(inputs);
  l.out = out;
  l.activation = activation;
  return l;
}

double activate(const std::string& name, double x) {
  if (name == "relu") return std::max(x, 0.0);
  if (name == "relu6") return std::min(std::max(x, 0.0), 6.0);
  if (name == "silu") return x / (1 + std::exp(-x));
  if (name == "sigmoid") return 1 / (1 + std::exp(-x));
  if (name == "hard_swish") return x * std::min(std::max(x + 3, 0.0), 6.0) / 6;
  return x;
}

std::vector<float> weights_of(const ConvLayer& l, std::size_t count) {
  std::vector<float> w(count);
  fill_synthetic(seed, l.name + ".weight", conv_weight_deviation(l), w);
  return w;
}
std::vector<float> bias_of(const ConvLayer& l) {
  std::vector<float> b(l.out_c, 0.0F);
  if (l.bias) fill_synthetic(seed, l.name + ".bias", conv_bias_deviation, b);
  return b;
}

/// Calls visit(y, x, row of the window, column) for the window's places inside the image.
template <class Visit>
void window(const ConvLayer& l, unsigned oy, unsigned ox, unsigned kh, unsigned kw, const Visit& visit) {
  const unsigned pw = l.pad_w != 0 ? l.pad_w : l.pad;
  for (unsigned r = 0; r < kh; ++r)
    for (unsigned s = 0; s < kw; ++s) {
      const int y = static_cast<int>(oy * l.stride + r) - static_cast<int>(l.pad);
      const int x = static_cast<int>(ox * l.stride + s) - static_cast<int>(pw);
      if (y >= 0 && x >= 0 && y < static_cast<int>(l.in_h) && x < static_cast<int>(l.in_w))
        visit(static_cast<unsigned>(y), static_cast<unsigned>(x), r, s);
    }
}

double product_at(const ConvLayer& l, const Image& in, const std::vector<float>& w, unsigned o, unsigned y,
                  unsigned x) {
  const bool linear = l.kind == Kind::linear;
  const unsigned kh = linear ? l.in_h : l.kernel;
  const unsigned kw = linear ? l.in_w : (l.kernel_w != 0 ? l.kernel_w : l.kernel);
  const unsigned per_group = l.in_c / l.groups;
  const unsigned first = o / (l.out_c / l.groups) * per_group;
  double total = 0;
  for (unsigned c = 0; c < per_group; ++c)
    window(l, y, x, kh, kw, [&](unsigned iy, unsigned ix, unsigned r, unsigned s) {
      total += in.at(first + c, iy, ix) * w[((std::size_t{o} * per_group + c) * kh + r) * kw + s];
    });
  return total;
}

double pooled_at(const ConvLayer& l, const Image& in, unsigned o, unsigned y, unsigned x) {
  const bool global = l.kind == Kind::global_pool;
  const unsigned kh = global ? l.in_h : l.kernel;
  const unsigned kw = global ? l.in_w : l.kernel;
  double largest = -1e30;
  double total = 0;
  window(l, y, x, kh, kw, [&](unsigned iy, unsigned ix, unsigned, unsigned) {
    largest = std::max(largest, in.at(o, iy, ix));
    total += in.at(o, iy, ix);
  });
  return l.kind == Kind::max_pool ? largest : total / (kh * kw);  // padding counts as zeros
}

Image run_layer(const ConvLayer& l, const std::vector<const Image*>& in) {
  Image out{l.out_c, l.out_h, l.out_w, std::vector<double>(std::size_t{l.out_c} * l.out_h * l.out_w)};
  const bool product = l.kind == Kind::conv || l.kind == Kind::linear;
  const std::size_t window_size = l.kind == Kind::linear
                                      ? std::size_t{l.in_h} * l.in_w
                                      : std::size_t{l.kernel} * (l.kernel_w != 0 ? l.kernel_w : l.kernel);
  const auto w = product ? weights_of(l, std::size_t{l.out_c} * (l.in_c / l.groups) * window_size)
                         : std::vector<float>();
  const auto b = product ? bias_of(l) : std::vector<float>();
  for (unsigned o = 0; o < l.out_c; ++o)
    for (unsigned y = 0; y < l.out_h; ++y)
      for (unsigned x = 0; x < l.out_w; ++x) {
        const Image& a = *in[0];
        double v = 0;
        switch (l.kind) {
          case Kind::conv:
          case Kind::linear:
            v = product_at(l, a, w, o, y, x) + b[o];
            break;
          case Kind::max_pool:
          case Kind::avg_pool:
          case Kind::global_pool:
            v = pooled_at(l, a, o, y, x);
            break;
          case Kind::add:
            v = a.at(o, y, x) + in[1]->at(o, y, x);
            break;
          case Kind::mul:
            v = a.at(o, y, x) * (in[1]->h == 1 ? in[1]->at(o, 0, 0) : in[1]->at(o, y, x));
            break;
          case Kind::concat: {
            unsigned c = o;
            std::size_t i = 0;
            while (c >= in[i]->c) c -= in[i++]->c;
            v = in[i]->at(c, y, x);
            break;
          }
          case Kind::slice:
            v = a.at(l.scale + o, y, x);
            break;
          case Kind::upsample:
            v = a.at(o, y / l.scale, x / l.scale);
            break;
        }
        out.at(o, y, x) = activate(l.activation, v);
      }
  return out;
}

Image run_slowly(const ConvNet& net, std::uint32_t image) {
  const std::size_t size = std::size_t{net.input_c} * net.input_h * net.input_w;
  std::vector<float> all(size * (image + 1));
  fill_synthetic(seed, "input", 1.0F, all);
  Image input{net.input_c,
              net.input_h,
              net.input_w,
              {all.begin() + static_cast<std::ptrdiff_t>(size * image), all.end()}};
  std::vector<Image> done;
  done.reserve(net.layers.size());
  for (const ConvLayer& l : net.layers) {
    std::vector<const Image*> in;
    for (const int i : l.inputs) in.push_back(i < 0 ? &input : &done[static_cast<std::size_t>(i)]);
    done.push_back(run_layer(l, in));
  }
  return done.back();
}

void expect_matches(const ConvNet& net, std::uint32_t max_batch) {
  auto made = ConvNetWorkload::make(net, {.max_batch = max_batch, .seed = seed});
  ASSERT_TRUE(made) << made.error().message;
  for (std::uint32_t batch = max_batch; batch >= 1; --batch) {
    (*made)->run(batch, {});
    const std::vector<float> y = (*made)->output(batch);
    for (std::uint32_t image = 0; image < batch; ++image) {
      const Image expected = run_slowly(net, image);
      ASSERT_EQ(y.size(), batch * expected.v.size());
      for (std::size_t i = 0; i < expected.v.size(); ++i)
        ASSERT_NEAR(y[image * expected.v.size() + i], expected.v[i],
                    1e-4 * std::max(1.0, std::fabs(expected.v[i])))
            << "batch " << batch << ", image " << image << ", value " << i;
    }
  }
}

/// Stem, depthwise with squeeze and excitation, a residual, slices, concat, upsampling, a head.
ConvNet every_operator() {
  NetBuilder b(3, 19, 17);
  ConvLayer stem = layer("stem", Kind::conv, {-1}, 16, "hard_swish");
  stem.kernel = 3;
  stem.stride = 2;
  stem.pad = 1;
  const int x = b.add(stem);
  ConvLayer depthwise = layer("depthwise", Kind::conv, {x}, 16, "relu6");
  depthwise.kernel = 3;
  depthwise.pad = 1;
  depthwise.groups = 16;
  const int d = b.add(depthwise);
  int s = b.add(layer("se.pool", Kind::global_pool, {d}));
  s = b.add(layer("se.reduce", Kind::linear, {s}, 8, "relu"));
  s = b.add(layer("se.expand", Kind::linear, {s}, 16, "sigmoid"));
  const int m = b.add(layer("se.mul", Kind::mul, {d, s}));
  const int r = b.add(layer("residual", Kind::add, {m, x}, 0, "relu"));
  ConvLayer wide = layer("wide", Kind::conv, {r}, 48, "silu");
  wide.kernel = 1;
  wide.kernel_w = 3;
  wide.pad_w = 1;
  wide.groups = 2;
  wide.bias = false;
  const int w = b.add(wide);
  ConvLayer tail = layer("slice.aligned", Kind::slice, {w}, 16);
  tail.scale = 32;
  const int first = b.add(tail);
  tail.name = "slice.unaligned";
  tail.out = 10;
  tail.scale = 3;
  const int second = b.add(tail);
  const int joined = b.add(layer("concat", Kind::concat, {first, second, r}));
  ConvLayer pool = layer("max", Kind::max_pool, {joined});
  pool.kernel = 3;
  pool.stride = 2;
  pool.pad = 1;
  int p = b.add(pool);
  pool = layer("average", Kind::avg_pool, {p});
  pool.kernel = 2;
  pool.pad = 1;
  p = b.add(pool);
  ConvLayer up = layer("up", Kind::upsample, {p});
  up.scale = 2;
  p = b.add(up);
  b.add(layer("head", Kind::linear, {p}, 7));
  return b.net();
}

TEST(ConvWorkload, EveryOperatorMatchesItsDefinitionForEveryBatch) { expect_matches(every_operator(), 3); }

TEST(ConvWorkload, TheImagesSurviveARunAndAnotherBatchSize) {
  const ConvNet net = every_operator();
  auto made = ConvNetWorkload::make(net, {.max_batch = 2, .seed = seed});
  ASSERT_TRUE(made) << made.error().message;
  (*made)->run(1, {});
  const auto before = (*made)->output(1);
  (*made)->run(2, {});
  (*made)->run(1, {});
  EXPECT_EQ(before, (*made)->output(1));
}

TEST(ConvWorkload, TraceCountsLogicalValuesNotPaddedOnes) {
  NetBuilder b(3, 8, 8);
  ConvLayer conv = layer("conv", Kind::conv, {-1}, 5);  // 5 channels: every blocked layout pads them
  conv.kernel = 3;
  conv.pad = 1;
  b.add(conv);
  auto made = ConvNetWorkload::make(b.net(), {.max_batch = 2});
  ASSERT_TRUE(made) << made.error().message;
  const auto passes = (*made)->trace(2);
  ASSERT_EQ(passes.size(), 1U);
  ASSERT_EQ(passes[0].size(), 1U);
  const ExecutedOp& op = passes[0][0];
  EXPECT_EQ(op.name, "conv");
  EXPECT_EQ(op.kind, "convolution");
  EXPECT_EQ(op.flops.value(), 2.0 * 2 * 5 * 8 * 8 * 3 * 3 * 3);
  EXPECT_EQ(op.weights.value(), 4.0 * (5 * 3 * 3 * 3 + 5));
  EXPECT_EQ(op.activations.value(), 4.0 * 2 * 8 * 8 * (3 + 5));
  EXPECT_EQ(op.m, 2 * 8 * 8);
  EXPECT_EQ(op.n, 5);
  EXPECT_EQ(op.k, 27);
}

TEST(ConvWorkload, AnActivationWithoutExecutorIsNamed) {
  NetBuilder b(3, 8, 8);
  b.add(layer("odd", Kind::conv, {-1}, 8, "softmax"));
  const auto made = ConvNetWorkload::make(b.net(), {});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "no executor for activation softmax on conv (layer odd)");
}

}  // namespace
}  // namespace ridgeline::live
