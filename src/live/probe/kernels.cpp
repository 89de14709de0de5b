#include "live/probe/kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <dnnl.hpp>
#include <thread>
#include <unordered_map>

#include "live/host/cpus.h"
#include "live/workload/attention.h"

namespace ridgeline::live {
namespace {

using Clock = std::chrono::steady_clock;
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
    const auto start = Clock::now();
    for (std::uint64_t i = 0; i < repeats; ++i) primitive_.execute(stream_, arguments_);
    stream_.wait();
    return to_seconds(Clock::now() - start);
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

/// 3 x 3, `channels` in and out, stride 1, padded: the output is as large as the input.
Kernel make_conv(const dnnl::engine& engine, Memory::dim channels, Memory::dim size) {
  const auto image = fp32({1, channels, size, size});
  const auto weights = fp32({channels, channels, 3, 3});
  const Memory::dims one{1, 1};
  constexpr auto kind = dnnl::prop_kind::forward_inference;
  constexpr auto algorithm = dnnl::algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  const dnnl::convolution_forward::primitive_desc desc(engine, kind, algorithm, image, weights, image, one,
                                                       one, one);
#else
  const dnnl::convolution_forward::primitive_desc desc(
      dnnl::convolution_forward::desc(kind, algorithm, image, weights, image, one, one, one), engine);
#endif
  return {dnnl::convolution_forward(desc), desc, engine};
}

MeasuredRate measure_gemm(const dnnl::engine& engine, Seconds patience) {
  constexpr int m = 384, n = 768, k = 768;  // a BERT-base projection
  auto kernel = make_gemm(engine, m, n, k);
  return measure_rate([&](std::uint64_t repeats) { return kernel.run(repeats); }, 2.0 * m * n * k, patience);
}

MeasuredRate measure_conv(const dnnl::engine& engine, Seconds patience) {
  constexpr int channels = 64, size = 56;  // a ResNet-50 layer
  auto kernel = make_conv(engine, channels, size);
  const double flops = 2.0 * channels * size * size * 3 * 3 * channels;
  return measure_rate([&](std::uint64_t repeats) { return kernel.run(repeats); }, flops, patience);
}

/// 12 heads of 64, 128 tokens: BERT-base. Operands are token-major, as the projections leave them.
MeasuredRate measure_attention(Seconds patience) {
  AttentionShape shape;
  shape.new_tokens = 128;
  shape.heads = shape.kv_heads = 12;
  const std::size_t width = shape.heads * shape.head_dim, size = shape.new_tokens * width;
  const std::vector<float> queries(size, 0.01F), keys(size, 0.02F), values(size, 0.03F);
  std::vector<float> output(size);
  const auto layout = [&](auto* base) {
    return HeadLayout<std::remove_pointer_t<decltype(base)>>{base, size, shape.head_dim, width};
  };
  const AttentionOperands operands{layout(queries.data()), layout(keys.data()), layout(values.data()),
                                   layout(output.data())};
  std::uint64_t pairs = attention(shape, operands);
  const auto timed = [&](std::uint64_t repeats) {
    const auto start = Clock::now();
    for (std::uint64_t i = 0; i < repeats; ++i) pairs = attention(shape, operands);
    return to_seconds(Clock::now() - start);
  };
  const double flops = 4.0 * static_cast<double>(shape.head_dim) * static_cast<double>(pairs);
  return measure_rate(timed, flops, patience);
}

/// What the library throws becomes a line; the library's exceptions end here.
template <class Measure>
std::optional<MeasuredRate> guarded(const char* name, std::vector<std::string>& warnings, Measure measure) {
  try {
    return measure();
  } catch (const std::exception& refused) {
    warnings.push_back(fmt::format("{}: not measured: {}", name, refused.what()));
    return std::nullopt;
  }
}

}  // namespace

KernelRates measure_kernels(const std::vector<int>& cpus, Patience& patience) {
  KernelRates rates;
  std::thread([&] {
    if (const auto status = size_and_pin_team(static_cast<unsigned>(cpus.size()), cpus); !status) {
      rates.warnings.push_back(status.error().message);
    }
    rates.gemm = guarded("gemm", rates.warnings, [&] {
      return measure_gemm(dnnl::engine(dnnl::engine::kind::cpu, 0), patience.next());
    });
    rates.conv = guarded("conv", rates.warnings, [&] {
      return measure_conv(dnnl::engine(dnnl::engine::kind::cpu, 0), patience.next());
    });
    rates.attention =
        guarded("attention", rates.warnings, [&] { return measure_attention(patience.next()); });
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
