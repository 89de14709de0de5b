#include "live/probe/products.h"

#include <omp.h>

#include <algorithm>
#include <array>

#include "live/workload/few_rows.h"
#include "live/workload/product.h"

namespace ridgeline::live {
namespace {

/// One row, which reads the matrix; as many as are multiplied without packing it; and more and more that are.
constexpr std::array<std::size_t, 6> probed_rows = {1, most_few_rows, 32, 128, 256, 1024};

/// Half of a transformer's matrices make rows wider, half narrower: a narrow side and four times as much.
constexpr std::size_t narrow = 832, wide = 4 * narrow;

/// Matrices that together exceed the caches, used in turn, widening and narrowing ones in pairs.
class Products {
 public:
  explicit Products(Bytes beyond_caches)
      : matrices_(std::max<std::size_t>(1, static_cast<std::size_t>(beyond_caches.value() / (2 * bytes))) *
                  2) {
    for (Floats& matrix : matrices_) {
      matrix = allocate_floats(narrow * wide);
      std::fill_n(matrix.get(), narrow * wide, 0.01F);
    }
  }

  ProductRate measure(std::size_t rows, Seconds patience) {
    const Floats x = allocate_floats(rows * wide), y = allocate_floats(rows * wide);
    std::fill_n(x.get(), rows * wide, 0.01F);
    ProductRate result;
    result.rows = static_cast<double>(rows);
    result.flops = Flops(2.0 * result.rows * narrow * wide);
    result.weights = Bytes(bytes);
    const auto threads = static_cast<unsigned>(omp_get_max_threads());
    const auto pairs = [&](std::uint64_t repeats) {
      const Seconds start = work_clock(threads);
      for (std::uint64_t i = 0; i < repeats; ++i) {
        widen_.run(runtime_, rows, x.get(), narrow, {next(), nullptr}, y.get(), nullptr);
        narrow_.run(runtime_, rows, x.get(), wide, {next(), nullptr}, y.get(), nullptr);
      }
      return work_clock(threads) - start;
    };
    result.rate = measure_rate(pairs, 2 * result.flops.value(), patience);
    return result;
  }

 private:
  static constexpr double bytes = 4.0 * narrow * wide;
  const float* next() { return matrices_[turn_++ % matrices_.size()].get(); }

  Runtime runtime_;
  Product widen_{"widen", {.n = wide, .k = narrow}}, narrow_{"narrow", {.n = narrow, .k = wide}};
  std::vector<Floats> matrices_;
  std::size_t turn_ = 0;
};

}  // namespace

const unsigned product_measurements = static_cast<unsigned>(probed_rows.size());

std::vector<ProductRate> measure_products(Bytes beyond_caches, Patience& patience) {
  Products products(beyond_caches);
  std::vector<ProductRate> rates;
  for (const std::size_t rows : probed_rows) rates.push_back(products.measure(rows, patience.next()));
  return rates;
}

}  // namespace ridgeline::live
