#include "live/probe/kernels.h"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <array>
#include <dnnl.hpp>
#include <thread>
#include <unordered_map>

#include "live/host/cpus.h"
#include "live/probe/products.h"
#include "live/workload/attention.h"
#include "live/workload/runtime.h"

namespace ridgeline::live {
namespace {

using Memory = dnnl::memory;

Memory::desc fp32(const Memory::dims& dims, Memory::format_tag tag = Memory::format_tag::any) {
  return {dims, Memory::data_type::f32, tag};
}

/// A primitive with its operands in the layouts that it likes best.
class Kernel {
 public:
  template <class PrimitiveDesc>
  Kernel(const dnnl::primitive& primitive, const PrimitiveDesc& desc, const dnnl::engine& engine)
      : stream_(engine), primitive_(primitive) {
    add(DNNL_ARG_SRC, Memory(desc.src_desc(), engine));
    add(DNNL_ARG_WEIGHTS, Memory(desc.weights_desc(), engine));
    add(DNNL_ARG_DST, Memory(desc.dst_desc(), engine));
  }
  Seconds run(std::uint64_t repeats) {
    const auto threads = static_cast<unsigned>(omp_get_max_threads());
    const Seconds start = work_clock(threads);
    for (std::uint64_t i = 0; i < repeats; ++i) primitive_.execute(stream_, arguments_);
    stream_.wait();
    return work_clock(threads) - start;
  }

 private:
  void add(int argument, const Memory& memory) {
    auto* values = static_cast<float*>(memory.get_data_handle());
    std::fill_n(values, memory.get_desc().get_size() / sizeof(float), 0.01F);
    arguments_.insert({argument, memory});
  }
  dnnl::stream stream_;
  dnnl::primitive primitive_;
  std::unordered_map<int, Memory> arguments_;
};

Kernel make_gemm(const dnnl::engine& engine, Memory::dim m, Memory::dim n, Memory::dim k) {
  using Tag = Memory::format_tag;
  const auto src = fp32({m, k}, Tag::ab), weights = fp32({k, n}), dst = fp32({m, n}, Tag::ab);
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::matmul::primitive_desc desc(engine, src, weights, dst);
#else
  const dnnl::matmul::primitive_desc desc(dnnl::matmul::desc(src, weights, dst), engine);
#endif
  return {dnnl::matmul(desc), desc, engine};
}

/// A convolution of one image, padded so that only the stride makes the output smaller.
struct ConvShape {
  Memory::dim in, out, size, kernel, stride = 1;
  Memory::dim out_size() const { return (size + stride - 1) / stride; }
  double flops() const {
    return 2.0 * static_cast<double>(in * out * kernel * kernel) *
           static_cast<double>(out_size() * out_size());
  }
};

/// A first layer, then large, middle and small images: fewer pixels, more channels. Each counts alike.
constexpr std::array<ConvShape, 6> conv_shapes = {{{3, 64, 160, 7, 2},
                                                   {96, 96, 40, 3},
                                                   {320, 80, 40, 1},
                                                   {192, 192, 20, 3},
                                                   {160, 640, 20, 1},
                                                   {384, 384, 10, 3}}};

Kernel make_conv(const dnnl::engine& engine, const ConvShape& shape) {
  const auto source = fp32({1, shape.in, shape.size, shape.size});
  const auto weights = fp32({shape.out, shape.in, shape.kernel, shape.kernel});
  const auto target = fp32({1, shape.out, shape.out_size(), shape.out_size()});
  const Memory::dim before = shape.kernel / 2;
  const Memory::dim after = (shape.out_size() - 1) * shape.stride + shape.kernel - shape.size - before;
  const Memory::dims strides{shape.stride, shape.stride}, begin{before, before}, end{after, after};
  constexpr auto kind = dnnl::prop_kind::forward_inference;
  constexpr auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::convolution_forward::primitive_desc desc(engine, kind, algorithm, source, weights, target,
                                                       strides, begin, end);
#else
  const dnnl::convolution_forward::primitive_desc desc(
      dnnl::convolution_forward::desc(kind, algorithm, source, weights, target, strides, begin, end), engine);
#endif
  return {dnnl::convolution_forward(desc), desc, engine};
}

MeasuredRate measure_conv(Patience& patience) {
  const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  std::vector<MeasuredRate> rates;
  for (const ConvShape& shape : conv_shapes) {
    auto kernel = make_conv(engine, shape);
    rates.push_back(measure_rate([&](std::uint64_t repeats) { return kernel.run(repeats); }, shape.flops(),
                                 patience.next()));
  }
  return harmonic_mean(rates);
}

struct AttentionCase {
  std::size_t sequences, tokens;
};
/// A long sequence, and a batch of short ones that leaves the nearer caches.
constexpr std::array<AttentionCase, 2> attention_cases = {{{1, 160}, {16, 64}}};

/// 12 heads of 64. Operands are token-major, as the projections leave them.
MeasuredRate measure_attention(const AttentionCase& asked, Seconds patience) {
  AttentionShape shape;
  shape.sequences = asked.sequences;
  shape.new_tokens = asked.tokens;
  shape.heads = shape.kv_heads = 12;
  const std::size_t width = shape.heads * shape.head_dim, sequence = shape.new_tokens * width;
  const std::size_t size = shape.sequences * sequence;
  const std::vector<float> queries(size, 0.01F), keys(size, 0.02F), values(size, 0.03F);
  std::vector<float> output(size);
  const auto layout = [&](auto* base) {
    return HeadLayout<std::remove_pointer_t<decltype(base)>>{base, sequence, shape.head_dim, width};
  };
  const AttentionOperands operands{layout(queries.data()), layout(keys.data()), layout(values.data()),
                                   layout(output.data())};
  std::uint64_t pairs = attention(shape, operands);
  const auto threads = static_cast<unsigned>(omp_get_max_threads());
  const auto timed = [&](std::uint64_t repeats) {
    const Seconds start = work_clock(threads);
    for (std::uint64_t i = 0; i < repeats; ++i) pairs = attention(shape, operands);
    return work_clock(threads) - start;
  };
  const double flops = 4.0 * static_cast<double>(shape.head_dim) * static_cast<double>(pairs);
  return measure_rate(timed, flops, patience);
}

MeasuredRate measure_attention(Patience& patience) {
  std::vector<MeasuredRate> rates;
  for (const AttentionCase& each : attention_cases) rates.push_back(measure_attention(each, patience.next()));
  return harmonic_mean(rates);
}

/// What the library throws becomes a line; the library's exceptions end here.
template <class Measure>
auto guarded(const char* name, std::vector<std::string>& warnings, Measure measure)
    -> std::optional<decltype(measure())> {
  try {
    return measure();
  } catch (const std::exception& refused) {
    warnings.push_back(fmt::format("{}: not measured: {}", name, refused.what()));
    return std::nullopt;
  }
}

}  // namespace

const unsigned kernel_measurements =
    product_measurements + static_cast<unsigned>(conv_shapes.size() + attention_cases.size());

KernelRates measure_kernels(const std::vector<int>& cpus, Bytes beyond_caches, Patience& patience) {
  KernelRates rates;
  std::thread([&] {
    if (const auto status = size_and_pin_team(static_cast<unsigned>(cpus.size()), cpus); !status) {
      rates.warnings.push_back(status.error().message);
    }
    const ComputeScope scope(static_cast<unsigned>(cpus.size()));
    if (auto products =
            guarded("gemm", rates.warnings, [&] { return measure_products(beyond_caches, patience); })) {
      rates.products = *std::move(products);
      rates.gemm = rates.products.back().rate;
    }
    rates.conv = guarded("conv", rates.warnings, [&] { return measure_conv(patience); });
    rates.attention = guarded("attention", rates.warnings, [&] { return measure_attention(patience); });
  }).join();
  return rates;
}

Result<Seconds> measure_operator_launch(int cpu, Seconds patience) {
  std::vector<std::string> warnings;
  std::optional<MeasuredRate> rate;
  std::thread([&] {
    if (const auto status = size_and_pin_team(1, {cpu}); !status) warnings.push_back(status.error().message);
    rate = guarded("operator launch", warnings, [&] {
      auto kernel = make_gemm(dnnl::engine(dnnl::engine::kind::cpu, 0), 1, 16, 16);
      return measure_rate([&](std::uint64_t repeats) { return kernel.run(repeats); }, 1, patience);
    });
  }).join();
  if (!rate) return unavailable(warnings.back());
  return Seconds(1 / rate->value);
}

}  // namespace ridgeline::live
