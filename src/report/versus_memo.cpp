// One page for the person who wants the higher peak. Every sentence follows from a figure, and is only there
// where it is true.

#include <fmt/format.h>

#include "base/text.h"
#include "report/format.h"
#include "report/versus.h"
#include "report/versus_parts.h"

namespace ridgeline::report {
namespace {

std::string system_name(const Versus& v, std::size_t s) { return v.systems[s].name; }

const VersusMetric* deciding(const Versus& v) {
  for (const VersusMetric& m : v.metrics) {
    if (m.kind == v.verdict.metric) return &m;
  }
  return nullptr;
}

/// How many times better `side` is than the other.
VersusRatio seen_from(std::size_t side, const VersusRatio& b_over_a) {
  if (side == 1) return b_over_a;
  VersusRatio turned{1 / b_over_a.value, {}};
  if (b_over_a.interval) turned.interval = {1 / b_over_a.interval->second, 1 / b_over_a.interval->first};
  return turned;
}

/// What is left of the whole, to the same digit as percent(share).
std::string rest(double share) { return fmt::format("{:.{}f} %", 100 * (1 - share), share < 0.0995 ? 1 : 0); }

std::string times_text(double ratio) { return fmt::format("{:.{}g} times", ratio, ratio < 2 ? 3 : 2); }

std::string opening(const Versus& v, std::size_t high) {
  const std::size_t low = 1 - high;
  const std::string names = fmt::format("**{}**, which you want for its peak,", system_name(v, high));
  const std::string what = deciding(v)->what;
  switch (v.verdict.outcome) {
    case VersusOutcome::unknown:
      return fmt::format("We cannot say yet whether {} is the better choice for {}: {}.", names,
                         v.mission_name, v.verdict.reason);
    case VersusOutcome::equal:
      return fmt::format("{} does no better and no worse than {} on what {} is about, {}.", names,
                         system_name(v, low), v.mission_name, what);
    case VersusOutcome::cannot_tell:
      return fmt::format(
          "For {}, by {}, our predictions are not exact enough to say whether {} is better or worse than {}.",
          v.mission_name, what, names, system_name(v, low));
    default:
      break;
  }
  const std::size_t winner = v.verdict.outcome == VersusOutcome::b ? 1 : 0;
  if (winner == high)
    return fmt::format("You are right: {} is the better choice for {}, measured by {}.", names,
                       v.mission_name, what);
  return fmt::format(
      "For {} we should take **{}**, and not {}. What counts here is {}, and there the lower peak is ahead.",
      v.mission_name, system_name(v, low), system_name(v, high), what);
}

std::string numbers(const Versus& v, std::size_t high) {
  const std::size_t low = 1 - high;
  const VersusSystem &h = v.systems[high], &l = v.systems[low];
  std::string out = "| | |\n|---|---|\n";
  out += fmt::format("| **{}** | the peak of {} over that of {}, on the datasheet |\n",
                     times_text(h.compute.peak * h.devices / (l.compute.peak * l.devices)), h.name, l.name);
  out += fmt::format("| **{}** | of that peak is what {} does in this work; the other {} are idle |\n",
                     percent(h.compute.attained / h.compute.peak), h.name,
                     rest(h.compute.attained / h.compute.peak));
  const VersusMetric& m = *deciding(v);
  if (!m.ratio) {
    out += fmt::format("| **unknown** | {} |\n", m.what);
    return out;
  }
  const std::size_t better = m.ratio->value >= 1 ? 1 : 0;
  const VersusRatio ratio = seen_from(better, *m.ratio);
  out += fmt::format("| **{}** | how much better {} is on {}: {} against {}{} |\n", times_text(ratio.value),
                     system_name(v, better), m.what, metric_text(*m.kind, *m.sides[better].value),
                     metric_text(*m.kind, *m.sides[1 - better].value),
                     ratio.interval ? fmt::format(" (between {:.2g} and {:.2g}, nine times in ten)",
                                                  ratio.interval->first, ratio.interval->second)
                                    : "");
  return out;
}

/// By what binds most of the time on the side with the higher peak.
std::string because(const Versus& v, std::size_t high) {
  const VersusSystem& h = v.systems[high];
  const Profile& pass = h.prompt && h.prompt_share > 0.5 ? *h.prompt : h.pass;
  const std::size_t low = 1 - high;
  const char* who = "The reason";
  switch (pass.regime) {
    case Regime::memory_bound: {
      const double ratio = v.systems[low].memory.peak / v.systems[high].memory.peak;
      return fmt::format(
          "{}: most of the time goes into reading weights and data from memory, and the arithmetic waits for "
          "it. The memory of {} is {} as fast as that of {}.",
          who, system_name(v, low), times_text(ratio), system_name(v, high));
    }
    case Regime::compute_bound:
      return fmt::format("{}: most of the time goes into arithmetic, so the peak is what this work needs.",
                         who);
    case Regime::network_bound:
      return fmt::format(
          "{}: most of the time goes into talk between the devices, which no peak makes shorter.", who);
    case Regime::overhead_bound:
      return fmt::format(
          "{}: most of the time goes into starting work and keeping order, which no peak makes shorter.",
          who);
  }
  return "";
}

std::string turns(const Versus& v) {
  std::string out;
  for (const BreakEven& b : v.break_evens) {
    if (!b.why_not.empty()) continue;
    out += "- " + break_even_text(b, {system_name(v, 0), system_name(v, 1)}) + "\n";
  }
  return out.empty() ? "- nothing that we know how to change: see the full report\n" : out;
}

}  // namespace

std::string memo(const Versus& v, const std::string& picture) {
  const auto peak = higher_peak(v);
  const std::size_t high = peak.value_or(0);
  std::string out = fmt::format("# {} (A) or {} (B)?\n\n", system_name(v, 0), system_name(v, 1));
  out += peak ? opening(v, high)
              : fmt::format("Neither has the higher peak, so it cannot decide. {}.", v.verdict.reason);
  out += fmt::format("\n\n## Three numbers\n\n{}\n{}\n", numbers(v, high), because(v, high));
  out += fmt::format("\n![Both rooflines with the operators of {}]({})\n\n", v.model, picture);
  out +=
      "Each line is what a datasheet allows: the slope is the memory, the flat part is the peak. Each mark "
      "is a part of the "
      "work. Marks on the slope do not gain from a higher peak.\n";
  out += fmt::format("\n## What would change this\n\n{}\n", turns(v));
  out += fmt::format(
      "The work: {} on {}; {}. Predicted, not measured; A is {}, B is {}. `ridgeline audit` has every figure "
      "and its source.\n",
      v.model, v.mission, v.work, system_text(v.systems[0]), system_text(v.systems[1]));
  return out;
}

}  // namespace ridgeline::report
