#include "audit/host_model.h"

#include <fmt/format.h>

#include <algorithm>

namespace ridgeline::audit {
namespace {

double believed(const MeasuredRate& rate, Belief belief) {
  return belief == Belief::slow ? rate.low : belief == Belief::fast ? rate.high : rate.value;
}

const ThreadedRates* rates_of(const HostProbe& probe, unsigned threads) {
  const auto found = std::find_if(probe.rates.begin(), probe.rates.end(),
                                  [&](const ThreadedRates& rates) { return rates.threads == threads; });
  return found == probe.rates.end() ? nullptr : &*found;
}

void believe(std::optional<Sourced<BytesPerSecond>>& bandwidth, Belief belief) {
  if (!bandwidth || !bandwidth->interval) return;
  if (belief == Belief::slow) bandwidth->value = bandwidth->interval->first;
  if (belief == Belief::fast) bandwidth->value = bandwidth->interval->second;
}

// A kernel cannot beat the probed peak: a share above one is the noise of two measurements, and the roof
// holds.
double share(const MeasuredRate& kernel, double peak, Belief belief) {
  return std::min(1.0, believed(kernel, belief) / peak);
}

}  // namespace

Result<HostModel> host_model(const HostProbe& probe, unsigned threads, Belief belief) {
  const ThreadedRates* rates = rates_of(probe, threads);
  if (!rates) return bad_input(fmt::format("the probe has no rates for {} threads", threads));
  RIDGELINE_TRY(hardware, as_hardware(probe, threads));
  const auto peak = hardware.peak.find(Precision::fp32);
  if (peak == hardware.peak.end()) return unavailable("the probe measured no fp32 peak");
  const double roof = peak->second.value.value();

  Calibration calibration;
  calibration.kind = CalibrationKind::fitted;
  const auto set = [&](OpClass kind, const std::optional<MeasuredRate>& kernel) {
    if (kernel) calibration.compute_efficiency[static_cast<std::size_t>(kind)] = share(*kernel, roof, belief);
  };
  set(OpClass::gemm, rates->gemm);
  set(OpClass::conv, rates->conv);
  set(OpClass::attention, rates->attention);
  calibration.launch = probe.operator_launch;
  calibration.provenance = {
      ProvenanceKind::measured,
      fmt::format("one library kernel of each class on {}, {} threads; not the workloads themselves",
                  probe.machine, threads),
      probe.date};
  believe(hardware.memory.bandwidth, belief);
  for (auto& cache : hardware.caches) believe(cache.bandwidth, belief);
  return HostModel{std::move(hardware), std::move(calibration)};
}

}  // namespace ridgeline::audit
