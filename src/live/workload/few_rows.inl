// A few rows by some columns of a big matrix. See kernels.cpp for how this is included.

/// Columns first .. first + Columns - 1 of all Rows rows: each value of the matrix is read once.
template <std::size_t Rows, std::size_t Columns>
inline void columns(const FewRows& x, std::size_t first) {
  Vec total[Rows * Columns];
  for (Vec& t : total) t = splat(0);
  const float* const w = x.weights + first * x.k;
  std::size_t l = 0;
  for (; l + lanes <= x.k; l += lanes) {
    Vec column[Columns];
#pragma GCC unroll 8
    for (std::size_t c = 0; c < Columns; ++c) column[c] = load(w + c * x.k + l);
#pragma GCC unroll 8
    for (std::size_t r = 0; r < Rows; ++r) {
      const Vec row = load(x.src + r * x.src_stride + l);
#pragma GCC unroll 8
      for (std::size_t c = 0; c < Columns; ++c) total[r * Columns + c] += row * column[c];
    }
  }
  for (std::size_t r = 0; r < Rows; ++r)
    for (std::size_t c = 0; c < Columns; ++c) {
      float rest = 0;
      for (std::size_t i = l; i < x.k; ++i) rest += x.src[r * x.src_stride + i] * w[c * x.k + i];
      float& y = x.dst[r * x.n + first + c];
      y = (x.add ? y : 0.0F) + (sum(total[r * Columns + c]) + rest);
    }
}

template <std::size_t Rows, std::size_t Columns>
inline void range(const FewRows& x, std::size_t begin, std::size_t end) {
  for (; begin + Columns <= end; begin += Columns) columns<Rows, Columns>(x, begin);
  for (; begin < end; ++begin) columns<Rows, 1>(x, begin);
}

void multiply_rows(std::size_t m, const FewRows& x, std::size_t begin, std::size_t end) {
  switch (m) {
    case 1:
      return range<1, 8>(x, begin, end);
    case 2:
      return range<2, 4>(x, begin, end);
    case 3:
      return range<3, 4>(x, begin, end);
    case 4:
      return range<4, 2>(x, begin, end);
    case 5:
      return range<5, 2>(x, begin, end);
    case 6:
      return range<6, 2>(x, begin, end);
    case 7:
      return range<7, 1>(x, begin, end);
    default:
      return range<8, 1>(x, begin, end);
  }
}
