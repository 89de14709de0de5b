// Norms, activations and rotation of one row. See kernels.cpp for how this is included.

constexpr float epsilon = 1e-5F;  // under the square root of a norm

inline float total(std::size_t n, const float* x, float shift, bool squared) {
  Vec even = splat(0);
  Vec odd = splat(0);
  std::size_t i = 0;
  for (; i + 2 * lanes <= n; i += 2 * lanes) {
    const Vec a = load(x + i) - splat(shift);
    const Vec b = load(x + i + lanes) - splat(shift);
    even += squared ? a * a : a;
    odd += squared ? b * b : b;
  }
  float rest = 0;
  for (; i < n; ++i) rest += squared ? (x[i] - shift) * (x[i] - shift) : x[i] - shift;
  return sum(even + odd) + rest;
}

void norm_row(std::size_t n, const float* x, const float* weight, const float* bias, float* y) {
  const float width = static_cast<float>(n);
  const float mean = bias != nullptr ? total(n, x, 0, false) / width : 0.0F;
  const float scale = 1.0F / std::sqrt(total(n, x, mean, true) / width + epsilon);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const Vec centred = (load(x + i) - splat(mean)) * splat(scale) * load(weight + i);
    store(y + i, bias != nullptr ? centred + load(bias + i) : centred);
  }
  for (; i < n; ++i) y[i] = (x[i] - mean) * scale * weight[i] + (bias != nullptr ? bias[i] : 0.0F);
}

void silu_row(std::size_t n, const float* gate, const float* up, float* y) {
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) {
    const Vec g = load(gate + i);
    store(y + i, g / (splat(1) + exp(-g)) * load(up + i));
  }
  for (; i < n; ++i) y[i] = gate[i] / (1.0F + std::exp(-gate[i])) * up[i];
}

void add_row(std::size_t n, const float* x, float* y) {
  for (std::size_t i = 0; i < n; ++i) y[i] += x[i];
}

/// Pairs (i, i + dim / 2) turn by the angle of their position; without a table the head is copied.
void rotate_head(std::size_t dim, const float* x, const float* cosine_sine, float* y) {
  const std::size_t half = dim / 2;
  if (cosine_sine == nullptr) {
    std::memcpy(y, x, dim * sizeof(float));
    return;
  }
  const float* const c = cosine_sine;
  const float* const s = cosine_sine + half;
  for (std::size_t i = 0; i < half; ++i) {
    y[i] = x[i] * c[i] - x[half + i] * s[i];
    y[half + i] = x[half + i] * c[i] + x[i] * s[i];
  }
}
