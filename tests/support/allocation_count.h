#pragma once
#include <cstddef>

namespace ridgeline::test {

/// Calls of operator new in this program so far.
std::size_t allocation_count();

}  // namespace ridgeline::test
