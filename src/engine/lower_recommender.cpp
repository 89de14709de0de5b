// The table "Recommender" of docs/lowering.md.

#include <numeric>

#include "engine/lowering.h"

namespace ridgeline::engine {
namespace {

void perceptron(std::string_view name, std::span<const unsigned> widths, double batch, double inputs,
                OpWriter& out) {
  for (const unsigned width : widths) {
    out.gemm(name, 1, batch, width, inputs, {width * inputs + width, batch * (inputs + width), 0});
    inputs = width;
  }
}

}  // namespace

void lower_recommender(const Recommender& r, double batch, OpWriter& out) {
  const double dim = r.embedding_dim, tables = static_cast<double>(r.table_rows.size());
  const double lookups =
      r.lookups.empty() ? tables : std::accumulate(r.lookups.begin(), r.lookups.end(), 0.0);
  perceptron("bottom_mlp", r.bottom_mlp, batch, r.dense_features, out);
  out.gather("embeddings", 1, {batch * lookups * dim, batch * tables * dim, 0});

  const double vectors = tables + 1;  // the bottom perceptron's output is one more
  double width = vectors * dim;
  if (r.cross_layers > 0) {
    const double rank = r.cross_rank;
    out.gemm("cross_down", r.cross_layers, batch, rank, width, {rank * width, batch * (width + rank), 0});
    // Reads x_0 and x_l besides its input: x_0 * (W v + b) + x_l.
    out.gemm("cross_up", r.cross_layers, batch, width, rank,
             {rank * width + width, batch * (rank + 3 * width), 0});
  } else {
    const double pairs = vectors * (vectors - 1) / 2;
    out.gemm("interaction", 1, batch, pairs, dim, {0, batch * (vectors * dim + dim + pairs), 0});
    width = dim + pairs;
  }
  perceptron("top_mlp", r.top_mlp, batch, width, out);
}

}  // namespace ridgeline::engine
