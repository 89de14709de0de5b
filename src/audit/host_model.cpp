#include "audit/host_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "audit/product_fit.h"

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

// A product of one row that reads its matrix faster than the probe's loop read: the memory can do that, too.
void raise_bandwidth(Hardware& hardware, const ProductRate& product, Belief belief) {
  const BytesPerSecond reached(product.weights.value() / product.flops.value() *
                               believed(product.rate, belief));
  auto& bandwidth = hardware.memory.bandwidth->value;
  if (product.rows == 1) bandwidth = std::max(bandwidth, reached);
}

void set_products(Calibration& calibration, const std::vector<ProductRate>& products, double peak,
                  BytesPerSecond bandwidth, Belief belief) {
  std::vector<TimedProduct> timed;
  for (const ProductRate& product : products) {
    timed.push_back({product.rows, Seconds(product.flops.value() / believed(product.rate, belief))});
  }
  const ProductRate& first = products.front();
  const ProductFit fit =
      fit_products(timed, first.flops / first.rows, first.weights, FlopsPerSecond(peak), bandwidth);
  constexpr auto gemm = static_cast<std::size_t>(OpClass::gemm);
  calibration.compute_efficiency[gemm] = fit.efficiency;
  calibration.memory_share[gemm] = fit.memory_share;
  calibration.gemm_half_rows = fit.half_rows;
  calibration.gemm_few_rows = few_rows;
  calibration.gemm_few_share = fit.few_share;
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
  believe(hardware.memory.bandwidth, belief);
  for (auto& cache : hardware.caches) believe(cache.bandwidth, belief);
  set(OpClass::gemm, rates->gemm);
  set(OpClass::conv, rates->conv);
  set(OpClass::attention, rates->attention);
  if (!rates->products.empty()) {
    raise_bandwidth(hardware, rates->products.front(), belief);
    set_products(calibration, rates->products, roof, hardware.memory.bandwidth->value, belief);
  }
  calibration.overlap = Overlap::partial;
  calibration.launch = probe.operator_launch;
  calibration.provenance = {
      ProvenanceKind::measured,
      fmt::format("library kernels of each class on {}, {} threads; not the workloads themselves",
                  probe.machine, threads),
      probe.date};
  return HostModel{std::move(hardware), std::move(calibration)};
}

}  // namespace ridgeline::audit
