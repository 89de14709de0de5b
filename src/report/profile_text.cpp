#include <fmt/format.h>

#include <algorithm>

#include "report/explanation.h"
#include "report/format.h"
#include "report/prediction_sheets.h"
#include "report/record.h"
#include "ridgeline/report.h"

namespace ridgeline::report {
namespace {

std::string shape(const StepShape& step) {
  std::string result;
  for (const auto& group : step.groups) {
    if (!result.empty()) result += " + ";
    result += fmt::format("{} x {} new token{} after {}", group.sequences, group.new_tokens,
                          group.new_tokens == 1 ? "" : "s", group.past_tokens);
  }
  return result;
}

std::string precision(const PrecisionPlan& plan) {
  if (plan.weights == plan.activations && plan.weights == plan.kv_cache)
    return std::string(to_string(plan.weights));
  std::string text = fmt::format("weights {}, activations {}, KV cache {}", to_string(plan.weights),
                                 to_string(plan.activations), to_string(plan.kv_cache));
  const auto add = [&](std::string_view what, const std::optional<Precision>& format) {
    if (format) text += fmt::format(", {} {}", what, to_string(*format));
  };
  add("experts", plan.experts);
  add("attention", plan.attention);
  add("products", plan.products);
  return text;
}

std::string spread(const Parallelism& p) {
  return p.devices() == 1 ? "" : fmt::format(", {} devices ({})", p.devices(), show(p));
}

std::string share(Seconds part, Seconds whole) { return percent(whole.value() > 0 ? part / whole : 0); }

std::string footprint_line(const Footprint& footprint) {
  std::string line = fmt::format("{} of {} (weights {}, KV cache {}, activations {})",
                                 show(footprint.total()), show(footprint.capacity), show(footprint.weights),
                                 show(footprint.kv_cache), show(footprint.activations));
  if (!footprint.fits()) {
    line = fmt::format("DOES NOT FIT, {} missing: {}", show(footprint.missing()), line);
  }
  return line;
}

// Operators that matter: the largest first, until little is left.
void add_operators(const Profile& profile, Sheet& sheet) {
  if (profile.ops.size() < 2) return;
  std::vector<OpTime> ops = profile.ops;
  std::stable_sort(ops.begin(), ops.end(), [](const OpTime& a, const OpTime& b) { return a.time > b.time; });
  Table table({{"operator"},
               {"class"},
               {"count", Align::right},
               {"time", Align::right},
               {"share", Align::right},
               {"FLOPs", Align::right},
               {"bytes", Align::right},
               {"bound by"}});
  constexpr std::size_t most = 12;
  for (std::size_t i = 0; i < std::min(most, ops.size()); ++i) {
    const OpTime& op = ops[i];
    table.add({op.name, std::string(to_string(op.kind)), fmt::format("{:g}", op.count), show(op.time),
               share(op.time, profile.latency), show(op.flops),
               show(op.kind == OpClass::collective ? op.wire : op.bytes), bound_by(op)});
  }
  sheet.table(
      "Operators", std::move(table),
      ops.size() > most ? fmt::format("({} smaller operators are in --json)", ops.size() - most) : "");
}

}  // namespace

std::string bound_by(const OpTime& op) {
  if (op.kind == OpClass::collective) return "network";
  return op.compute >= op.memory ? "compute" : "memory";
}

Sheet prediction_sheet(const Profile& p) {
  Sheet sheet(fmt::format("{} on {}: {}, {}{}, {} calibration", p.model, p.hardware, shape(p.shape),
                          precision(p.precision), spread(p.parallelism), to_string(p.calibration.kind)),
              22);
  const auto line = [&](std::string_view label, std::string value) { sheet.line(label, std::move(value)); };
  line("latency", with_90(p.latency, p.interval));
  line("  compute-bound ops",
       fmt::format("{} ({})", show(p.bound_compute), share(p.bound_compute, p.latency)));
  line("  memory-bound ops", fmt::format("{} ({})", show(p.bound_memory), share(p.bound_memory, p.latency)));
  if (p.parallelism.devices() > 1) {
    line("  network", fmt::format("{} ({})", show(p.network), share(p.network, p.latency)));
  }
  line("  overhead", fmt::format("{} ({})", show(p.overhead), share(p.overhead, p.latency)));
  line("regime", std::string(to_string(p.regime)));
  line("arithmetic intensity",
       fmt::format("{:.3g} FLOP/B; ridge point {:.4g} FLOP/B", p.intensity.value(), p.ridge.value()));
  line(p.parallelism.devices() > 1 ? "work of one device" : "work",
       p.wire.value() > 0 ? fmt::format("{}, {}, {} sent", show(p.flops), show(p.bytes), show(p.wire))
                          : fmt::format("{}, {}", show(p.flops), show(p.bytes)));
  line("throughput", p.tokens > 0
                         ? fmt::format("{} samples/s, {} tokens/s", plain(p.throughput.value()),
                                       plain(p.latency.value() > 0 ? p.tokens / p.latency.value() : 0.0))
                         : plain(p.throughput.value()) + " samples/s");
  line("MFU", percent(p.mfu));
  line(p.parallelism.devices() > 1 ? "memory of one device" : "memory", footprint_line(p.footprint));
  line("energy", p.energy ? fmt::format("at most {} (TDP for the whole time)", show(*p.energy))
                          : "unknown: the catalog has no power figure for this device");
  add_operators(p, sheet);
  return sheet;
}

std::string text(const Profile& p) { return prediction_sheet(p).text(); }
std::string markdown(const Profile& p) { return prediction_sheet(p).markdown(); }

std::string inputs_text(const Profile& profile) { return inputs_text(profile.inputs); }

std::string text(const ProfileDifference& difference) { return headline(difference); }

Table sides_table(const ProfileDifference& d) {
  Table table({{""}, {"baseline", Align::right}, {"proposal", Align::right}});
  const auto row = [&](const char* label, const std::string& a, const std::string& b) {
    table.add({label, a, b});
  };
  row("device", d.baseline.hardware, d.proposal.hardware);
  row("latency", show(d.baseline.latency), show(d.proposal.latency));
  row("compute-bound ops", show(d.baseline.bound_compute), show(d.proposal.bound_compute));
  row("memory-bound ops", show(d.baseline.bound_memory), show(d.proposal.bound_memory));
  row("network", show(d.baseline.network), show(d.proposal.network));
  row("overhead", show(d.baseline.overhead), show(d.proposal.overhead));
  row("regime", std::string(to_string(d.baseline.regime)), std::string(to_string(d.proposal.regime)));
  row("memory", footprint_line(d.baseline.footprint), footprint_line(d.proposal.footprint));
  return table;
}

std::string difference_markdown(const ProfileDifference& d, const std::string& text) {
  return fmt::format("### {} on {}, against {}\n\n{}\n```text\n{}```\n", d.baseline.model,
                     d.proposal.hardware, d.baseline.hardware, sides_table(d).markdown(), text);
}

std::string markdown(const ProfileDifference& d) { return difference_markdown(d, text(d)); }

}  // namespace ridgeline::report
