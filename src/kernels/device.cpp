#include "kernels/device.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::kernels {

Result<Device> device_of(const Hardware& hardware, Precision products) {
  if (!hardware.compute_units) {
    return unavailable(
        fmt::format("{}: the catalog does not know its compute_units, which kernel times need", hardware.id));
  }
  const auto peak = hardware.peak.find(products);
  if (peak == hardware.peak.end()) {
    return unavailable(fmt::format("{}: no peak for {} in the catalog", hardware.id, to_string(products)));
  }
  if (!hardware.memory.bandwidth)
    return unavailable(fmt::format("{}: no memory bandwidth in the catalog", hardware.id));
  return Device{hardware.compute_units->value, peak->second.value.value(),
                hardware.memory.bandwidth->value.value(), 0};
}

Result<Device> device_with_l2(const Hardware& hardware, Precision products) {
  auto device = device_of(hardware, products);
  if (!device) return device;
  for (const MemoryLevel& cache : hardware.caches) {
    if (cache.name != "L2" || !cache.capacity) continue;
    device->l2 = cache.capacity->value.value();
    return device;
  }
  return unavailable(fmt::format("{}: no L2 capacity in the catalog", hardware.id));
}

Result<double> link_of(const Hardware& hardware, double devices) {
  if (hardware.links.empty()) return unavailable(fmt::format("{}: no link in the catalog", hardware.id));
  const Link& link = hardware.links.front();
  if (link.domain != 0 && devices > link.domain) {
    return bad_input(fmt::format("{} devices, and {} joins {}: kernel times are of one domain", devices,
                                 link.name, link.domain));
  }
  return link.bandwidth.value.value();
}

Status check_sizes(std::initializer_list<NamedSize> sizes) {
  for (const NamedSize& size : sizes) {
    if (!(size.value >= 1) || !std::isfinite(size.value)) {
      return bad_input(fmt::format("{} is {}, and must be 1 or more", size.name, size.value));
    }
  }
  return Status::success();
}

double p_norm(double a, double b, double p) {
  const double longer = std::max(a, b), shorter = std::min(a, b);
  return longer > 0 ? longer * portable_pow(1 + portable_pow(shorter / longer, p), 1 / p) : 0;
}

double share_beyond(double x, double knee, double n) {
  const double ratio = portable_pow(x / knee, n);
  return std::isfinite(ratio) ? ratio / (ratio + 1) : 1;
}

}  // namespace ridgeline::kernels
