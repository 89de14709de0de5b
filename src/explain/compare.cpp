#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "explain/attribution.h"
#include "explain/sentences.h"
#include "ridgeline/explanation.h"

namespace ridgeline {
namespace {

bool same_shape(const StepShape& a, const StepShape& b) {
  return std::equal(a.groups.begin(), a.groups.end(), b.groups.begin(), b.groups.end(),
                    [](const SequenceGroup& x, const SequenceGroup& y) {
                      return x.sequences == y.sequences && x.new_tokens == y.new_tokens &&
                             x.past_tokens == y.past_tokens;
                    });
}

std::string describe(const StepShape& shape) {
  std::string text;
  for (const SequenceGroup& group : shape.groups) {
    text += fmt::format("{}{} x {} after {}", text.empty() ? "" : " + ", group.sequences, group.new_tokens,
                        group.past_tokens);
  }
  return text;
}

DifferenceCase case_of(const ProfileDifference& d) {
  const Regime from = d.baseline.regime, to = d.proposal.regime;
  if (!d.baseline.footprint.fits() || !d.proposal.footprint.fits()) return DifferenceCase::infeasible;
  // Equal is what would print as 1.00x.
  if (d.speedup > 0.995 && d.speedup < 1.005) return DifferenceCase::equal;
  if (d.speedup < 1) return DifferenceCase::slower;
  if (from == Regime::overhead_bound || to == Regime::overhead_bound)
    return DifferenceCase::overhead_dominated;
  if (from == Regime::network_bound || to == Regime::network_bound) return DifferenceCase::network_dominated;
  if (from == to) {
    return to == Regime::memory_bound ? DifferenceCase::both_memory_bound
                                      : DifferenceCase::both_compute_bound;
  }
  return to == Regime::compute_bound ? DifferenceCase::memory_to_compute : DifferenceCase::compute_to_memory;
}

/// Times and bytes of one of the units of work that a pass makes.
void of_one_unit(Profile& p, double units) {
  for (Seconds* time :
       {&p.latency, &p.bound_compute, &p.bound_memory, &p.network, &p.overhead, &p.compute, &p.memory})
    *time = *time / units;
  p.bytes = p.bytes / units;
}

}  // namespace

std::string wrap(const std::string& text) {
  constexpr std::size_t width = 120;
  std::string wrapped;
  std::size_t line = 0, at = 0;
  while (at < text.size()) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    const std::size_t word = space - at;
    if (line > 0 && line + 1 + word > width) {
      wrapped += '\n';
      line = 0;
    } else if (line > 0) {
      wrapped += ' ';
      ++line;
    }
    wrapped.append(text, at, word);
    line += word;
    at = space + 1;
  }
  return wrapped;
}

std::string_view to_string(DifferenceCase kind) {
  static constexpr std::array<std::string_view, 9> names{"both_memory_bound",
                                                         "both_compute_bound",
                                                         "memory_to_compute",
                                                         "compute_to_memory",
                                                         "overhead_dominated",
                                                         "slower",
                                                         "equal",
                                                         "infeasible",
                                                         "network_dominated"};
  return names[static_cast<std::size_t>(kind)];
}

namespace explain {

ProfileDifference difference_of(const Profile& baseline, const Profile& proposal, const Work& work) {
  ProfileDifference d;
  d.baseline = baseline;
  d.proposal = proposal;
  d.work = work;
  const Seconds before = baseline.latency / work.baseline, after = proposal.latency / work.proposal;
  d.speedup = before / after;
  d.bandwidth_ratio = proposal.bandwidth / baseline.bandwidth;
  d.peak_ratio = proposal.peak / baseline.peak;
  d.difference = before - after;
  return d;
}

void tell(ProfileDifference& d, const Unused& unused) {
  d.kind = case_of(d);
  if (d.work.per_pass() || d.kind == DifferenceCase::infeasible) {
    d.analysis = analyse(d, unused);
    return;
  }
  ProfileDifference unit = d;
  of_one_unit(unit.baseline, d.work.baseline);
  of_one_unit(unit.proposal, d.work.proposal);
  d.analysis = analyse(unit, unused);
  d.analysis.front() = fmt::format("Per {}: {}", d.work.unit, d.analysis.front());
}

}  // namespace explain

Result<ProfileDifference> compare(const Profile& baseline, const Profile& proposal) {
  if (baseline.model != proposal.model) {
    return bad_input(
        fmt::format("these profiles do different work: {} against {}", baseline.model, proposal.model));
  }
  if (!same_shape(baseline.shape, proposal.shape)) {
    return bad_input(
        fmt::format("these profiles do different work: {} against {} (sequences x new after past tokens)",
                    describe(baseline.shape), describe(proposal.shape)));
  }
  ProfileDifference d = explain::difference_of(baseline, proposal, {});
  d.parts = explain::attribute(baseline, proposal);
  const auto unused = [&](double ratio, explain::Side explain::Mix::* input) {
    return ratio > 1 + explain::same && explain::no_slower_with_baseline(input, baseline, proposal);
  };
  explain::tell(
      d, {unused(d.peak_ratio, &explain::Mix::peak), unused(d.bandwidth_ratio, &explain::Mix::bandwidth)});
  return d;
}

std::string headline(const ProfileDifference& d) {
  const bool defined = d.kind != DifferenceCase::infeasible;
  std::string text = "📊 Differential Analysis: Proposal vs. Baseline\n";
  const std::string per = d.work.per_pass() ? "" : " per " + d.work.unit;
  text += fmt::format("• Speedup: {}\n", defined ? explain::times(d.speedup) + per : "none (does not fit)");
  text += fmt::format("• Baseline Regime: {}\n", to_string(d.baseline.regime));
  text += fmt::format("• Proposal Regime: {}\n\n", to_string(d.proposal.regime));
  std::string opening = "Analysis: ";
  for (const std::string& sentence : d.analysis) {
    text += wrap(opening + sentence) + '\n';
    opening.clear();
  }
  return text;
}

}  // namespace ridgeline
