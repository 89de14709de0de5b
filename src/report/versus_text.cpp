#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/format.h"
#include "report/table.h"
#include "report/versus.h"
#include "report/versus_parts.h"
#include "report/versus_sections.h"

namespace ridgeline::report {
namespace {

constexpr std::size_t most_operators = 12;

VersusSection metrics_section(const Versus& v) {
  VersusSection section{
      "Metrics at the mission's point",
      Table({{"metric"}, {"A", Align::right}, {"B", Align::right}, {"B over A", Align::right}}),
      {}};
  for (const VersusMetric& m : v.metrics) {
    section.table->add({(m.kind == v.verdict.metric ? "* " : "  ") + m.what, figure_text(*m.kind, m.sides[0]),
                        figure_text(*m.kind, m.sides[1]), m.ratio ? ratio_text(*m.ratio) : absent});
  }
  section.lines.emplace_back(
      "* decides. B over A: how many times better B is; brackets are 90 % intervals; ≤: TDP throughout.");
  for (std::size_t s = 0; s < 2; ++s) {
    for (const VersusMetric& m : v.metrics) {
      const std::string line = fmt::format("{}, unknown: {}", side_names[s], m.sides[s].missing);
      const bool said = std::find(section.lines.begin(), section.lines.end(), line) != section.lines.end();
      if (!m.sides[s].value && !said) section.lines.push_back(line);
    }
  }
  return section;
}

VersusSection sustained_section(const Versus& v) {
  VersusSection section{"Peak against sustained, one device",
                        Table({{""}, {"A", Align::right}, {"B", Align::right}, {"B over A", Align::right}}),
                        {}};
  const auto row = [&](const std::string& what, const char* unit, auto get) {
    const std::optional<double> a = get(v.systems[0]), b = get(v.systems[1]);
    section.table->add({what, a ? si(*a, unit) : "unknown", b ? si(*b, unit) : "unknown",
                        a && b ? fmt::format("{:.3g}", *b / *a) : absent});
  };
  using S = const VersusSystem&;
  using Value = std::optional<double>;
  row("peak of the datasheet", "FLOP/s", [](S s) -> Value { return s.compute.peak; });
  row("  such products reach, calibrated", "FLOP/s", [](S s) -> Value { return s.compute.calibrated; });
  row("  and sustain when hot", "FLOP/s", [](S s) -> Value { return s.compute.sustained; });
  row("  attained on average", "FLOP/s", [](S s) -> Value { return s.compute.attained; });
  section.table->rule();
  row("bandwidth of the datasheet", "B/s", [](S s) -> Value { return s.memory.peak; });
  row("  reached, calibrated", "B/s", [](S s) -> Value { return s.memory.calibrated; });
  row("  attained on average", "B/s", [](S s) -> Value { return s.memory.attained; });
  if (v.systems[0].prompt) {
    section.lines.push_back(fmt::format("on average: prompts take {} of the time of A and {} of B",
                                        percent(v.systems[0].prompt_share),
                                        percent(v.systems[1].prompt_share)));
  }
  for (std::size_t s = 0; s < 2; ++s) {
    const ThermalEndurance& heat = v.systems[s].heat;
    if (!heat.steady) {
      section.lines.push_back(
          fmt::format("{}, heat: unknown, no heat model (--set heat=datacenter-gpu)", side_names[s]));
      continue;
    }
    section.lines.push_back(fmt::format("{}, heat of {} at {}: keeps {} of the clock, {:.3g} °C{}",
                                        side_names[s], heat.model, show(*heat.active),
                                        percent(heat.steady->clock), heat.steady->celsius,
                                        heat.steady->throttled ? ", throttled" : ""));
  }
  return section;
}

const RooflineOp* same_op(const Roofline& roofline, const RooflineOp& op) {
  const auto found = std::find_if(roofline.ops.begin(), roofline.ops.end(), [&](const RooflineOp& other) {
    return other.pass == op.pass && other.name == op.name;
  });
  return found == roofline.ops.end() ? nullptr : &*found;
}

VersusSection roofline_section(const Versus& v) {
  VersusSection section{"The mission's operators on both rooflines",
                        Table({{"pass"},
                               {"operator"},
                               {"FLOP/B", Align::right},
                               {"A attained", Align::right},
                               {"of roof", Align::right},
                               {"time", Align::right},
                               {"A bound by"},
                               {"B attained", Align::right},
                               {"of roof", Align::right},
                               {"time", Align::right},
                               {"B bound by"}}),
                        {}};
  struct Pair {
    const RooflineOp *a, *b;
    double share;
  };
  std::vector<Pair> pairs;
  std::size_t without = 0;
  for (const RooflineOp& op : v.systems[0].roofline.ops) {
    const RooflineOp* other = same_op(v.systems[1].roofline, op);
    if (other == nullptr) continue;
    if (!(op.intensity > FlopsPerByte(0))) {
      ++without;
      continue;
    }
    pairs.push_back({&op, other, std::max(op.share, other->share)});
  }
  std::vector<Pair> largest = pairs;
  std::stable_sort(largest.begin(), largest.end(),
                   [](const Pair& x, const Pair& y) { return x.share > y.share; });
  if (largest.size() > most_operators) largest.resize(most_operators);
  const double least = largest.empty() ? 0 : largest.back().share;
  std::string pass;
  std::size_t shown = 0;
  for (const Pair& pair : pairs) {
    if (pair.share < least || shown == most_operators) continue;
    ++shown;
    if (!pass.empty() && pass != pair.a->pass) section.table->rule();
    pass = pair.a->pass;
    const auto cells = [](const RooflineOp& op) -> std::array<std::string, 4> {
      return {si(op.attained.value(), "FLOP/s"), percent(op.attained / op.roof), percent(op.share),
              bound_text(op.bound)};
    };
    const auto a = cells(*pair.a), b = cells(*pair.b);
    section.table->add({pass, pair.a->name, plain(pair.a->intensity.value()), a[0], a[1], a[2], a[3], b[0],
                        b[1], b[2], b[3]});
  }
  for (std::size_t s = 0; s < 2; ++s) {
    const Roofline& r = v.systems[s].roofline;
    section.lines.push_back(fmt::format("{}: {} in {}, {}; ridge at {} FLOP/B", side_names[s],
                                        si(r.peak.value(), "FLOP/s"), to_string(r.format),
                                        si(r.bandwidth.value(), "B/s"), plain(r.ridge.value())));
  }
  if (pairs.size() > shown)
    section.lines.push_back(fmt::format("{} smaller operators are in --json", pairs.size() - shown));
  if (without > 0)
    section.lines.push_back(fmt::format("{} operators do no products and have no place here", without));
  return section;
}

std::string phase_metric(const MissionMetric& m) {
  if (!m.value) return absent;
  if (m.unit == "s" || m.unit == "W") return si(*m.value, m.unit);
  return m.unit.empty() ? plain(*m.value) : plain(*m.value) + " " + m.unit;
}

VersusSection phases_section(const Versus& v) {
  VersusSection section{
      fmt::format("Scenarios, simulated with seed {}", v.seed),
      Table({{"phase"}, {"scenario"}, {"metric"}, {"A", Align::right}, {"B", Align::right}}),
      {}};
  if (v.phases.empty()) section.lines.emplace_back("they were not asked for");
  for (const VersusPhase& phase : v.phases) {
    if (&phase != &v.phases.front()) section.table->rule();
    bool first = true;
    for (const std::string_view name : mission_metrics()) {
      std::array<std::string, 2> cells{absent, absent};
      bool there = false;
      for (std::size_t s = 0; s < 2; ++s) {
        if (!phase.sides[s]) continue;
        for (const MissionMetric& m : phase.sides[s]->metrics) {
          if (m.name != name) continue;
          cells[s] = phase_metric(m);
          there = true;
        }
      }
      if (!there || name == "latency.p90" || name == "latency.p99.9") continue;
      section.table->add({first ? phase.id + (phase.of_mission ? "" : " +") : "",
                          first ? std::string(to_string(phase.scenario)) : "", std::string(name), cells[0],
                          cells[1]});
      first = false;
    }
    for (std::size_t s = 0; s < 2; ++s) {
      if (!phase.failed[s].empty())
        section.lines.push_back(fmt::format("{}, {}: {}", phase.id, side_names[s], phase.failed[s]));
    }
  }
  section.lines.insert(
      section.lines.begin(),
      "+ made by the audit, with the settings of the mission's last phase; all percentiles are in --json.");
  return section;
}

VersusSection efficiency_section(const Versus& v) {
  VersusSection section{"Distance to the front of the catalog",
                        Table({{"output for input"},
                               {"side"},
                               {"efficiency", Align::right},
                               {"distance", Align::right},
                               {"measured against"},
                               {"devices", Align::right}}),
                        {}};
  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t s = 0; s < 2; ++s) {
      const ParetoEfficiency& e = v.systems[s].efficiency[i];
      section.table->add(
          {s == 0 ? fmt::format("{} for {}", e.output, e.input) : "", side_names[s],
           e.theta ? fmt::format("{:.3g}", *e.theta) : "unknown",
           e.theta ? fmt::format("{:.3g}", 1 - *e.theta) : absent,
           e.theta ? (e.reference == v.systems[s].hardware ? "on the front" : e.reference) : e.missing,
           std::to_string(e.compared)});
    }
  }
  section.lines.emplace_back(
      "efficiency: the least share of its input with which a device puts out as much (Farrell, free disposal "
      "hull).");
  return section;
}

VersusSection accuracy_section(const Versus& v) {
  VersusSection section{"Accuracy", std::nullopt, {}};
  for (std::size_t s = 0; s < 2; ++s) {
    const AccuracyGuard& g = v.systems[s].accuracy;
    std::string line = fmt::format("{} in {}: ", side_names[s], g.precision);
    line += g.accuracy ? percent(*g.accuracy) : "accuracy unknown";
    line += g.minimum ? fmt::format(", the mission's least is {}", percent(*g.minimum))
                      : ", the mission sets no least";
    if (g.minimum && g.accuracy) line += g.holds() ? ": holds" : ": BREAKS";
    section.lines.push_back(std::move(line));
  }
  return section;
}

VersusSection overturn_section(const Versus& v) {
  VersusSection section{"What would overturn it", std::nullopt, {}};
  for (const BreakEven& b : v.break_evens) section.lines.push_back(break_even_text(b, {"A", "B"}));
  if (v.break_evens.empty()) section.lines.emplace_back("it was not asked for");
  return section;
}

std::optional<VersusSection> why_section(const Versus& v) {
  if (!v.why) return std::nullopt;
  const MetricAttribution& latency = v.why->latency;
  VersusSection section{fmt::format("Why: time of a {}, {} against {}", latency.per,
                                    si(latency.baseline, "s"), si(latency.proposal, "s")),
                        Table({{"factor"}, {"B gains", Align::right}}),
                        {}};
  for (const MetricPart& part : latency.parts) section.table->add({part.factor, si(part.value, "s")});
  section.table->rule();
  section.table->add({"sum", si(latency.difference, "s")});
  return section;
}

VersusSection notes_section(const Versus& v) { return {"Notes", std::nullopt, v.notes}; }

}  // namespace

std::vector<VersusSection> versus_sections(const Versus& v) {
  std::vector<VersusSection> sections{metrics_section(v), overturn_section(v), sustained_section(v),
                                      roofline_section(v)};
  if (auto why = why_section(v)) sections.push_back(std::move(*why));
  for (auto&& section : {phases_section(v), efficiency_section(v), accuracy_section(v), notes_section(v)})
    sections.push_back(section);
  return sections;
}

std::string versus_title(const Versus& v) {
  return fmt::format("Audit on {}: {}, {}", v.mission, v.model, v.work);
}

std::string verdict_line(const Versus& v) {
  return fmt::format("Verdict: {}; {}", to_string(v.verdict.outcome), v.verdict.reason);
}

std::string text(const Versus& v) {
  std::string out = versus_title(v) + "\n";
  for (std::size_t s = 0; s < 2; ++s)
    out += fmt::format("  {}: {}\n", side_names[s], system_text(v.systems[s]));
  out += verdict_line(v) + "\n";
  for (const VersusSection& section : versus_sections(v)) {
    out += fmt::format("\n{}\n", section.heading);
    if (section.table) out += section.table->text();
    for (const std::string& line : section.lines) out += "· " + line + "\n";
  }
  return out;
}

std::string markdown(const Versus& v) {
  std::string out = fmt::format("### {}\n\n", versus_title(v));
  for (std::size_t s = 0; s < 2; ++s)
    out += fmt::format("- {}: {}\n", side_names[s], system_text(v.systems[s]));
  out += fmt::format("\n**{}**\n", verdict_line(v));
  for (const VersusSection& section : versus_sections(v)) {
    out += fmt::format("\n#### {}\n\n", section.heading);
    if (section.table) out += section.table->markdown() + "\n";
    for (const std::string& line : section.lines) out += "- " + line + "\n";
  }
  return out;
}

}  // namespace ridgeline::report
