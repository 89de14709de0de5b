#pragma once
// Devices with the figures that kernel times need, typed in from their datasheets.

#include "ridgeline/catalog.h"

namespace ridgeline {

struct DeviceFigures {
  const char* id = "";
  double units = 0, bf16 = 0, eight_bit = 0, fp4 = 0, bandwidth = 0, l2 = 0, link = 0;
  unsigned domain = 8;
};

template <class Q>
Sourced<Q> assumed(Q value) {
  Sourced<Q> sourced;
  sourced.value = value;
  return sourced;
}

inline Hardware device(const DeviceFigures& figures) {
  Hardware hardware;
  hardware.id = figures.id;
  hardware.compute_units = assumed(figures.units);
  hardware.peak[Precision::bf16] = assumed(FlopsPerSecond(figures.bf16));
  hardware.peak[Precision::fp8] = assumed(FlopsPerSecond(figures.eight_bit));
  hardware.peak[Precision::int8] = assumed(FlopsPerSecond(figures.eight_bit));
  if (figures.fp4 > 0) hardware.peak[Precision::fp4] = assumed(FlopsPerSecond(figures.fp4));
  hardware.memory.bandwidth = assumed(BytesPerSecond(figures.bandwidth));
  MemoryLevel l2;
  l2.name = "L2";
  l2.capacity = assumed(Bytes(figures.l2));
  hardware.caches.push_back(l2);
  Link link;
  link.name = "link";
  link.bandwidth = assumed(BytesPerSecond(figures.link));
  link.domain = figures.domain;
  hardware.links.push_back(link);
  return hardware;
}

inline Hardware a100() { return device({"a100", 108, 312e12, 624e12, 0, 2.039e12, 40e6, 300e9}); }
inline Hardware h100() { return device({"h100", 132, 989e12, 1979e12, 0, 3.35e12, 50e6, 450e9}); }
inline Hardware b200() { return device({"b200", 148, 2250e12, 4500e12, 9000e12, 8e12, 126e6, 900e9}); }
inline Hardware l40s() { return device({"l40s", 142, 362.05e12, 733e12, 0, 0.864e12, 96e6, 32e9, 0}); }

}  // namespace ridgeline
