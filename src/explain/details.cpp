#include "explain/details.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/portable_math.h"
#include "base/text.h"
#include "explain/sentences.h"

namespace ridgeline::explain {
namespace {

std::string plural(const std::string& unit) { return unit.ends_with("pass") ? unit + "es" : unit + "s"; }

/// Three significant digits, and all of a number's whole ones.
std::string figure(double value) {
  if (value == 0 || std::abs(value) >= 1) return si_digits(value, 0);
  return fmt::format("{:.{}f}", value, std::min(2 - decade(value), 15));
}
/// "5.6 %", of less than a tenth.
std::string small_percent(double share) { return fmt::format("{:.1f} %", share * 100); }

/// "memory bandwidth +34.8, overheads -2.1": what matters of a metric's parts, the largest first.
template <class Show>
std::string main_parts(const MetricAttribution& m, const Show& show_value) {
  std::vector<MetricPart> parts = m.parts;
  std::stable_sort(parts.begin(), parts.end(), [](const MetricPart& a, const MetricPart& b) {
    return std::abs(a.value) > std::abs(b.value);
  });
  std::string list;
  constexpr std::size_t most = 3;
  for (std::size_t i = 0; i < std::min(most, parts.size()); ++i) {
    const double value = parts[i].value;
    if (std::abs(value) < 1e-3 * std::max(m.baseline, m.proposal)) break;
    list += fmt::format("{} {} {}{}", list.empty() ? ":" : ",", parts[i].factor, value > 0 ? "+" : "",
                        show_value(value));
  }
  return list;
}

void add_fitting(std::vector<std::string>& lines, const Explanation& e) {
  const bool before = e.profiles.baseline.footprint.fits(), after = e.profiles.proposal.footprint.fits();
  if (before == after) return;
  std::string list;
  for (const Counterfactual& c : e.counterfactuals) {
    if (!(after ? c.alone_fits : c.without_fits)) continue;
    list += (list.empty() ? "" : ", or ") + c.factor;
  }
  if (list.empty()) return;
  lines.push_back(
      after ? fmt::format("What makes it fit: the baseline with the proposal's {} alone would.", list)
            : fmt::format("What would make it fit: the proposal with the baseline's {} would.", list));
}

void add_counterfactual(std::vector<std::string>& lines, const Explanation& e) {
  const MetricPart* largest = nullptr;
  for (const MetricPart& part : e.latency.parts) {
    if (largest == nullptr || std::abs(part.value) > std::abs(largest->value)) largest = &part;
  }
  if (largest == nullptr || std::abs(largest->value) < 1e-9 * e.latency.baseline) return;
  const auto c = std::find_if(e.counterfactuals.begin(), e.counterfactuals.end(),
                              [&](const Counterfactual& x) { return x.factor == largest->factor; });
  lines.push_back(fmt::format("With the proposal's {} alone: {}{}; with everything but it: {}{}.", c->factor,
                              times(c->alone), c->alone_fits ? "" : " (does not fit)", times(c->without),
                              c->without_fits ? "" : " (does not fit)"));
}

void add_metrics(std::vector<std::string>& lines, const Explanation& e, const CompareOptions& options) {
  const MetricAttribution& t = e.throughput;
  lines.push_back(fmt::format("Throughput: {} {}/s against {}{}.", figure(t.proposal), plural(t.per),
                              figure(t.baseline), main_parts(t, figure)));
  if (e.energy) {
    lines.push_back(fmt::format("Energy per {}, at most (TDP throughout): {} against {}{}.", e.energy->per,
                                show(Joules(e.energy->proposal)), show(Joules(e.energy->baseline)),
                                main_parts(*e.energy, [](double joules) { return show(Joules(joules)); })));
  }
  if (e.cost) {
    lines.push_back(fmt::format(
        "Cost of a million {}{}: {} USD against {}{}.", plural(e.cost->per),
        e.amortised ? fmt::format(" (price of the devices over {:g} years, unless given by the hour)",
                                  options.amortisation_years)
                    : "",
        figure(e.cost->proposal * 1e6), figure(e.cost->baseline * 1e6),
        main_parts(*e.cost, [](double dollars) { return figure(dollars * 1e6); })));
  }
  for (const std::string& line : e.unknown) lines.push_back(line + ".");
}

void add_idle(std::vector<std::string>& lines, const Explanation& e) {
  if (e.idle.empty()) return;
  std::string list;
  for (const IdleCapability& c : e.idle) {
    if (c.idle() < 0.05 * c.raised()) continue;
    const bool all = c.idle() > 0.9995 * c.raised();
    if (!list.empty()) list += "; ";
    list += fmt::format("{}, {} of the {} added (it needs {} of {})", c.capability,
                        all ? "all" : percent(c.idle() / c.raised()), si(c.raised(), c.unit),
                        si(c.needed, c.unit), si(c.proposal, c.unit));
  }
  lines.push_back(list.empty() ? "Left idle: nothing by 5 % or more of what was added."
                               : "Left idle: " + list + ".");
}

std::string value_text(const RegimeShift& shift, double value) {
  return shift.unit.empty() ? fmt::format("{:.0f}", value) : si(value, shift.unit);
}

void add_shifts(std::vector<std::string>& lines, const Explanation& e) {
  std::string found, none;
  for (const RegimeShift& shift : e.shifts) {
    if (shift.at) {
      found += fmt::format("{} {} at {} {}{}", found.empty() ? "" : ",", to_string(shift.to), shift.input,
                           value_text(shift, *shift.at), shift.fits ? "" : " (does not fit)");
    } else {
      none += fmt::format("{} {} up to {}", none.empty() ? "" : ",", shift.input,
                          value_text(shift, shift.tried_to));
    }
  }
  std::string line = fmt::format("Next bottleneck (now {}):{}", to_string(e.profiles.proposal.regime), found);
  if (!none.empty()) line += fmt::format("{} none with{}", found.empty() ? "" : ";", none);
  lines.push_back(line + ".");
}

/// One direction of an elasticity, as a candidate for the best change.
struct StepChange {
  std::string text;
  double ratio = 1, slope = 0;
};

void add_best(std::vector<std::string>& lines, const Explanation& e) {
  std::vector<StepChange> changes;
  for (const Elasticity& x : e.elasticities) {
    if (x.other_work) continue;
    if (x.up) changes.push_back({x.input + " up", *x.up_ratio, *x.up});
    if (x.down) changes.push_back({x.input + " down", *x.down_ratio, *x.down});
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const StepChange& a, const StepChange& b) { return a.ratio < b.ratio; });
  if (changes.empty() || changes.front().ratio > 0.9995) {
    lines.emplace_back("Best single change: none of 10 % saves 0.1 % of the time.");
    return;
  }
  const StepChange& best = changes.front();
  std::string line = fmt::format("Best single change of 10 %: {}, {} less time (elasticity {:.2f})",
                                 best.text, small_percent(1 - best.ratio), best.slope);
  const auto next = std::find_if(changes.begin(), changes.end(), [&](const StepChange& c) {
    return small_percent(1 - c.ratio) !=
           small_percent(1 - best.ratio);  // an efficiency does what its peak does
  });
  if (next != changes.end() && next->ratio < 0.9995)
    line += fmt::format("; then {}, {}", next->text, small_percent(1 - next->ratio));
  lines.push_back(line + ".");
}

void add_sampling(std::vector<std::string>& lines, const Explanation& e, const CompareOptions& options) {
  if (!e.sampled) return;
  double error = 0;
  for (const MetricPart& part : e.latency.parts) error = std::max(error, part.error.value_or(0));
  lines.push_back(fmt::format(
      "More than {} factors changed: parts are means over {} random orders, exact to {} of latency (95 %).",
      options.exact_factors, 2 * options.permutations, show(Seconds(error))));
}

}  // namespace

std::vector<std::string> details(const Explanation& e, const CompareOptions& options) {
  std::vector<std::string> lines;
  if (e.profiles.kind == DifferenceCase::infeasible) {
    add_fitting(lines, e);
    return lines;
  }
  add_counterfactual(lines, e);
  add_metrics(lines, e, options);
  add_idle(lines, e);
  add_shifts(lines, e);
  add_best(lines, e);
  add_sampling(lines, e, options);
  return lines;
}

}  // namespace ridgeline::explain
