#pragma once
// Appends operators to a caller's buffer. Shapes come in as values (numbers of elements); bytes follow from
// the formats of the plan. docs/lowering.md is the contract for every operator.

#include <span>
#include <string_view>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline::engine {

/// How many values one operator reads and writes, by kind of data.
struct Values {
  double weights = 0, activations = 0, cache = 0;
};

class OpWriter {
 public:
  OpWriter(const PrecisionPlan& plan, std::vector<Op>& out)
      : weight_(size_of(plan.weights)),
        activation_(size_of(plan.activations)),
        cache_(size_of(plan.kv_cache)),
        out_(out) {}

  /// A product of m x k by k x n; counts 2 m n k FLOPs.
  void gemm(std::string_view name, double count, double m, double n, double k, Values values) {
    write(name, OpClass::gemm, count, 2 * m * n * k, values, m, n, k);
  }
  /// A convolution of `groups` groups, each an implicit GEMM m x k by k x n.
  void conv(std::string_view name, double count, double groups, double m, double n, double k, Values values) {
    write(name, OpClass::conv, count, 2 * groups * m * n * k, values, m, n, k);
  }
  void attention(std::string_view name, double count, double flops, Values values) {
    write(name, OpClass::attention, count, flops, values);
  }
  void vector(std::string_view name, double count, Values values) {
    write(name, OpClass::vector, count, 0, values);
  }
  void gather(std::string_view name, double count, Values values) {
    write(name, OpClass::gather, count, 0, values);
  }

  /// Multiplies the count of every operator written since `first`.
  void repeat(std::size_t first, double times) {
    for (std::size_t i = first; i < out_.size(); ++i) out_[i].count *= times;
  }
  std::size_t size() const { return out_.size(); }

 private:
  /// Nothing is written for a count of zero: a kind of layer that the model does not have. Written in place:
  /// copying a whole Op took most of the time of lowering.
  void write(std::string_view name, OpClass kind, double count, double flops, const Values& values,
             double m = 0, double n = 0, double k = 0) {
    if (count <= 0) return;
    Op& op = out_.emplace_back();
    op.name = name;
    op.kind = kind;
    op.count = count;
    op.flops = Flops(flops);
    op.weights = weight_ * values.weights;
    op.activations = activation_ * values.activations;
    op.kv_cache = cache_ * values.cache;
    op.m = m;
    op.n = n;
    op.k = k;
  }

  Bytes weight_, activation_, cache_;
  std::vector<Op>& out_;
};

}  // namespace ridgeline::engine
