#include "explain/setup.h"

#include <algorithm>
#include <array>
#include <set>

namespace ridgeline::explain {
namespace {

/// Formats that predict() needs a peak for.
std::set<Precision> formats_of(const PrecisionPlan& plan) {
  std::set<Precision> formats{plan.compute(), plan.attention.value_or(plan.activations)};
  for (const auto& weights : {plan.experts, plan.attention, plan.head}) {
    if (weights) formats.insert(plan.compute(*weights));
  }
  return formats;
}

std::optional<FlopsPerSecond> peak_at(const Hardware& hardware, Precision format) {
  const auto found = hardware.peak.find(compute_format(format));
  if (found == hardware.peak.end()) return std::nullopt;
  return found->second.value;
}

bool peaks_differ(const Setup& a, const Setup& b) {
  std::set<Precision> formats = formats_of(a.precision);
  formats.merge(formats_of(b.precision));
  return std::any_of(formats.begin(), formats.end(), [&](Precision format) {
    return peak_at(a.hardware, format) != peak_at(b.hardware, format);
  });
}

template <class Q>
std::optional<Q> value_of(const std::optional<Sourced<Q>>& sourced) {
  if (!sourced) return std::nullopt;
  return sourced->value;
}

/// Capacities and bandwidths of the caches that bound something.
std::vector<std::pair<double, double>> caches_of(const Hardware& hardware) {
  std::vector<std::pair<double, double>> caches;
  for (const MemoryLevel& cache : hardware.caches) {
    if (cache.capacity && cache.bandwidth)
      caches.emplace_back(cache.capacity->value.value(), cache.bandwidth->value.value());
  }
  return caches;
}

bool links_differ(const Hardware& a, const Hardware& b) {
  const auto same = [](const Link& x, const Link& y) {
    return x.name == y.name && x.bandwidth.value == y.bandwidth.value && x.domain == y.domain;
  };
  return !std::equal(a.links.begin(), a.links.end(), b.links.begin(), b.links.end(), same);
}

FieldMask changed_calibration(const Calibration& a, const Calibration& b, bool many_devices) {
  if ((a.kind == CalibrationKind::textbook) != (b.kind == CalibrationKind::textbook))
    return calibration_fields;
  FieldMask changed = 0;
  if (a.compute_efficiency != b.compute_efficiency || a.narrow_efficiency != b.narrow_efficiency ||
      a.padding_rows != b.padding_rows || a.gemm_half_rows != b.gemm_half_rows ||
      a.gemm_few_rows != b.gemm_few_rows || a.gemm_few_share != b.gemm_few_share)
    changed |= compute_efficiency;
  if (a.memory_efficiency != b.memory_efficiency || a.memory_share != b.memory_share)
    changed |= memory_efficiency;
  if (many_devices &&
      (a.hop != b.hop || a.remote_hop != b.remote_hop || a.link_efficiency != b.link_efficiency ||
       a.remote_link_efficiency != b.remote_link_efficiency))
    changed |= network_efficiency;
  if (a.launch != b.launch || a.per_layer != b.per_layer || a.per_expert_layer != b.per_expert_layer ||
      a.per_step != b.per_step || a.per_sequence != b.per_sequence || a.overlap != b.overlap)
    changed |= overheads;
  return changed;
}

bool same_plan(const PrecisionPlan& a, const PrecisionPlan& b) {
  return a.weights == b.weights && a.activations == b.activations && a.kv_cache == b.kv_cache &&
         a.experts == b.experts && a.attention == b.attention && a.head == b.head && a.products == b.products;
}

FieldMask changed_shape(const StepShape& a, const StepShape& b) {
  if (a.groups.size() != b.groups.size()) return shape;
  FieldMask changed = 0;
  for (std::size_t i = 0; i < a.groups.size(); ++i) {
    if (a.groups[i].sequences != b.groups[i].sequences) changed |= batch;
    if (a.groups[i].past_tokens != b.groups[i].past_tokens) changed |= context;
    if (a.groups[i].new_tokens != b.groups[i].new_tokens) changed |= tokens;
  }
  return changed;
}

}  // namespace

void mix_calibration(Calibration& c, const Calibration& from, FieldMask taken) {
  if ((taken & calibration_kind) != 0) c.kind = from.kind;
  if ((taken & compute_efficiency) != 0) {
    c.compute_efficiency = from.compute_efficiency;
    c.narrow_efficiency = from.narrow_efficiency;
    c.padding_rows = from.padding_rows;
    c.gemm_half_rows = from.gemm_half_rows;
    c.gemm_few_rows = from.gemm_few_rows;
    c.gemm_few_share = from.gemm_few_share;
  }
  if ((taken & memory_efficiency) != 0) {
    c.memory_efficiency = from.memory_efficiency;
    c.memory_share = from.memory_share;
  }
  if ((taken & network_efficiency) != 0) {
    c.hop = from.hop;
    c.remote_hop = from.remote_hop;
    c.link_efficiency = from.link_efficiency;
    c.remote_link_efficiency = from.remote_link_efficiency;
  }
  if ((taken & overheads) != 0) {
    c.launch = from.launch;
    c.per_layer = from.per_layer;
    c.per_expert_layer = from.per_expert_layer;
    c.per_step = from.per_step;
    c.per_sequence = from.per_sequence;
    c.overlap = from.overlap;
  }
}

void mix_hardware(Hardware& hardware, const Hardware& from, FieldMask taken) {
  if ((taken & peak) != 0) hardware.peak = from.peak;
  if ((taken & bandwidth) != 0) {
    hardware.memory.name = from.memory.name;
    hardware.memory.bandwidth = from.memory.bandwidth;
    hardware.caches = from.caches;
  }
  if ((taken & capacity) != 0) hardware.memory.capacity = from.memory.capacity;
  if ((taken & interconnect) != 0) hardware.links = from.links;
  if ((taken & power) != 0) hardware.tdp = from.tdp;
  if ((taken & price) != 0) hardware.price = from.price;
}

void mix_shape(StepShape& step, const StepShape& from, FieldMask taken) {
  if ((taken & shape) != 0) step = from;
  if ((taken & (batch | context | tokens)) == 0) return;
  for (std::size_t i = 0; i < step.groups.size(); ++i) {
    if ((taken & batch) != 0) step.groups[i].sequences = from.groups[i].sequences;
    if ((taken & context) != 0) step.groups[i].past_tokens = from.groups[i].past_tokens;
    if ((taken & tokens) != 0) step.groups[i].new_tokens = from.groups[i].new_tokens;
  }
}

FieldMask changed_fields(const Setup& a, const Setup& b) {
  const bool many_devices = a.parallelism.devices() > 1 || b.parallelism.devices() > 1;
  FieldMask changed =
      changed_calibration(a.calibration, b.calibration, many_devices) | changed_shape(a.shape, b.shape);
  if (peaks_differ(a, b)) changed |= peak;
  if (value_of(a.hardware.memory.bandwidth) != value_of(b.hardware.memory.bandwidth) ||
      caches_of(a.hardware) != caches_of(b.hardware))
    changed |= bandwidth;
  if (value_of(a.hardware.memory.capacity) != value_of(b.hardware.memory.capacity)) changed |= capacity;
  if (many_devices && links_differ(a.hardware, b.hardware)) changed |= interconnect;
  if (!same_plan(a.precision, b.precision)) changed |= precision;
  if (a.model.id != b.model.id) changed |= model;
  if (!(a.parallelism == b.parallelism)) changed |= parallelism;
  if (value_of(a.hardware.tdp) != value_of(b.hardware.tdp)) changed |= power;
  if (value_of(a.hardware.price) != value_of(b.hardware.price) || a.price_per_hour != b.price_per_hour)
    changed |= price;
  return changed;
}

Setup mixed(const Setup& baseline, const Setup& proposal, FieldMask from_proposal) {
  Setup setup = baseline;
  mix_hardware(setup.hardware, proposal.hardware, from_proposal);
  mix_calibration(setup.calibration, proposal.calibration, from_proposal);
  mix_shape(setup.shape, proposal.shape, from_proposal);
  if ((from_proposal & precision) != 0) setup.precision = proposal.precision;
  if ((from_proposal & model) != 0) setup.model = proposal.model;
  if ((from_proposal & parallelism) != 0) setup.parallelism = proposal.parallelism;
  if ((from_proposal & price) != 0) setup.price_per_hour = proposal.price_per_hour;
  return setup;
}

std::string name_of(FieldMask mask) {
  static constexpr std::array<std::string_view, fields> names{"peak FLOP/s",
                                                              "memory bandwidth",
                                                              "memory capacity",
                                                              "interconnect",
                                                              "compute efficiency",
                                                              "memory efficiency",
                                                              "network efficiency",
                                                              "overheads",
                                                              "",
                                                              "precision",
                                                              "model",
                                                              "batch",
                                                              "context",
                                                              "tokens",
                                                              "step shape",
                                                              "parallelism",
                                                              "power",
                                                              "price"};
  std::string name;
  const auto add = [&](std::string_view part) {
    if (!name.empty()) name += " and ";
    name += part;
  };
  const bool whole_calibration = (mask & calibration_kind) != 0;
  for (unsigned i = 0; i < fields; ++i) {
    const FieldMask field = 1U << i;
    if ((mask & field) == 0 || (whole_calibration && (field & calibration_fields & ~calibration_kind) != 0))
      continue;
    add(field == calibration_kind ? "calibration" : names[i]);
  }
  return name;
}

}  // namespace ridgeline::explain
