#include "explain/sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "base/text.h"

namespace ridgeline::explain {
namespace {

/// One resource of the two, as a story about it needs to see it.
struct Resource {
  std::string quantity;    ///< "HBM bandwidth": what its ratio is of
  std::string short_name;  ///< "bandwidth"
  std::string use;         ///< "Memory traffic"
  double ratio;            ///< of the hardware, proposal over baseline
  Seconds before, after;   ///< time on this resource alone
  bool binds;              ///< nearly all time but the overhead is in operators that it binds, on both sides
};

bool binds_nearly_all(Seconds bound, const Profile& p) { return bound > (p.latency - p.overhead) * 0.95; }

/// The name of a memory as its catalog entry has it, where both sides agree.
std::string memory_quantity(const Profile& a, const Profile& b) {
  const auto is_hbm = [](const std::string& name) { return to_lower(name).find("hbm") != std::string::npos; };
  if (is_hbm(a.memory_name) && is_hbm(b.memory_name)) return "HBM bandwidth";
  if (a.memory_name == b.memory_name && !a.memory_name.empty()) return a.memory_name + " bandwidth";
  return "memory bandwidth";
}

Resource memory_of(const ProfileDifference& d) {
  const Profile &a = d.baseline, &b = d.proposal;
  const bool binds = binds_nearly_all(a.bound_memory, a) && binds_nearly_all(b.bound_memory, b);
  return {memory_quantity(a, b), "bandwidth", "Memory traffic", d.bandwidth_ratio, a.memory, b.memory, binds};
}
Resource compute_of(const ProfileDifference& d) {
  const Profile &a = d.baseline, &b = d.proposal;
  const bool binds = binds_nearly_all(a.bound_compute, a) && binds_nearly_all(b.bound_compute, b);
  return {"peak compute capacity (FLOP/s)", "peak", "Compute", d.peak_ratio, a.compute, b.compute, binds};
}

std::string overhead_shares(const ProfileDifference& d) {
  return fmt::format("{} of the baseline, {} of the proposal",
                     percent(d.baseline.overhead / d.baseline.latency),
                     percent(d.proposal.overhead / d.proposal.latency));
}

/// "memory bandwidth 3.08 ms, overheads 0 s": the parts, largest first.
std::string list_of_parts(const ProfileDifference& d) {
  std::vector<DifferencePart> parts = d.parts;
  std::stable_sort(parts.begin(), parts.end(), [](const DifferencePart& a, const DifferencePart& b) {
    return std::abs(a.seconds.value()) > std::abs(b.seconds.value());
  });
  std::string list;
  for (const DifferencePart& part : parts) {
    if (!list.empty()) list += ", ";
    // A share that is rounding of a sum of latencies is nothing.
    const bool nothing = std::abs(part.seconds / d.baseline.latency) < 1e-9;
    list += fmt::format("{} {}", part.factor, show(nothing ? Seconds(0) : part.seconds));
  }
  return list;
}

/// What a reader must know when the speedup is not the ratio that the story names.
std::string qualify(const ProfileDifference& d, const Resource& bound) {
  if (alike(d.speedup, bound.ratio)) return "";
  const Profile& a = d.baseline;
  const Profile& b = d.proposal;
  const double without_overhead = (a.latency - a.overhead) / (b.latency - b.overhead);
  if (alike(without_overhead, bound.ratio) && d.speedup < bound.ratio) {
    return fmt::format("The {} ratio is {}; the fixed overhead ({}) is what holds the speedup at {}.",
                       bound.short_name, times(bound.ratio), overhead_shares(d), times(d.speedup));
  }
  return fmt::format("The {} ratio is {}. Of the {} gained: {}.", bound.short_name, times(bound.ratio),
                     show(d.difference), list_of_parts(d));
}

/// Both sides bound by the same resource; `other` is the one that does not bind.
std::vector<std::string> same_regime(const ProfileDifference& d, const Resource& bound,
                                     std::string_view unused_other) {
  std::string story = fmt::format("The workload remained {}.", to_string(d.proposal.regime));
  const bool ratio_rules =
      bound.binds && bound.ratio > 1 + same && alike(bound.before / bound.after, bound.ratio);
  if (ratio_rules) {
    story +=
        fmt::format(" The speedup is constrained strictly by the ratio of {} between the two configurations.",
                    bound.quantity);
  } else {
    story += fmt::format(" {} alone takes {} in the baseline and {} in the proposal.", bound.use,
                         show(bound.before), show(bound.after));
  }
  if (!unused_other.empty()) story += fmt::format(" {}", unused_other);
  std::vector<std::string> analysis{story};
  if (!alike(d.baseline.bytes.value(), d.proposal.bytes.value())) {
    analysis.push_back(fmt::format("The proposal moves {} {}, the baseline {}.", show(d.proposal.bytes),
                                   d.work.per_pass() ? "a step" : "per " + d.work.unit,
                                   show(d.baseline.bytes)));
  }
  if (std::string line = qualify(d, bound); !line.empty()) analysis.push_back(std::move(line));
  return analysis;
}

std::vector<std::string> both_memory_bound(const ProfileDifference& d, const Unused& unused) {
  return same_regime(
      d, memory_of(d),
      unused.peak ? "Any additional compute capacity (FLOP/s) in the proposal was left unutilized." : "");
}

std::vector<std::string> both_compute_bound(const ProfileDifference& d, const Unused& unused) {
  return same_regime(
      d, compute_of(d),
      unused.bandwidth ? "Any additional memory bandwidth in the proposal was left unutilized." : "");
}

std::string resource_times(const Profile& p) {
  return fmt::format("compute alone takes {} and memory traffic alone {}", show(p.compute), show(p.memory));
}

std::string shift(const ProfileDifference& d) {
  return fmt::format("The workload shifted from {} to {}: in the baseline {}; in the proposal {}.",
                     to_string(d.baseline.regime), to_string(d.proposal.regime), resource_times(d.baseline),
                     resource_times(d.proposal));
}

std::string sum_of_parts(const ProfileDifference& d) {
  if (d.parts.empty()) return "";
  const bool gained = d.difference > Seconds(0);
  if (gained) return fmt::format("Of the {} gained: {}.", show(d.difference), list_of_parts(d));
  return fmt::format("Of the {} lost (minus is a loss): {}.", show(-d.difference), list_of_parts(d));
}

std::vector<std::string> with_parts(const ProfileDifference& d, std::string story) {
  std::vector<std::string> analysis{std::move(story)};
  if (std::string parts = sum_of_parts(d); !parts.empty()) analysis.push_back(std::move(parts));
  return analysis;
}

std::vector<std::string> regime_shift(const ProfileDifference& d) {
  const bool to_compute = d.proposal.regime == Regime::compute_bound;
  return with_parts(d, shift(d) + (to_compute ? " Peak compute capacity (FLOP/s) is now the larger limit."
                                              : " Memory bandwidth is now the larger limit."));
}

std::string regimes(const ProfileDifference& d) {
  if (d.baseline.regime == d.proposal.regime)
    return fmt::format("The workload remained {}.", to_string(d.proposal.regime));
  return fmt::format("The workload shifted from {} to {}.", to_string(d.baseline.regime),
                     to_string(d.proposal.regime));
}

std::vector<std::string> network_dominated(const ProfileDifference& d) {
  return with_parts(d,
                    regimes(d) + fmt::format(" Collectives between the devices are {} of the baseline, {} of "
                                             "the proposal.",
                                             percent(d.baseline.network / d.baseline.latency),
                                             percent(d.proposal.network / d.proposal.latency)));
}

std::vector<std::string> overhead_dominated(const ProfileDifference& d) {
  std::string story = regimes(d);
  story += fmt::format(
      " Fixed overheads are {}; with infinitely fast compute and memory the proposal would still take {}.",
      overhead_shares(d), show(d.proposal.overhead + d.proposal.network));
  return with_parts(d, std::move(story));
}

std::vector<std::string> slower(const ProfileDifference& d) {
  std::string story = fmt::format("The proposal is slower: {} against {}.", show(d.proposal.latency),
                                  show(d.baseline.latency));
  if (d.baseline.regime == d.proposal.regime) {
    story += fmt::format(" The workload remained {}.", to_string(d.proposal.regime));
  } else {
    story += ' ' + shift(d);
  }
  return with_parts(d, std::move(story));
}

std::vector<std::string> equal(const ProfileDifference& d, const Unused& unused) {
  std::string story = fmt::format("Both configurations take the same time within rounding: {} and {}.",
                                  show(d.baseline.latency), show(d.proposal.latency));
  if (unused.peak) {
    story += " The additional compute capacity (FLOP/s) in the proposal was left unutilized.";
  }
  if (unused.bandwidth) {
    story += " The additional memory bandwidth in the proposal was left unutilized.";
  }
  return {story};
}

std::string does_not_fit(std::string_view who, const Profile& p) {
  const Footprint& need = p.footprint;
  return fmt::format(
      "The {} does not fit: it needs {} (weights {}, KV cache {}, activations {}) and {} has {}: "
      "{} are missing.",
      who, show(need.total()), show(need.weights), show(need.kv_cache), show(need.activations), p.hardware,
      show(need.capacity), show(need.total() - need.capacity));
}

std::vector<std::string> infeasible_story(const ProfileDifference& d) {
  std::vector<std::string> analysis;
  if (!d.baseline.footprint.fits()) analysis.push_back(does_not_fit("baseline", d.baseline));
  if (!d.proposal.footprint.fits()) analysis.push_back(does_not_fit("proposal", d.proposal));
  const bool many = d.baseline.parallelism.devices() > 1 || d.proposal.parallelism.devices() > 1;
  analysis.emplace_back(
      many ? "What does not fit on its devices does not run on them, so there is no speedup to explain."
           : "What does not fit on one device does not run on it, so there is no speedup to explain.");
  return analysis;
}

}  // namespace

std::string times(double ratio) { return fmt::format("{:.2f}x", ratio); }

std::string percent(double share) {
  if (share > 0 && share < 0.005) return "under 1 %";
  return fmt::format("{:.0f} %", share * 100);
}

bool alike(double a, double b) { return std::abs(a / b - 1) < same; }

std::vector<std::string> analyse(const ProfileDifference& d, const Unused& unused) {
  switch (d.kind) {
    case DifferenceCase::both_memory_bound:
      return both_memory_bound(d, unused);
    case DifferenceCase::both_compute_bound:
      return both_compute_bound(d, unused);
    case DifferenceCase::memory_to_compute:
    case DifferenceCase::compute_to_memory:
      return regime_shift(d);
    case DifferenceCase::overhead_dominated:
      return overhead_dominated(d);
    case DifferenceCase::network_dominated:
      return network_dominated(d);
    case DifferenceCase::slower:
      return slower(d);
    case DifferenceCase::equal:
      return equal(d, unused);
    case DifferenceCase::infeasible:
      return infeasible_story(d);
  }
  return {};
}

}  // namespace ridgeline::explain
