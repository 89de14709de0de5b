#include "catalog/parameters.h"

namespace ridgeline::catalog {

namespace {

double convolution(double in, double out) { return dense(9 * in, out, true); }

/// Group norm, convolution, time projection, group norm, convolution, and a 1x1 shortcut where the width
/// changes.
double residual_block(const UNet& u, double in, double out) {
  const double shortcut = in == out ? 0 : dense(in, out, true);
  return 2 * in + convolution(in, out) + dense(u.time_dim, out, true) + 2 * out + convolution(out, out) +
         shortcut;
}

/// Self-attention, attention to the context and a gated feed-forward network of 4 x width, a norm before
/// each.
double transformer_layer(const UNet& u, double width) {
  const double norms = 3 * 2 * width;
  const double to_self = 3 * dense(width, width, false) + dense(width, width, true);
  const double to_context =
      dense(width, width, false) + 2 * dense(u.context_dim, width, false) + dense(width, width, true);
  const double ffn = dense(width, 8 * width, true) + dense(4 * width, width, true);
  return norms + to_self + to_context + ffn;
}

/// Norm and projection in, transformer layers, projection out; nothing at depth 0.
double transformer_block(const UNet& u, double width, unsigned depth) {
  if (depth == 0) return 0;
  return 2 * width + 2 * dense(width, width, true) + depth * transformer_layer(u, width);
}

double time_embedding(const UNet& u) {
  const double second = dense(u.time_dim, u.time_dim, true);
  const double added = u.added_dim > 0 ? dense(u.added_dim, u.time_dim, true) + second : 0;
  return dense(u.channels.front(), u.time_dim, true) + second + added;
}

/// The way down; `skips` gets the width of every output that the way up reads again.
double way_down(const UNet& u, std::vector<double>& skips) {
  double count = 0, width = u.channels.front();
  skips.push_back(width);
  for (std::size_t level = 0; level < u.channels.size(); ++level) {
    for (unsigned block = 0; block < u.blocks; ++block) {
      count += residual_block(u, width, u.channels[level]);
      width = u.channels[level];
      count += transformer_block(u, width, u.transformer_depth[level]);
      skips.push_back(width);
    }
    if (level + 1 == u.channels.size()) break;
    count += convolution(width, width);
    skips.push_back(width);
  }
  return count;
}

double way_up(const UNet& u, std::vector<double> skips) {
  double count = 0, width = u.channels.back();
  for (std::size_t level = u.channels.size(); level-- > 0;) {
    for (unsigned block = 0; block <= u.blocks; ++block) {
      count += residual_block(u, width + skips.back(), u.channels[level]);
      skips.pop_back();
      width = u.channels[level];
      count += transformer_block(u, width, u.transformer_depth[level]);
    }
    if (level > 0) count += convolution(width, width);
  }
  return count;
}

}  // namespace

ParameterCount parameters_of(const UNet& u) {
  const double first = u.channels.front(), last = u.channels.back();
  std::vector<double> skips;
  double count = time_embedding(u) + convolution(u.in_channels, first);
  count += way_down(u, skips);
  count += 2 * residual_block(u, last, last) + transformer_block(u, last, u.mid_transformer_depth);
  count += way_up(u, std::move(skips));
  count += 2 * first + convolution(first, u.in_channels);
  return {count, count, 0};
}

}  // namespace ridgeline::catalog
