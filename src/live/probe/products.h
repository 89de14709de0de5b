#pragma once
// Products with large matrices at several numbers of rows, through the executor's own code.

#include <vector>

#include "live/probe/measure.h"

namespace ridgeline::live {

/// Measurements that measure_products takes from its Patience.
extern const unsigned product_measurements;

/// On the calling thread's OpenMP team. Throws what the library throws, and std::bad_alloc.
std::vector<ProductRate> measure_products(Bytes beyond_caches, Patience&);

}  // namespace ridgeline::live
