// Attention of one head. See kernels.cpp for how this is included.

// Queries go in blocks of four and keys in panels of sixteen: 4 x 16 accumulators fill the registers, and a
// panel stores its keys transposed, so that no sum crosses lanes. Keys beyond the last panel that every query
// of the block sees are taken one by one: causality costs no wasted pair.
constexpr std::size_t block = 4;
constexpr std::size_t panel = 2 * lanes;

/// c[i][0..15] (+)= sum over d of a[i][d] b[d][0..15], for the Rows first rows.
template <std::size_t Rows, bool Add>
inline void tile(std::size_t depth, const float* a, std::size_t a_stride, const float* b,
                 std::size_t b_stride, float* c, std::size_t c_stride) {
  Vec low[Rows];
  Vec high[Rows];
  for (std::size_t i = 0; i < Rows; ++i) {
    low[i] = Add ? load(c + i * c_stride) : splat(0);
    high[i] = Add ? load(c + i * c_stride + lanes) : splat(0);
  }
  for (std::size_t d = 0; d < depth; ++d) {
    const Vec b_low = load(b + d * b_stride);
    const Vec b_high = load(b + d * b_stride + lanes);
#pragma GCC unroll 4
    for (std::size_t i = 0; i < Rows; ++i) {
      const Vec x = splat(a[i * a_stride + d]);
      low[i] += x * b_low;
      high[i] += x * b_high;
    }
  }
  for (std::size_t i = 0; i < Rows; ++i) {
    store(c + i * c_stride, low[i]);
    store(c + i * c_stride + lanes, high[i]);
  }
}

inline float dot(std::size_t n, const float* a, const float* b) {
  Vec even = splat(0);
  Vec odd = splat(0);
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    even += load(a + i) * load(b + i);
    odd += load(a + i + lanes) * load(b + i + lanes);
  }
  float total = sum(even + odd);
  for (; i < n; ++i) total += a[i] * b[i];
  return total;
}

/// y += w x
inline void add_scaled(std::size_t n, float w, const float* x, float* y) {
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) store(y + i, load(y + i) + splat(w) * load(x + i));
  for (; i < n; ++i) y[i] += w * x[i];
}

/// Replaces scores by exp(score - max); returns 1 / their sum.
inline float exponentiate(std::size_t n, float* scores) {
  Vec tops = splat(scores[0]);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const Vec s = load(scores + i);
    tops = s > tops ? s : tops;
  }
  float top = tops[0];
  for (std::size_t j = 1; j < lanes; ++j) top = tops[j] > top ? tops[j] : top;
  for (; i < n; ++i) top = scores[i] > top ? scores[i] : top;

  const Vec shift = splat(top);
  Vec total = splat(0);
  i = 0;
  for (; i + lanes <= n; i += lanes) {
    const Vec e = exp(load(scores + i) - shift);
    store(scores + i, e);
    total += e;
  }
  float sum_of = sum(total);
  if (i < n) {
    Vec rest = splat(-87.0F);
    std::memcpy(&rest, scores + i, (n - i) * sizeof(float));
    rest = exp(rest - shift);
    for (std::size_t j = 0; i + j < n; ++j) sum_of += rest[j];
    std::memcpy(scores + i, &rest, (n - i) * sizeof(float));
  }
  return 1.0F / sum_of;
}

inline void pack_panels(const AttentionHead& h, std::size_t count, float* out) {
  for (std::size_t p = 0; p < count; ++p)
    for (std::size_t j = 0; j < panel; ++j) {
      const float* key = h.keys + (p * panel + j) * h.key_stride;
      for (std::size_t d = 0; d < h.dim; ++d) out[(p * h.dim + d) * panel + j] = key[d];
    }
}

template <std::size_t Rows>
inline std::uint64_t query_block(const AttentionHead& h, std::size_t first, std::size_t panels,
                                 AttentionScratch& scratch, std::size_t score_stride) {
  std::uint64_t pairs = 0;
  const float scale = 1.0F / std::sqrt(static_cast<float>(h.dim));
  float* const q = scratch.queries.data();
  for (std::size_t i = 0; i < Rows; ++i)
    for (std::size_t d = 0; d < h.dim; ++d)
      q[i * h.dim + d] = scale * h.queries[(first + i) * h.query_stride + d];

  float* const scores = scratch.scores.data();
  const std::size_t shared_panels = std::min(panels, h.visible(first) / panel);
  for (std::size_t p = 0; p < shared_panels; ++p)
    tile<Rows, false>(h.dim, q, h.dim, scratch.panels.data() + p * h.dim * panel, panel, scores + p * panel,
                      score_stride);
  pairs += Rows * shared_panels * panel;

  float inverse[Rows];
  for (std::size_t i = 0; i < Rows; ++i) {
    const std::size_t visible = h.visible(first + i);
    float* const row = scores + i * score_stride;
    for (std::size_t k = shared_panels * panel; k < visible; ++k, ++pairs)
      row[k] = dot(h.dim, q + i * h.dim, h.keys + k * h.key_stride);
    inverse[i] = exponentiate(visible, row);
  }

  const std::size_t shared = h.visible(first);  // keys that every query of the block sees
  std::size_t d = 0;
  float* const out = h.output + first * h.output_stride;
  for (; d + panel <= h.dim; d += panel)
    tile<Rows, false>(shared, scores, score_stride, h.values + d, h.value_stride, out + d, h.output_stride);
  for (std::size_t i = 0; i < Rows; ++i) {
    const float* const row = scores + i * score_stride;
    float* const y = out + i * h.output_stride;
    for (std::size_t r = d; r < h.dim; ++r) y[r] = 0;
    if (d < h.dim)
      for (std::size_t k = 0; k < shared; ++k)
        add_scaled(h.dim - d, row[k], h.values + k * h.value_stride + d, y + d);
    for (std::size_t k = shared; k < h.visible(first + i); ++k)
      add_scaled(h.dim, row[k], h.values + k * h.value_stride, y);
    for (std::size_t r = 0; r < h.dim; ++r) y[r] *= inverse[i];
  }
  return pairs;
}

std::uint64_t attend_head(const AttentionHead& h, AttentionScratch& scratch) {
  const std::size_t keys = h.past_tokens + h.new_tokens;
  const std::size_t score_stride = (keys + panel - 1) / panel * panel;
  // Transposing the keys pays off once several queries share it.
  const std::size_t panels = h.new_tokens >= block ? keys / panel : 0;
  scratch.panels.resize(panels * panel * h.dim);
  scratch.scores.resize(block * score_stride);
  scratch.queries.resize(block * h.dim);
  pack_panels(h, panels, scratch.panels.data());
  std::uint64_t pairs = 0;
  std::size_t i = 0;
  for (; i + block <= h.new_tokens; i += block)
    pairs += query_block<block>(h, i, panels, scratch, score_stride);
  for (; i < h.new_tokens; ++i) pairs += query_block<1>(h, i, panels, scratch, score_stride);
  return pairs;
}
