#include "explain/attribution.h"

#include <algorithm>
#include <array>

#include "explain/sentences.h"
#include "explain/shapley.h"

namespace ridgeline::explain {
namespace {

bool same_formats(const PrecisionPlan& a, const PrecisionPlan& b) {
  return a.weights == b.weights && a.activations == b.activations && a.kv_cache == b.kv_cache;
}

double efficiency_of(const Profile& profile, OpClass kind) {
  return profile.calibration.compute_efficiency[static_cast<std::size_t>(kind)];
}

/// A kind of input: what to call it, and its place in a Mix.
struct Factor {
  std::string name;
  Side Mix::* input;
};

bool bandwidth_changed(const Profile& a, const Profile& b) {
  if (a.bandwidth != b.bandwidth) return true;
  for (std::size_t i = 0; i < a.ops.size(); ++i) {
    const Seconds mine = a.ops[i].memory * a.calibration.memory_efficiency_of(a.ops[i].kind);
    const Seconds other = b.ops[i].memory * b.calibration.memory_efficiency_of(b.ops[i].kind);
    if (mine != other) return true;
  }
  return false;
}

std::vector<Factor> changed_factors(const Profile& a, const Profile& b) {
  const bool formats = same_formats(a.precision, b.precision);
  std::vector<Factor> factors;
  if (a.peak != b.peak) {
    factors.push_back({formats ? "peak FLOP/s" : "peak FLOP/s at the precision", &Mix::peak});
  }
  if (a.calibration.compute_efficiency != b.calibration.compute_efficiency) {
    factors.push_back({"compute efficiency", &Mix::compute_efficiency});
  }
  if (bandwidth_changed(a, b)) {
    factors.push_back({formats ? "memory bandwidth" : "bytes moved and memory bandwidth", &Mix::bandwidth});
  }
  if (a.calibration.memory_efficiency != b.calibration.memory_efficiency ||
      a.calibration.memory_share != b.calibration.memory_share) {
    factors.push_back({"memory efficiency", &Mix::memory_efficiency});
  }
  if (a.network != b.network) factors.push_back({"network", &Mix::network});
  if (a.overhead != b.overhead || a.calibration.overlap != b.calibration.overlap)
    factors.push_back({"overheads", &Mix::overhead});
  return factors;
}

std::string residual_name(const Profile& a, const Profile& b) {
  std::string name = "calibration";
  if (a.hardware != b.hardware) name += " and hardware";
  if (!same_formats(a.precision, b.precision)) name += " and precision";
  return name;
}

Mix mix_of(const std::vector<Factor>& factors, std::size_t from_proposal) {
  Mix mix;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if ((from_proposal >> i) & 1U) mix.*(factors[i].input) = Side::proposal;
  }
  return mix;
}

}  // namespace

bool same_operators(const Profile& a, const Profile& b) {
  return a.ops.size() == b.ops.size() &&
         std::equal(a.ops.begin(), a.ops.end(), b.ops.begin(), [](const OpTime& x, const OpTime& y) {
           return x.name == y.name && x.kind == y.kind && x.count == y.count && x.flops == y.flops;
         });
}

Seconds latency_of(const Mix& mix, const Profile& baseline, const Profile& proposal) {
  const auto pick = [&](Side side) -> const Profile& { return side == Side::baseline ? baseline : proposal; };
  const Profile& peak = pick(mix.peak);
  const Profile& bandwidth = pick(mix.bandwidth);
  const Profile& network = pick(mix.network);
  const Overlap overlap = pick(mix.overhead).calibration.overlap;
  Seconds sum{};
  for (std::size_t i = 0; i < baseline.ops.size(); ++i) {
    const OpClass kind = baseline.ops[i].kind;
    const double compute_scale =
        efficiency_of(peak, kind) / efficiency_of(pick(mix.compute_efficiency), kind);
    const double memory_scale = bandwidth.calibration.memory_efficiency_of(kind) /
                                pick(mix.memory_efficiency).calibration.memory_efficiency_of(kind);
    sum += overlapped(peak.ops[i].compute * compute_scale, bandwidth.ops[i].memory * memory_scale, overlap) +
           network.ops[i].network;
  }
  return sum + pick(mix.overhead).overhead;
}

bool no_slower_with_baseline(Side Mix::* input, const Profile& baseline, const Profile& proposal) {
  if (!same_operators(baseline, proposal)) return false;
  Mix mix{Side::proposal, Side::proposal, Side::proposal, Side::proposal, Side::proposal, Side::proposal};
  mix.*input = Side::baseline;
  return alike(latency_of(mix, baseline, proposal).value(), proposal.latency.value());
}

std::vector<DifferencePart> attribute(const Profile& baseline, const Profile& proposal) {
  const Seconds difference = baseline.latency - proposal.latency;
  if (!same_operators(baseline, proposal)) return {{residual_name(baseline, proposal), difference}};

  const std::vector<Factor> factors = changed_factors(baseline, proposal);
  const auto gained = [&](std::uint32_t set) {
    return -latency_of(mix_of(factors, set), baseline, proposal).value();
  };
  std::vector<DifferencePart> parts;
  for (const Share& share : shapley(static_cast<unsigned>(factors.size()), gained)) {
    parts.push_back({factors[parts.size()].name, Seconds(share.value)});
  }
  return parts;
}

}  // namespace ridgeline::explain
