#include "catalog/parameters.h"

namespace ridgeline {

namespace catalog {

namespace {

double parameters_of(const std::vector<ConvLayer>& layers) {
  double count = 0;
  for (const ConvLayer& layer : layers) {
    if (layer.kind == ConvLayer::Kind::conv) {
      const double window = 1.0 * layer.kernel * layer.kernel_width();
      count += dense(window * layer.in_c / layer.groups, layer.out, layer.bias);
    } else if (layer.kind == ConvLayer::Kind::linear) {
      count += dense(1.0 * layer.in_c * layer.in_h * layer.in_w, layer.out, layer.bias);
    }
  }
  return count;
}

double perceptron(double in, const std::vector<unsigned>& widths) {
  double count = 0;
  for (const unsigned out : widths) {
    count += dense(in, out, true);
    in = out;
  }
  return count;
}

/// All but the embedding tables.
double networks(const Recommender& r) {
  const double dim = r.embedding_dim, vectors = static_cast<double>(r.table_rows.size()) + 1;
  const double joined = vectors * dim;
  const bool crosses = r.cross_layers > 0;
  // A dot interaction hands on the bottom output and one product for each pair of vectors.
  const double top_in = crosses ? joined : dim + vectors * (vectors - 1) / 2;
  const double cross_layer = dense(joined, r.cross_rank, false) + dense(r.cross_rank, joined, true);
  return perceptron(r.dense_features, r.bottom_mlp) + r.cross_layers * cross_layer +
         perceptron(top_in, r.top_mlp);
}

}  // namespace

ParameterCount parameters_of(const ConvNet& net) {
  const double count = parameters_of(net.layers);
  return {count, count, 0};
}

ParameterCount parameters_of(const Recommender& r) {
  double rows = 0, used = 0;
  for (std::size_t table = 0; table < r.table_rows.size(); ++table) {
    rows += r.table_rows[table];
    used += r.lookups.empty() ? 1 : r.lookups[table];
  }
  const double dim = r.embedding_dim, fixed = networks(r);
  return {rows * dim + fixed, used * dim + fixed, rows * dim};
}

ParameterCount parameters_of(const StateSpace& s) {
  const double hidden = s.hidden, inner = s.inner, state = s.state, rank = s.dt_rank;
  const double projections = dense(hidden, 2 * inner, false) + dense(inner, hidden, false);
  const double selection = dense(inner, rank + 2 * state, false) + dense(rank, inner, true);
  const double convolution = dense(s.conv_kernel, inner, true);
  const double dynamics = inner * state + inner;  // A and D
  const double layer = hidden + projections + convolution + selection + dynamics;
  const double embedding = 1.0 * s.vocab * hidden;
  const double count = s.layers * layer + hidden + embedding * (s.tied_embeddings ? 1 : 2);
  return {count, count, embedding};
}

ParameterCount parameters_of(const EncoderDecoder& model) {
  const ParameterCount encoder = parameters_of(model.encoder), decoder = parameters_of(model.decoder);
  const double stem = parameters_of(model.stem);
  return {stem + encoder.total + decoder.total, stem + encoder.active + decoder.active,
          encoder.embedding + decoder.embedding};
}

}  // namespace catalog

ParameterCount count_parameters(const Model& model) {
  return std::visit([](const auto& architecture) { return catalog::parameters_of(architecture); },
                    model.architecture);
}

}  // namespace ridgeline
