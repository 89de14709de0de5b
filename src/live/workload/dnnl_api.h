#pragma once
// oneDNN as this folder uses it. Versions 2 and 3 describe primitives differently: that difference ends here.

#include <cstdint>
#include <dnnl.hpp>
#include <vector>

namespace ridgeline::live::onednn {

using dnnl::memory;
using Dims = memory::dims;
using Tag = memory::format_tag;
using Algorithm = dnnl::algorithm;

#if DNNL_VERSION_MAJOR >= 3
inline Dims dims_of(const memory::desc& d) { return d.get_dims(); }
inline void append_activation(dnnl::post_ops& ops, Algorithm a, float alpha, float beta) {
  ops.append_eltwise(a, alpha, beta);
}
#else
inline Dims dims_of(const memory::desc& d) { return d.dims(); }
inline void append_activation(dnnl::post_ops& ops, Algorithm a, float alpha, float beta) {
  ops.append_eltwise(1.0F, a, alpha, beta);
}
#endif

inline memory::desc fp32(const Dims& dims, Tag tag) { return {dims, memory::data_type::f32, tag}; }
inline memory::desc fp32_strided(const Dims& dims, const Dims& strides) {
  return {dims, memory::data_type::f32, strides};
}

/// Logical size, without the padding of blocked formats.
inline double values(const memory::desc& d) {
  double n = 1;
  for (const memory::dim x : dims_of(d)) n *= static_cast<double>(x);
  return n;
}

/// A window that moves over an image, height then width.
struct Window {
  Dims kernel, stride, pad_begin, pad_end;
};

/// `bias` may be the empty descriptor.
inline auto convolution(const dnnl::engine& e, const memory::desc& src, const memory::desc& weights,
                        const memory::desc& bias, const memory::desc& dst, const Window& w,
                        const dnnl::primitive_attr& attr) {
  const auto inference = dnnl::prop_kind::forward_inference;
  const auto direct = Algorithm::convolution_direct;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::convolution_forward::primitive_desc(e, inference, direct, src, weights, bias, dst, w.stride,
                                                   w.pad_begin, w.pad_end, attr);
#else
  return dnnl::convolution_forward::primitive_desc(
      {inference, direct, src, weights, bias, dst, w.stride, w.pad_begin, w.pad_end}, attr, e);
#endif
}

inline auto inner_product(const dnnl::engine& e, const memory::desc& src, const memory::desc& weights,
                          const memory::desc& bias, const memory::desc& dst,
                          const dnnl::primitive_attr& attr) {
  const auto inference = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::inner_product_forward::primitive_desc(e, inference, src, weights, bias, dst, attr);
#else
  return dnnl::inner_product_forward::primitive_desc({inference, src, weights, bias, dst}, attr, e);
#endif
}

inline auto matmul(const dnnl::engine& e, const memory::desc& src, const memory::desc& weights,
                   const memory::desc& bias, const memory::desc& dst, const dnnl::primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::matmul::primitive_desc(e, src, weights, bias, dst, attr);
#else
  return dnnl::matmul::primitive_desc({src, weights, bias, dst}, attr, e);
#endif
}

inline auto pooling(const dnnl::engine& e, Algorithm a, const memory::desc& src, const memory::desc& dst,
                    const Window& w, const dnnl::primitive_attr& attr) {
  const auto inference = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  const Dims dense(w.kernel.size(), 0);
  return dnnl::pooling_forward::primitive_desc(e, inference, a, src, dst, w.stride, w.kernel, dense,
                                               w.pad_begin, w.pad_end, attr);
#else
  return dnnl::pooling_forward::primitive_desc(
      {inference, a, src, dst, w.stride, w.kernel, w.pad_begin, w.pad_end}, attr, e);
#endif
}

inline auto binary(const dnnl::engine& e, Algorithm a, const memory::desc& first, const memory::desc& second,
                   const memory::desc& dst, const dnnl::primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::binary::primitive_desc(e, a, first, second, dst, attr);
#else
  return dnnl::binary::primitive_desc({a, first, second, dst}, attr, e);
#endif
}

inline auto concat(const dnnl::engine& e, int axis, const std::vector<memory::desc>& sources,
                   const dnnl::primitive_attr& attr) {
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::concat::primitive_desc(e, axis, sources, attr);
#else
  return dnnl::concat::primitive_desc(axis, sources, e, attr);
#endif
}

inline auto upsample(const dnnl::engine& e, const memory::desc& src, const memory::desc& dst,
                     const dnnl::primitive_attr& attr) {
  const auto inference = dnnl::prop_kind::forward_inference;
  const auto nearest = Algorithm::resampling_nearest;
#if DNNL_VERSION_MAJOR >= 3
  return dnnl::resampling_forward::primitive_desc(e, inference, nearest, src, dst, attr);
#else
  return dnnl::resampling_forward::primitive_desc({inference, nearest, src, dst}, attr, e);
#endif
}

}  // namespace ridgeline::live::onednn
