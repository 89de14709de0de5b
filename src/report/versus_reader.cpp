#include <algorithm>

#include "report/versus_page.h"

namespace ridgeline::report {
namespace {

const VersusMetricKind* read_versus_kind(const JsonPlace& at) {
  const VersusMetricKind* kind = find_versus_metric(at.text());
  if (!kind) at.complain("must be a metric of audits");
  return kind ? kind : versus_metrics().data();
}

std::optional<VersusRatio> read_ratio(const std::optional<JsonPlace>& at) {
  if (!at) return std::nullopt;
  return VersusRatio{(*at)["value"].number_or_nan(), (*at)["interval"].interval(), false};
}

VersusFigure read_figure(const JsonPlace& at) {
  return {at["value"].figure(), at["interval"].interval(), at["upper_bound"].flag(), at["missing"].text()};
}

Roofline read_roofline(const JsonPlace& at) {
  Roofline r;
  const auto format = parse_precision(at["format"].text());
  if (!format) at["format"].complain("must be a number format, such as bf16");
  r.format = format.value_or(Precision::fp16);
  r.peak = FlopsPerSecond(at["peak_flops_per_second"].number());
  r.bandwidth = BytesPerSecond(at["bandwidth_bytes_per_second"].number());
  at["ridge_flops_per_byte"].read(r.ridge);
  for (const JsonPlace& op : at["operators"].items()) {
    RooflineOp& placed = r.ops.emplace_back();
    placed.pass = op["pass"].text();
    placed.name = op["name"].text();
    placed.flops = Flops(op["flops"].number());
    placed.bytes = Bytes(op["bytes"].number());
    placed.intensity = FlopsPerByte(op["intensity_flops_per_byte"].figure().value_or(0));  // 0: has no place
    placed.attained = FlopsPerSecond(op["attained_flops_per_second"].figure().value_or(0));
    placed.roof = FlopsPerSecond(op["roof_flops_per_second"].figure().value_or(0));
    placed.bound = op["bound"].named(Regime::network_bound);
    placed.share = op["share_of_pass"].number();
  }
  return r;
}

PeakAndSustained read_sustained(const JsonPlace& at) {
  return {at["peak"].number_or_nan(), at["calibrated"].number_or_nan(), at["sustained"].figure(),
          at["attained"].number_or_nan()};
}

/// The names of inputs and outputs outlive all audits.
std::string_view read_lasting_name(const JsonPlace& at) {
  const std::string name = at.text();
  for (const VersusMetricKind& kind : versus_metrics()) {
    if (kind.name == name) return kind.name;
  }
  for (const std::string_view known : {"power", "cost_per_hour", "throughput", "token_rate"}) {
    if (known == name) return known;
  }
  at.complain("must be an input or output of devices");
  return "";
}

ParetoEfficiency read_efficiency(const JsonPlace& at) {
  return {read_lasting_name(at["input"]),
          read_lasting_name(at["output"]),
          at["efficiency"].figure(),
          at["reference"].text(),
          at["compared"].count(),
          at["front"].texts(),
          at["missing"].text()};
}

VersusSystem read_system(const JsonPlace& at) {
  VersusSystem s;
  s.hardware = at["hardware"].text();
  s.name = at["name"].text();
  s.precision = at["precision"].text();
  s.devices = static_cast<unsigned>(at["devices"].whole());
  at["pass_latency_seconds"].read(s.pass.latency);
  s.prompt_share = at["prompt_share"].number_or_nan();
  s.roofline = read_roofline(at["roofline"]);
  if (std::any_of(s.roofline.ops.begin(), s.roofline.ops.end(),
                  [](const RooflineOp& op) { return op.pass == "prompt"; }))
    s.prompt.emplace();
  s.compute = read_sustained(at["flops_per_second"]);
  s.memory = read_sustained(at["bytes_per_second"]);
  const JsonPlace heat = at["heat"];
  s.heat.model = heat["model"].text_or_null().value_or("");
  if (const auto watts = heat["active_watts"].figure()) s.heat.active = Watts(*watts);
  if (heat.find("clock") && s.heat.active)
    s.heat.steady = SteadyHeat{.clock = heat["clock"].number(),
                               .celsius = heat["celsius"].number(),
                               .throttled = heat["throttled"].flag()};
  s.accuracy = {s.precision, at["accuracy"]["value"].figure(), at["accuracy"]["minimum"].figure()};
  const std::vector<JsonPlace> efficiency = at["efficiency"].items();
  if (efficiency.size() != s.efficiency.size()) at["efficiency"].complain("must be for power and for cost");
  for (std::size_t i = 0; i < std::min(efficiency.size(), s.efficiency.size()); ++i)
    s.efficiency[i] = read_efficiency(efficiency[i]);
  return s;
}

std::optional<PhaseReport> read_phase_side(const JsonPlace& at, std::string& failed) {
  failed = at["failed"].text();
  if (!failed.empty()) return std::nullopt;
  PhaseReport report;
  for (const auto& [name, metric] : at["metrics"].members())
    report.metrics.push_back({name, metric["value"].figure(), metric["unit"].text()});
  return report;
}

BreakEven read_break_even(const JsonPlace& at) {
  BreakEven b;
  b.input = at["input"].text();
  b.unit = at["unit"].text();
  b.now = at["now"].figure();
  b.keeps = at["keeps"].figure();
  b.turns = at["turns"].figure();
  b.ratio_keeps = at["b_over_a_keeps"].figure();
  b.ratio_turns = at["b_over_a_turns"].figure();
  b.tried_from = at["tried_from"].number_or_nan();
  b.tried_to = at["tried_to"].number_or_nan();
  b.tried = static_cast<unsigned>(at["tried"].whole());
  b.ends = at["ends"].text();
  b.why_not = at["why_not"].text();
  const bool whole = b.keeps && b.ratio_keeps && b.ratio_turns;
  if (b.why_not.empty() && (!b.now || (b.turns && !whole)))
    at.complain("must have values where it was looked for");
  return b;
}

Explanation read_why(const JsonPlace& at) {
  Explanation why;
  MetricAttribution& latency = why.latency;
  latency.metric = "latency";
  latency.unit = "s";
  latency.per = at["per"].text();
  latency.baseline = at["a_seconds"].number_or_nan();
  latency.proposal = at["b_seconds"].number_or_nan();
  latency.difference = latency.baseline - latency.proposal;
  for (const JsonPlace& part : at["parts"].items())
    latency.parts.push_back({part["factor"].text(), part["seconds"].number_or_nan(), std::nullopt});
  return why;
}

}  // namespace

Versus read_versus(const JsonPlace& at) {
  Versus v;
  v.mission = at["mission"].text();
  v.model = at["model"].text();
  v.work = at["work"].text();
  v.seed = at["seed"].whole();
  const JsonPlace verdict = at["verdict"];
  v.verdict = {read_versus_kind(verdict["metric"]), verdict["outcome"].named(VersusOutcome::unknown),
               read_ratio(verdict.find("b_over_a")), verdict["reason"].text()};
  v.systems = {read_system(at["a"]), read_system(at["b"])};
  for (const JsonPlace& m : at["metrics"].items())
    v.metrics.push_back({read_versus_kind(m["metric"]),
                         m["what"].text(),
                         {read_figure(m["a"]), read_figure(m["b"])},
                         read_ratio(m.find("b_over_a"))});
  for (const JsonPlace& p : at["scenarios"].items()) {
    VersusPhase& phase = v.phases.emplace_back();
    phase.id = p["id"].text();
    phase.story = p["story"].text();
    phase.scenario = p["scenario"].named(ScenarioKind::closed_loop);
    phase.of_mission = p["of_mission"].flag();
    phase.sides = {read_phase_side(p["a"], phase.failed[0]), read_phase_side(p["b"], phase.failed[1])};
  }
  for (const JsonPlace& b : at["break_evens"].items()) v.break_evens.push_back(read_break_even(b));
  if (const auto why = at.find("why")) v.why = read_why(*why);
  v.notes = at["notes"].texts();
  return v;
}

}  // namespace ridgeline::report
