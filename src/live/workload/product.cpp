#include "live/workload/product.h"

#include <cmath>

#include "live/workload/few_rows.h"

namespace ridgeline::live {
namespace {

using dnnl::memory;
using onednn::Algorithm;
using onednn::Tag;

memory::dim dim(std::size_t x) { return static_cast<memory::dim>(x); }

dnnl::primitive_attr attributes_of(Fused fused) {
  dnnl::primitive_attr attr = Runtime::attributes();
  dnnl::post_ops ops;
  if (fused == Fused::residual) ops.append_sum(1.0F);
  if (fused == Fused::gelu) onednn::append_activation(ops, Algorithm::eltwise_gelu_erf, 0, 0);
  if (fused == Fused::tanh) onednn::append_activation(ops, Algorithm::eltwise_tanh, 0, 0);
  attr.set_post_ops(ops);
  return attr;
}

float activate(Fused fused, float x) {
  if (fused == Fused::gelu) return 0.5F * x * (1.0F + std::erf(x * 0.70710678F));
  if (fused == Fused::tanh) return std::tanh(x);
  return x;
}

}  // namespace

ExecutedOp Product::describe(double m, double n, double k, std::string kind) const {
  ExecutedOp op;
  op.name = name_;
  op.kind = std::move(kind);
  op.m = m;
  op.n = n;
  op.k = k;
  op.flops = Flops(2 * m * n * k);
  op.weights = fp32_bytes(n * k + (shape_.bias ? n : 0));
  op.activations = fp32_bytes(m * k + m * n + (shape_.fused == Fused::residual ? m * n : 0));
  return op;
}

Product::Primitive& Product::primitive(Runtime& runtime, std::size_t rows, std::size_t x_stride) {
  const auto key = std::make_pair(rows, x_stride);
  if (const auto found = primitives_.find(key); found != primitives_.end()) return found->second;

  const memory::desc x = onednn::fp32_strided({dim(rows), dim(shape_.k)}, {dim(x_stride), 1});
  const memory::desc w = onednn::fp32({dim(shape_.k), dim(shape_.n)}, Tag::ba);
  const memory::desc b = shape_.bias ? onednn::fp32({1, dim(shape_.n)}, Tag::ab) : memory::desc();
  const memory::desc y = onednn::fp32({dim(rows), dim(shape_.n)}, Tag::ab);
  const auto pd = onednn::matmul(runtime.engine(), x, w, b, y, attributes_of(shape_.fused));
  runtime.reserve(pd.scratchpad_desc());

  Primitive made{.primitive = dnnl::matmul(pd), .scratchpad = pd.scratchpad_desc()};
  const auto placeholder = [&](const memory::desc& d) {
    return memory(d, runtime.engine(), DNNL_MEMORY_NONE);
  };
  made.arguments = {{DNNL_ARG_SRC, placeholder(pd.src_desc())},
                    {DNNL_ARG_WEIGHTS, placeholder(pd.weights_desc())},
                    {DNNL_ARG_DST, placeholder(pd.dst_desc())}};
  if (shape_.bias) made.arguments.emplace(DNNL_ARG_BIAS, placeholder(pd.bias_desc()));
  const auto dst = onednn::dims_of(pd.dst_desc());
  const auto src = onednn::dims_of(pd.src_desc());
  made.record = describe(static_cast<double>(dst[0]), static_cast<double>(dst[1]),
                         static_cast<double>(src[1]), "matmul");
  return primitives_.emplace(key, std::move(made)).first->second;
}

void Product::run_few(std::size_t rows, const float* x, std::size_t x_stride, const ProductWeights& w,
                      float* y) const {
  const Write write = shape_.fused == Fused::residual ? Write::add : Write::replace;
  few_rows(rows, shape_.n, shape_.k, x, x_stride, w.weight, write, y);
  const bool linear = shape_.fused == Fused::nothing || shape_.fused == Fused::residual;
  if (!shape_.bias && linear) return;
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < shape_.n; ++j) {
      float& value = y[i * shape_.n + j];
      value = activate(shape_.fused, value + (shape_.bias ? w.bias[j] : 0.0F));
    }
}

void Product::run(Runtime& runtime, std::size_t rows, const float* x, std::size_t x_stride,
                  const ProductWeights& w, float* y, Recorder* recorder) {
  if (rows <= most_few_rows) {
    run_few(rows, x, x_stride, w, y);
    if (recorder != nullptr)
      recorder->add(describe(static_cast<double>(rows), static_cast<double>(shape_.n),
                             static_cast<double>(shape_.k), "few_rows"));
    return;
  }
  Primitive& p = primitive(runtime, rows, x_stride);
  const auto mutable_handle = [](const float* q) {
    return const_cast<float*>(q);
  };  // the library takes void*
  p.arguments[DNNL_ARG_SRC].set_data_handle(mutable_handle(x));
  p.arguments[DNNL_ARG_WEIGHTS].set_data_handle(mutable_handle(w.weight));
  if (shape_.bias) p.arguments[DNNL_ARG_BIAS].set_data_handle(mutable_handle(w.bias));
  p.arguments[DNNL_ARG_DST].set_data_handle(y);
  runtime.execute(p.primitive, p.scratchpad, p.arguments);
  if (recorder != nullptr) recorder->add(p.record);
}

}  // namespace ridgeline::live
