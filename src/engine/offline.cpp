#include "ridgeline/offline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "engine/interval_90.h"
#include "engine/lowering.h"
#include "engine/offline_times.h"
#include "ridgeline/provenance.h"

namespace ridgeline {
namespace {

using engine::Factor;

engine::Factors factors_of(const engine::OfflineCase& c, const OfflineCoefficients& coefficients) {
  engine::Factors f = engine::no_factors();
  for (const auto& name : c.names) {
    f[static_cast<std::size_t>(name.factor)] *= coefficients.value(name.coefficient);
  }
  return f;
}

OfflineLimit limit_of(const engine::OfflineTimes& t) {
  const double compute = t.compute / t.clock_share;
  const double others = std::max({t.memory, t.network, t.overhead});
  if (compute >= others) {
    if (t.clock_share < 1) return OfflineLimit::power;
    return t.hides_more_memory ? OfflineLimit::memory_bandwidth : OfflineLimit::compute;
  }
  if (t.memory >= others) return OfflineLimit::memory_bandwidth;
  return t.network >= others ? OfflineLimit::network : OfflineLimit::overhead;
}

/// Names without which a prediction rests on its relatives, and how much wider that makes it.
struct Basis {
  std::string text;
  double spread = 0;
};
Basis basis_of(const std::string& generation, const OfflineWorkload& workload,
               const OfflineCoefficients& coefficients) {
  Basis basis{fmt::format("fitted on {} results: {}", coefficients.rows, coefficients.source),
              coefficients.spread};
  if (coefficients.rows == 0) basis.text = "priors: nothing was fitted";
  double variance = basis.spread * basis.spread;
  const auto widen = [&](std::string_view kind, std::string_view without) {
    const double more = offline_coefficient_kind(kind)->prior_spread;
    variance += more * more;
    basis.text += fmt::format("; {} was not among them", without);
  };
  if (!coefficients.find("generation." + generation)) widen("generation.any", "this generation of devices");
  if (workload.name.empty()) widen("workload.any", "this workload");
  basis.spread = std::sqrt(variance);
  return basis;
}

std::vector<Input> inputs_of(const Model& model, const Hardware& hardware, const engine::OfflineCase& c,
                             const OfflineWorkload& workload, const OfflineCoefficients& coefficients) {
  std::vector<Input> inputs;
  const Precision format = compute_format(workload.precision.compute());
  const auto& peak = hardware.peak.at(format);
  inputs.push_back({fmt::format("hardware.peak.{}", to_string(format)), show(peak.value), peak.provenance});
  const auto& bandwidth = *hardware.memory.bandwidth;
  inputs.push_back({"hardware.memory.bandwidth", show(bandwidth.value), bandwidth.provenance});
  const auto& capacity = *hardware.memory.capacity;
  inputs.push_back({"hardware.memory.capacity", show(capacity.value), capacity.provenance});
  if (hardware.tdp) inputs.push_back({"hardware.tdp", show(hardware.tdp->value), hardware.tdp->provenance});
  inputs.push_back({"model.architecture", model.id, model.provenance});
  std::vector<std::string> names;
  for (const auto& name : c.names) names.push_back(name.coefficient);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    const OfflineCoefficient* fitted = coefficients.find(name);
    const Provenance provenance =
        fitted ? Provenance{ProvenanceKind::fitted, coefficients.source, coefficients.date}
               : Provenance{ProvenanceKind::assumed, "prior: the fit has no such coefficient", ""};
    inputs.push_back(
        {"offline." + name,
         fmt::format("{:.4g} {}", coefficients.value(name), offline_coefficient_kind(name)->unit),
         provenance});
  }
  return weakest_first(std::move(inputs));
}

double saving_at_wall(const std::string& generation, const Hardware& hardware,
                      const OfflineWorkload& workload, const OfflineCoefficients& coefficients) {
  if (workload.power_mode == PowerMode::full) return 1;
  const std::string own = "wall.saving." + generation;
  if (offline_coefficient_kind(own)) return coefficients.value(own);
  // Small cards have nothing to save: their limit is low already.
  return hardware.tdp->value >= Watts(100) ? coefficients.value("wall.saving") : 1;
}

/// What one device draws: its limit, less what arithmetic that the limit does not hold back saves.
Watts device_power(const Hardware& hardware, const OfflineWorkload& workload, double use,
                   const OfflineCoefficients& coefficients) {
  const Watts limit = workload.power_limit.value_or(hardware.tdp->value) *
                      saving_at_wall(coefficients.generation(hardware), hardware, workload, coefficients);
  const double depth = std::min(1.0, coefficients.value("wall.depth"));
  return limit * (1 - depth * (1 - use));
}

void add_power(OfflinePrediction& p, const Hardware& hardware, const OfflineWorkload& workload,
               const OfflineCoefficients& coefficients) {
  if (!hardware.tdp) return;
  p.power = device_power(hardware, workload, p.power_use, coefficients);
  p.energy_per_sample = Joules(p.power->value() / p.samples.value());
  if (p.tokens.value() > 0) p.energy_per_token = Joules(p.power->value() / p.tokens.value());
}

}  // namespace

std::string_view to_string(OfflineFamily family) {
  constexpr std::string_view names[] = {"convolution", "encoder", "diffusion", "recommender", "language"};
  return names[static_cast<std::size_t>(family)];
}
std::string_view to_string(OfflineLimit limit) {
  constexpr std::string_view names[] = {"compute", "power limit", "memory bandwidth", "network", "overhead"};
  return names[static_cast<std::size_t>(limit)];
}
std::string_view to_string(HostClass host) {
  constexpr std::string_view names[] = {"module", "edge", "server", "accelerator"};
  return names[static_cast<std::size_t>(host)];
}

OfflineFamily offline_family(const Model& model) {
  if (std::holds_alternative<ConvNet>(model.architecture)) return OfflineFamily::convolution;
  if (std::holds_alternative<UNet>(model.architecture)) return OfflineFamily::diffusion;
  if (std::holds_alternative<Recommender>(model.architecture)) return OfflineFamily::recommender;
  return generates(model) ? OfflineFamily::language : OfflineFamily::encoder;
}

HostClass host_class(const Hardware& hardware, unsigned devices) {
  if (hardware.tier == "edge") return HostClass::module;
  if (hardware.tier == "workstation") return HostClass::edge;
  if (hardware.tdp && hardware.tdp->value >= Watts(500) && devices >= 4) return HostClass::accelerator;
  return HostClass::server;
}

Result<OfflinePrediction> predict_offline(const Model& model, const Hardware& hardware,
                                          const OfflineWorkload& workload,
                                          const OfflineCoefficients& coefficients) {
  const std::string generation = coefficients.generation(hardware);
  RIDGELINE_TRY(c, engine::make_offline_case(model, hardware, workload, generation));
  const engine::OfflineTimes t = engine::offline_times(c, factors_of(c, coefficients));
  OfflinePrediction p;
  p.family = c.family;
  p.time = Seconds(t.total());
  p.samples = Hertz(1 / t.total());
  if (c.family == OfflineFamily::language) p.tokens = p.samples * workload.output_tokens;
  p.compute = Seconds(t.compute);
  p.memory = Seconds(t.memory);
  p.network = Seconds(t.network);
  p.overhead = Seconds(t.overhead);
  p.clock_share = t.clock_share;
  p.limit = limit_of(t);
  p.flops = Flops(t.flops);
  p.bytes = Bytes(t.bytes);
  p.mfu = t.flops / t.total() / c.peak;
  p.devices = t.devices;
  p.batch = t.batch;
  p.dynamic_power = Watts(t.dynamic_power);
  p.power_use = t.power_use;
  const Basis basis = basis_of(generation, workload, coefficients);
  p.basis = basis.text;
  p.samples_interval = engine::interval_90(p.samples, basis.spread);
  add_power(p, hardware, workload, coefficients);
  p.inputs = inputs_of(model, hardware, c, workload, coefficients);
  return p;
}

Result<SystemPower> system_power(const Hardware& hardware, const OfflineWorkload& workload,
                                 const OfflinePrediction& prediction, unsigned devices, HostClass host,
                                 const OfflineCoefficients& coefficients) {
  if (!hardware.tdp) return bad_input(hardware.id + ": its TDP is not known, so nor is its power");
  if (devices == 0) return bad_input("a system has at least one device");
  SystemPower system;
  system.host = host;
  const Watts tdp = workload.power_limit.value_or(hardware.tdp->value);
  const double cooling = host == HostClass::module ? 0 : coefficients.value("wall.cooling");
  const Watts device = device_power(hardware, workload, prediction.power_use, coefficients);
  system.watts = Watts(coefficients.value(fmt::format("wall.{}", to_string(host)))) +
                 (tdp * cooling + device * coefficients.value("wall.device")) * devices;
  system.interval = engine::interval_90(system.watts, coefficients.power_spread);
  return system;
}

}  // namespace ridgeline
