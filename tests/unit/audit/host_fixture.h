#pragma once
// A probed host with round numbers: peak 100 GFLOP/s, GEMM 80, convolution 90 and attention 50 GFLOP/s, DRAM
// 10 GB/s, all with intervals of +-10 %.

#include "ridgeline/audit.h"

namespace ridgeline {

inline MeasuredRate rate(double value) {
  MeasuredRate r;
  r.value = value;
  r.low = 0.9 * value;
  r.high = 1.1 * value;
  r.repetitions = 9;
  return r;
}

inline HostProbe round_host() {
  HostProbe probe;
  probe.machine = "Test CPU, 2 cores";
  probe.date = "2026-01-02T03:04:05Z";
  ThreadedRates rates;
  rates.threads = 1;
  rates.peak.emplace_back(Precision::fp32, rate(100e9));
  LevelBandwidth dram;
  dram.level = "DRAM";
  dram.working_set = Bytes(256e6);
  dram.read = rate(10e9);
  dram.write = rate(8e9);
  dram.triad = rate(9e9);
  rates.bandwidth.push_back(dram);
  rates.gemm = rate(80e9);
  rates.conv = rate(90e9);
  rates.attention = rate(50e9);
  probe.rates.push_back(rates);
  probe.operator_launch = microseconds(1);
  probe.timer_resolution = Seconds(20e-9);
  probe.timer_cost = Seconds(25e-9);
  return probe;
}

}  // namespace ridgeline
