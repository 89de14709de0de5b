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

/// `batch` products of m x k by k x n side by side; of attention as Op says.
struct Shape {
  double m = 0, n = 0, k = 0, batch = 1;
};

/// What weights belong to: the plan may give each a format of its own.
enum class Part { body, experts, attention, head };

class OpWriter {
 public:
  OpWriter(const PrecisionPlan& plan, std::vector<Op>& out)
      : body_(formats_of(plan, plan.weights)),
        experts_(plan.experts ? formats_of(plan, *plan.experts) : body_),
        attention_(plan.attention ? formats_of(plan, *plan.attention) : body_),
        head_(plan.head ? formats_of(plan, *plan.head) : body_),
        attends_in_(plan.attention.value_or(plan.activations)),
        activation_(size_of(plan.activations)),
        cache_(size_of(plan.kv_cache)),
        out_(out) {}

  /// A product of m x k by k x n; counts 2 m n k FLOPs.
  void gemm(std::string_view name, double count, double m, double n, double k, Values values,
            Part part = Part::body) {
    const Formats& formats = formats_of(part);
    write(name, OpClass::gemm, count, 2 * m * n * k, values, {m, n, k, 1}, formats.size, formats.product);
  }
  /// The same product for each of `shape.batch` experts, m the mean rows of one.
  void experts(std::string_view name, double count, double rows, Shape shape, Values values) {
    write(name, OpClass::experts, count, 2 * rows * shape.n * shape.k, values, shape, experts_.size,
          experts_.product);
  }
  /// A convolution of `groups` groups, each an implicit GEMM m x k by k x n.
  void conv(std::string_view name, double count, double groups, double m, double n, double k, Values values,
            Part part = Part::body) {
    const Formats& formats = formats_of(part);
    write(name, OpClass::conv, count, 2 * groups * m * n * k, values, {m, n, k, groups}, formats.size,
          formats.product);
  }
  /// Products of activations with each other or with the cache.
  void attention(std::string_view name, double count, double flops, Shape shape, Values values) {
    write(name, OpClass::attention, count, flops, values, shape, attention_.size, attends_in_);
  }
  void vector(std::string_view name, double count, Values values) {
    write(name, OpClass::vector, count, 0, values, {}, body_.size, body_.product);
  }
  void gather(std::string_view name, double count, Values values) {
    write(name, OpClass::gather, count, 0, values, {}, head_.size, head_.product);
  }
  /// `values` activations on each of `peers` devices; nothing for one device alone.
  void collective(std::string_view name, double count, Collective kind, unsigned peers, double values) {
    if (peers <= 1 || count <= 0) return;
    write(name, OpClass::collective, count, 0, {}, {}, body_.size, body_.product);
    Op& op = out_.back();
    op.collective = kind;
    op.peers = peers;
    op.wire = activation_ * values;
  }

  /// Multiplies the count of every operator written since `first`.
  void repeat(std::size_t first, double times) {
    for (std::size_t i = first; i < out_.size(); ++i) out_[i].count *= times;
  }
  std::size_t size() const { return out_.size(); }

 private:
  struct Formats {
    Bytes size{};  ///< of one weight
    Precision product = Precision::fp16;
  };
  static Formats formats_of(const PrecisionPlan& plan, Precision weights) {
    return {size_of(weights), plan.compute(weights)};
  }
  const Formats& formats_of(Part part) const {
    switch (part) {
      case Part::experts:
        return experts_;
      case Part::attention:
        return attention_;
      case Part::head:
        return head_;
      case Part::body:
        break;
    }
    return body_;
  }

  /// Nothing is written for a count of zero: a kind of layer that the model does not have. Written in place:
  /// copying a whole Op took most of the time of lowering.
  void write(std::string_view name, OpClass kind, double count, double flops, const Values& values,
             const Shape& shape, Bytes weight, Precision format) {
    if (count <= 0) return;
    Op& op = out_.emplace_back();
    op.name = name;
    op.kind = kind;
    op.count = count;
    op.flops = Flops(flops);
    op.weights = weight * values.weights;
    op.activations = activation_ * values.activations;
    op.kv_cache = cache_ * values.cache;
    op.m = shape.m;
    op.n = shape.n;
    op.k = shape.k;
    op.batch = shape.batch;
    op.format = format;
  }

  Formats body_, experts_, attention_, head_;
  Precision attends_in_;
  Bytes activation_, cache_;
  std::vector<Op>& out_;
};

}  // namespace ridgeline::engine
