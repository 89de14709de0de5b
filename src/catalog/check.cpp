#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "base/text.h"
#include "ridgeline/catalog.h"

namespace ridgeline {

namespace {

using Findings = std::vector<std::string>;
using Peaks = std::map<Precision, Sourced<FlopsPerSecond>>;

std::optional<FlopsPerSecond> peak_of(const Peaks& peaks, Precision format) {
  const auto found = peaks.find(format);
  if (found == peaks.end()) return std::nullopt;
  return found->second.value;
}

/// No machine computes slower in the narrower format; one that seems to mixes up units or sparsity.
void check_order(const Hardware& hardware, Findings& findings) {
  using P = Precision;
  static constexpr std::pair<P, P> wide_and_narrow[] = {
      {P::fp64, P::fp32}, {P::fp32, P::tf32}, {P::tf32, P::bf16}, {P::tf32, P::fp16}, {P::fp32, P::fp16},
      {P::fp32, P::bf16}, {P::fp16, P::fp8},  {P::bf16, P::fp8},  {P::fp8, P::fp4},   {P::int8, P::int4},
  };
  for (const auto& [wide, narrow] : wide_and_narrow) {
    const auto slow = peak_of(hardware.peak, wide), fast = peak_of(hardware.peak, narrow);
    if (slow && fast && *fast < *slow)
      findings.push_back(fmt::format("{}: peak.{} of {} is below peak.{} of {}", hardware.id,
                                     to_string(narrow), show(*fast), to_string(wide), show(*slow)));
  }
}

/// Of four values two may be zero (twice the rate), of sixteen twelve (four times): more is a mix-up.
void check_sparse(const Hardware& hardware, Findings& findings) {
  for (const auto& [format, sparse] : hardware.peak_sparse) {
    const auto dense = peak_of(hardware.peak, format);
    if (!dense) {
      findings.push_back(
          fmt::format("{}: peak_sparse.{} has no dense peak beside it", hardware.id, to_string(format)));
      continue;
    }
    const double ratio = sparse.value / *dense;
    if (ratio < 1 || ratio > 4)
      findings.push_back(fmt::format("{}: peak_sparse.{} is {:.2f} times the dense peak; expected 1 to 4",
                                     hardware.id, to_string(format), ratio));
  }
}

void check_memory(const Hardware& hardware, Findings& findings) {
  for (const MemoryLevel& cache : hardware.caches) {
    if (cache.capacity && cache.capacity->value >= hardware.memory.capacity->value)
      findings.push_back(fmt::format("{}: cache {} is no smaller than the memory", hardware.id, cache.name));
    if (cache.bandwidth && cache.bandwidth->value < hardware.memory.bandwidth->value)
      findings.push_back(fmt::format("{}: cache {} is slower than the memory", hardware.id, cache.name));
  }
  for (const Link& link : hardware.links) {
    if (link.bandwidth.value > hardware.memory.bandwidth->value)
      findings.push_back(fmt::format("{}: link {} at {} is faster than the memory behind it", hardware.id,
                                     link.name, show(link.bandwidth.value)));
  }
}

void check_parameters(const Model& model, Findings& findings) {
  if (!model.published_parameters) return;
  const double published = model.published_parameters->value, implied = count_parameters(model).total;
  const double error = implied / published - 1;
  if (std::fabs(error) > 0.02)
    findings.push_back(
        fmt::format("{}: the architecture implies {} parameters, {:+.1f} % off the published {}", model.id,
                    si(implied, ""), 100 * error, si(published, "")));
}

}  // namespace

std::vector<std::string> check(const Catalog& catalog) {
  Findings findings;
  for (const Hardware& hardware : catalog.all_hardware()) {
    check_order(hardware, findings);
    check_sparse(hardware, findings);
    check_memory(hardware, findings);
  }
  for (const Model& model : catalog.all_models()) check_parameters(model, findings);
  return findings;
}

}  // namespace ridgeline
