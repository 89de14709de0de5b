#pragma once
// What the kernel formulas need of a device, as plain SI numbers.

#include <initializer_list>

#include "ridgeline/kernels.h"

namespace ridgeline::kernels {

struct Device {
  double units = 0;      ///< that take one tile each
  double peak = 0;       ///< FLOP/s of the whole device
  double bandwidth = 0;  ///< B/s of main memory
  double l2 = 0;         ///< bytes
};
/// unavailable when the catalog does not know the units or the peak.
Result<Device> device_of(const Hardware&, Precision products);
/// And L2.
Result<Device> device_with_l2(const Hardware&, Precision products);

/// B/s of the first link, in one direction. bad_input when more devices are asked for than it joins.
Result<double> link_of(const Hardware&, double devices);

/// bad_input unless each is finite and at least 1. Allocates only on failure.
struct NamedSize {
  std::string_view name;
  double value = 0;
};
Status check_sizes(std::initializer_list<NamedSize>);

/// (a^p + b^p)^(1/p): the longer of two times that overlap, and a part of the shorter.
double p_norm(double a, double b, double p);

/// x^n / (x^n + knee^n): 0 well below the knee, 1 well above.
double share_beyond(double x, double knee, double n);

}  // namespace ridgeline::kernels
