// Vectors of RIDGELINE_LANES floats by the compiler's own types. See kernels.cpp for how this is included.

constexpr std::size_t lanes = RIDGELINE_LANES;
typedef float Vec __attribute__((vector_size(lanes * sizeof(float))));
typedef std::int32_t VecInt __attribute__((vector_size(lanes * sizeof(float))));

// x - 0 is x, and g++ makes one broadcast of it; of eight copies of x in braces it makes seven inserts.
inline Vec splat(float x) { return x - Vec{}; }
inline Vec load(const float* p) {
  Vec v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void store(float* p, const Vec& v) { std::memcpy(p, &v, sizeof v); }
inline float sum(const Vec& v) {
  float part[lanes];
  store(part, v);
  for (std::size_t half = lanes / 2; half > 0; half /= 2)
    for (std::size_t i = 0; i < half; ++i) part[i] += part[i + half];
  return part[0];
}

/// e^x to about 2 units in the last place, for x in [-87, 88]; beyond, the value at the bound.
inline Vec exp(const Vec& wanted) {
  Vec x = wanted < splat(-87.0F) ? splat(-87.0F) : wanted;
  x = x > splat(88.0F) ? splat(88.0F) : x;
  // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts so that n ln 2 loses nothing. Adding and taking
  // away 1.5 x 2^23 rounds to a whole number.
  const Vec magic = splat(12582912.0F);
  const Vec n = (x * splat(1.44269504F) + magic) - magic;
  const Vec r = (x - n * splat(0.693359375F)) + n * splat(2.12194440e-4F);
  Vec p = splat(1.0F / 720);  // Taylor to r^6: the remainder is below 2e-7
  p = p * r + splat(1.0F / 120);
  p = p * r + splat(1.0F / 24);
  p = p * r + splat(1.0F / 6);
  p = p * r + splat(0.5F);
  p = p * r + splat(1.0F);
  p = p * r + splat(1.0F);
  const VecInt exponent = (__builtin_convertvector(n, VecInt) + 127) << 23;
  Vec power;
  std::memcpy(&power, &exponent, sizeof power);
  return p * power;
}
