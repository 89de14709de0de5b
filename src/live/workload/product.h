#pragma once
// Matrix product with what is fused into it: y = activation(x W^T + b), or y += x W^T + b.

#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "live/workload/runtime.h"

namespace ridgeline::live {

enum class Fused { nothing, gelu, tanh, residual };

struct ProductShape {
  std::size_t n = 0, k = 0;  ///< outputs and inputs of a row
  bool bias = false;
  Fused fused = Fused::nothing;
};

/// Row-major [n][k]: an embedding table serves as the output head as it is, and rows stream at full
/// bandwidth. oneDNN without AVX-512 has no packed format to offer for it, and its plain [k][n] halves the
/// speed where n is a multiple of 1024.
struct ProductWeights {
  const float* weight = nullptr;
  const float* bias = nullptr;  ///< null unless ProductShape::bias
};

/// One shape, used by every layer that has it. Primitives are made once for each number of rows.
class Product {
 public:
  Product() = default;
  Product(std::string name, const ProductShape& shape) : name_(std::move(name)), shape_(shape) {}

  /// `rows` rows of x, `x_stride` apart, into contiguous rows of y. Reports to the recorder unless it is
  /// null.
  void run(Runtime&, std::size_t rows, const float* x, std::size_t x_stride, const ProductWeights&, float* y,
           Recorder*);

 private:
  struct Primitive {
    dnnl::primitive primitive;
    dnnl::memory::desc scratchpad;
    std::unordered_map<int, dnnl::memory> arguments{};
    ExecutedOp record{};
  };
  Primitive& primitive(Runtime&, std::size_t rows, std::size_t x_stride);
  void run_few(std::size_t rows, const float* x, std::size_t x_stride, const ProductWeights&, float* y) const;
  ExecutedOp describe(double m, double n, double k, std::string kind) const;

  std::string name_;
  ProductShape shape_;
  std::map<std::pair<std::size_t, std::size_t>, Primitive> primitives_;  ///< by rows and stride
};

}  // namespace ridgeline::live
