#include <algorithm>
#include <cassert>

#include "ridgeline/offline.h"

namespace ridgeline {
namespace {

// Prior medians and spreads are what is known of such systems before any result; docs/offline.md, Priors.
const std::vector<OfflineCoefficientKind> kinds = {
    {"efficiency.convolution", "share of peak", "convolutions at 8 bit, all generations", 0.45, 1},
    {"efficiency.product", "share of peak", "matrix products at 8 bit, all generations", 0.55, 1},
    {"efficiency.attention", "share of the 16-bit peak", "attention, all generations", 0.3, 0.5},
    {"efficiency.recommender", "share of peak", "perceptrons of recommenders, all generations", 0.3, 1},
    {"generation.", "factor", "on every efficiency of a generation", 1, 0.3},
    {"family.", "factor", "on the efficiencies of one family of models on one generation", 1, 0.2},
    {"workload.", "factor", "on the efficiencies of one workload against its family", 1, 0.3},
    {"software.", "factor", "on a workload's efficiencies in an early round, against the newest", 0.82, 0.4},
    {"format.narrow", "factor", "on efficiencies in 4 bit", 1, 0.4},
    {"format.wide", "factor", "on efficiencies in 16 bit", 1, 0.2},
    {"memory", "share of bandwidth", "main memory", 0.8, 0.1},
    {"cache_time", "s", "of traffic on the chip at which half the traffic stays there", 60e-6, 0.7},
    {"activation_traffic", "share", "of the activations of recommenders, what leaves the chip", 0.4, 0.4},
    {"link.fast", "share of bandwidth", "collectives over links beyond 65 GB/s", 0.5, 0.3},
    {"link.host", "share of bandwidth", "collectives over PCIe", 0.4, 0.4},
    {"token_time", "s", "a generated token: sampling, scheduling", 5e-6, 0.7},
    {"energy.operation", "J/FLOP", "dynamic, at 8 bit and full clocks, all generations", 0.45e-12, 0.5},
    {"energy.generation.", "factor", "on energy.operation", 1, 0.6},
    {"energy.generation.turing", "factor", "on energy.operation: 12 nm", 3, 0.6},
    {"energy.generation.ampere", "factor", "on energy.operation: 7 nm", 2, 0.6},
    {"energy.generation.ga10x", "factor", "on energy.operation: 8 nm", 2.5, 0.6},
    {"energy.generation.orin", "factor", "on energy.operation: 8 nm", 2, 0.6},
    {"energy.format", "exponent", "of energy.operation in the bytes of a value", 0.8, 0.4},
    {"energy.byte", "J/B", "dynamic, main memory", 40e-12, 0.5},
    {"power.exponent", "exponent", "of dynamic power in the clock", 2, 0.3},
    {"power.static", "share of TDP", "power that no work is needed for", 0.15, 0.3},
    {"power.saving", "share of TDP", "power limit when clocks are turned down to save energy", 0.6, 0.2},
    {"power.saving.orin", "share of TDP", "the same of Jetson Orin", 0.4, 0.3},
    {"power.saving.qaic", "share of TDP", "the same of Cloud AI 100 (EE)", 0.8, 0.2},
    {"wall.module", "W", "around the devices: a module's carrier board", 5, 1},
    {"wall.edge", "W", "around the devices: an edge box or workstation", 100, 0.7},
    {"wall.server", "W", "around the devices: a server with cards", 250, 0.5},
    {"wall.accelerator", "W", "around the devices: a server for a board of accelerators", 1500, 0.4},
    {"wall.cooling", "W per W of TDP", "fans and conversion that follow the devices' TDP", 0.1, 0.7},
    {"wall.device", "W per W", "at the wall for one that a device draws", 1.08, 0.05},
    {"wall.depth", "share", "of a device's limit that idle arithmetic saves", 0.3, 0.5},
    {"wall.saving", "share of TDP", "mean device power limit in runs that save energy", 0.6, 0.2},
    {"wall.saving.orin", "share of TDP", "the same of Jetson Orin", 0.35, 0.3},
    {"wall.saving.qaic", "share of TDP", "the same of Cloud AI 100 (EE)", 0.7, 0.3},
    {"wall.unknown_use", "share", "power use of workloads without a model", 0.7, 0.3},
};

bool covers(const OfflineCoefficientKind& kind, std::string_view name) {
  if (kind.name.back() == '.')
    return name.size() > kind.name.size() && name.substr(0, kind.name.size()) == kind.name;
  return name == kind.name;
}

}  // namespace

const std::vector<OfflineCoefficientKind>& offline_coefficient_kinds() { return kinds; }

const OfflineCoefficientKind* offline_coefficient_kind(std::string_view name) {
  const OfflineCoefficientKind* best = nullptr;
  for (const OfflineCoefficientKind& kind : kinds) {
    if (covers(kind, name) && (!best || kind.name.size() > best->name.size())) best = &kind;
  }
  return best;
}

const OfflineCoefficient* OfflineCoefficients::find(std::string_view name) const {
  const auto at =
      std::lower_bound(all.begin(), all.end(), name,
                       [](const auto& coefficient, const auto& key) { return coefficient.name < key; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

double OfflineCoefficients::value(std::string_view name) const {
  if (const OfflineCoefficient* found = find(name)) return found->value;
  const OfflineCoefficientKind* kind = offline_coefficient_kind(name);
  assert(kind);
  // An early round whose software had no factor of its own ran as the newest does.
  return kind->name == "software." ? 1 : kind->prior;
}

std::string OfflineCoefficients::generation(const Hardware& hardware) const {
  const auto at = shared.find(hardware.generation);
  return at == shared.end() ? hardware.generation : at->second;
}

}  // namespace ridgeline
