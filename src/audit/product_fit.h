#pragma once
// From the probe's products to the coefficients of the engine's product.

#include "live/workload/few_rows.h"
#include "ridgeline/audit.h"

namespace ridgeline::audit {

/// What Calibration says of matrix products.
struct ProductFit {
  double efficiency = 1, half_rows = 0, few_share = 1;
  double memory_share = 1;  ///< what reading a matrix for one row reaches of the bandwidth
};

/// Rows up to which the executor multiplies without packing the matrix.
inline constexpr double few_rows = live::most_few_rows;

/// A probed product at one end of its interval.
struct TimedProduct {
  double rows = 1;
  Seconds time{};
};

/// The engine's own formula, turned round. One row says how fast a matrix is read. Elsewhere the time that is
/// not memory's goes to products: of the most rows that are not packed it gives few_share, and of more it is
/// a line in the rows, whose slope is the efficiency and whose start is half_rows (least squares of relative
/// errors). Products are of one size, in ascending rows, at least two of them with more than few_rows.
ProductFit fit_products(const std::vector<TimedProduct>&, Flops of_one_row, Bytes weights,
                        FlopsPerSecond peak, BytesPerSecond bandwidth);

}  // namespace ridgeline::audit
