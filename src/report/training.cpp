#include "report/training.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/cost.h"
#include "report/format.h"
#include "report/json_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

struct Part {
  const char* key;
  const char* what;
  Seconds TrainingParts::* time;
};
constexpr Part parts[] = {
    {"products", "products of the layers", &TrainingParts::products},
    {"attention", "core of attention", &TrainingParts::attention},
    {"vectors", "norms, activations, residuals", &TrainingParts::vectors},
    {"recompute", "computed again", &TrainingParts::recompute},
    {"tensor_collectives", "sums over tensor ranks", &TrainingParts::tensor_collectives},
    {"expert_collectives", "tokens to experts and back", &TrainingParts::expert_collectives},
    {"head", "logits and loss", &TrainingParts::head},
    {"stage_to_stage", "from stage to stage", &TrainingParts::stage_to_stage},
    {"bubble", "pipeline fills and empties", &TrainingParts::bubble},
    {"data_collectives", "sums over data ranks", &TrainingParts::data_collectives},
    {"optimizer", "optimizer", &TrainingParts::optimizer},
};

std::string ranks(const TrainingPlan& p) {
  std::string text = fmt::format("tensor {}, pipeline {}, data {}", p.tensor, p.pipeline, p.data);
  if (p.expert > 1) text += fmt::format(", expert {}", p.expert);
  if (p.interleave > 1) text += fmt::format(", {} chunks a stage", p.interleave);
  if (p.zero > 0) text += fmt::format(", ZeRO {}", p.zero);
  if (p.sequence_parallel) text += ", sequence parallel";
  return text;
}

std::string memory_line(const TrainingMemory& m) {
  std::string text = fmt::format("{} of {}: weights {}, gradients {}, optimizer {}, activations {}",
                                 show(m.total()), show(m.capacity), show(m.weights), show(m.gradients),
                                 show(m.optimizer), show(m.activations));
  if (m.logits.value() > 0) text += fmt::format(", logits {}", show(m.logits));
  return m.fits() ? text : text + fmt::format(": DOES NOT FIT, {} are missing", show(m.missing()));
}

std::string days(Seconds time) {
  constexpr double day = 86400;
  return time.value() < day ? show(time) : fmt::format("{:.3g} days", time.value() / day);
}

std::string hours(Seconds time) {
  constexpr double hour = 3600, minute = 60;
  if (time.value() < 2 * minute) return show(time);
  return time.value() < hour ? fmt::format("{:.3g} min", time.value() / minute)
                             : fmt::format("{:.3g} h", time.value() / hour);
}

std::string run_lines(const TrainingRun& run) {
  std::string time = days(run.time);
  if (run.interval)
    time += fmt::format(" [{}, {}] 90 %", days(run.interval->first), days(run.interval->second));
  std::string text =
      fmt::format("  {:<24}{} in {:.0f} steps, {} device-hours\n",
                  fmt::format("to {} tokens", count(run.tokens)), time, run.steps, plain(run.device_hours));
  if (run.failures) {
    const FailureCost& f = *run.failures;
    text += fmt::format("  {:<24}one in {} on all devices; a checkpoint each {}; {} of the time is kept\n",
                        "failures", hours(f.mtbf), hours(f.interval), percent(f.goodput));
  }
  const auto line = [&](const char* label, bool known, const std::string& value, std::string_view key) {
    text += fmt::format("  {:<24}{}\n", label, known ? value : "unknown: " + run.of(key).part.rate.missing);
  };
  line("cost", run.cost.has_value(), run.cost ? fmt::format("${}", plain(run.cost->value())) : "", "cost");
  const std::string at_most = run.energy_at_most ? "at most " : "";
  line("energy", run.energy.has_value(),
       run.energy ? at_most + show(*run.energy) + (at_most.empty() ? "" : ", devices at their TDP") : "",
       "energy");
  line("carbon", run.carbon.has_value(), run.carbon ? at_most + grams(*run.carbon) : "", "carbon");
  return text;
}

/// Parts of money, energy and carbon, where more was asked for than a price for an hour.
std::string costs_table(const TrainingRun& run) {
  const bool asked = run.of("electricity").total || run.of("operational").total || run.of("embodied").total ||
                     (run.failures && run.cost);
  if (!asked) return "";
  Table table({{"takes"},
               {"of the run", Align::right},
               {"90 % interval", Align::right},
               {"lost to failures", Align::right}});
  for (const TrainingCost& c : run.costs) {
    const auto shown = [&](double value) { return amount(value, c.part.unit); };
    if (c.part.key == "devices" || c.part.key == "operational") table.rule();
    table.add({label_of(c.part), amount_of(c.part, c.total),
               c.interval ? shown(c.interval->first) + " to " + shown(c.interval->second) : absent,
               c.lost ? shown(*c.lost) : absent});
  }
  return "\n" + table.text();
}

/// What the times rest on.
std::string basis(const TrainingCoefficients& c) {
  const auto kernels = [](const std::optional<KernelCalibration>& measured, const std::string& otherwise) {
    if (!measured) return otherwise;
    return fmt::format("as the kernels of {} {} measured alone", measured->stack, measured->version);
  };
  std::string text = fmt::format(
      "Products: {}, at {} of that speed ({}).\n",
      kernels(c.products, fmt::format("{} of peak, assumed", percent(c.calibration.compute_efficiency[0]))),
      percent(c.sustained), show(c.provenance));
  text += fmt::format(
      "Collectives in a domain: {}; across: {} of the link.\n",
      kernels(c.collectives, fmt::format("{} of the link", percent(c.calibration.link_efficiency))),
      percent(c.calibration.remote_link_efficiency));
  text += c.compared ? "The interval is that of published steps on this device that the fit had not seen.\n"
                     : "The interval is assumed: no step on this device was compared.\n";
  return text;
}

Json kernels_json(const std::optional<KernelCalibration>& measured) {
  if (!measured) return nullptr;
  return {{"stack", measured->stack},
          {"version", measured->version},
          {"source", measured->source},
          {"date", measured->date}};
}

Json interval_json(const std::optional<std::pair<Seconds, Seconds>>& interval) {
  return interval ? Json{number(interval->first), number(interval->second)} : Json();
}

Json plan_json(const TrainingPlan& p) {
  return {{"tensor", p.tensor},
          {"pipeline", p.pipeline},
          {"data", p.data},
          {"expert", p.expert},
          {"interleave", p.interleave},
          {"zero", p.zero},
          {"micro_batch", p.micro_batch},
          {"batch", p.batch},
          {"sequence", p.sequence},
          {"sequence_parallel", p.sequence_parallel},
          {"dropout", p.dropout},
          {"recompute", to_string(p.recompute)},
          {"attention", p.attention == AttentionCore::fused ? "fused" : "separate"},
          {"precision", to_string(p.precision)},
          {"devices", p.devices()}};
}

Json failures_json(const std::optional<FailureCost>& cost) {
  if (!cost) return nullptr;
  return {{"mtbf_seconds", number(cost->mtbf)},
          {"checkpoint_interval_seconds", number(cost->interval)},
          {"goodput", number(cost->goodput)}};
}

Json costs_json(const TrainingRun& run) {
  Json costs = Json::array();
  for (const TrainingCost& c : run.costs) {
    Json part = cost_part_json(c.part);
    part["value"] = number(c.total);
    part["interval"] = c.interval ? Json{number(c.interval->first), number(c.interval->second)} : Json();
    part["lost"] = number(c.lost);
    costs.push_back(std::move(part));
  }
  return costs;
}

Json run_json(const std::optional<TrainingRun>& run) {
  if (!run) return nullptr;
  return {{"tokens", number(run->tokens)},
          {"steps", number(run->steps)},
          {"seconds", number(run->time)},
          {"seconds_interval", interval_json(run->interval)},
          {"failures", failures_json(run->failures)},
          {"device_hours", number(run->device_hours)},
          {"cost_usd", number(run->cost)},
          {"energy_joules_at_most", number(run->energy)},
          {"carbon_grams", number(run->carbon)},
          {"costs", costs_json(*run)}};
}

struct Errors {
  std::size_t rows = 0;
  double mean = 0, worst = 0;
};
/// Without their sign, in per cent, of the rows that the fit saw or did not.
Errors errors_of(const std::vector<TrainingError>& all, bool fitted) {
  Errors e;
  for (const TrainingError& each : all) {
    if (each.row.fitted != fitted) continue;
    const double error = 100 * std::abs(each.time);
    ++e.rows;
    e.mean += error;
    e.worst = std::max(e.worst, error);
  }
  if (e.rows > 0) e.mean /= static_cast<double>(e.rows);
  return e;
}
Json to_json(const Errors& e) {
  return {{"rows", e.rows}, {"mean_percent", number(e.mean)}, {"worst_percent", number(e.worst)}};
}

}  // namespace

std::string text(const TrainingStep& s, const std::optional<TrainingRun>& run,
                 const TrainingCoefficients& c) {
  std::string result =
      fmt::format("{} on {} x {}: a training step of {} x {} tokens, {}\n", s.model, s.plan.devices(),
                  s.hardware, s.plan.batch, s.plan.sequence, ranks(s.plan));
  const auto line = [&](const char* label, const std::string& value) {
    result += fmt::format("  {:<24}{}\n", label, value);
  };
  std::string time = with_90(s.time, s.interval);
  if (s.hidden.value() > 0)
    time += fmt::format("; {} less where data ranks talk while they compute", show(s.hidden));
  line("time", time);
  line("tokens", fmt::format("{} a second, {} a device", plain(s.tokens_per_second().value()),
                             plain(s.tokens_per_second().value() / s.plan.devices())));
  line("share of peak",
       fmt::format("{} for the model (MFU), {} with what is computed again", percent(s.mfu), percent(s.hfu)));
  line("memory", memory_line(s.memory));
  if (run) result += run_lines(*run);
  result += '\n';
  Table table({{"part", Align::left}, {"time", Align::right}, {"share", Align::right}});
  for (const Part& part : parts) {
    const Seconds value = s.parts.*(part.time);
    if (value.value() > 0) table.add({part.what, show(value), percent(value / s.time)});
  }
  table.rule();
  table.add({"all", show(s.time), percent(1)});
  return result + table.text() + (run ? costs_table(*run) : "") + basis(c);
}

std::string json(const TrainingStep& s, const std::optional<TrainingRun>& run,
                 const TrainingCoefficients& c) {
  Json seconds;
  for (const Part& part : parts) seconds[part.key] = number(s.parts.*(part.time));
  const TrainingMemory& m = s.memory;
  return document("ridgeline.training/1",
                  {{"model", s.model},
                   {"hardware", s.hardware},
                   {"plan", plan_json(s.plan)},
                   {"seconds", number(s.time)},
                   {"seconds_interval", interval_json(s.interval)},
                   {"hidden_seconds", number(s.hidden)},
                   {"parts_seconds", std::move(seconds)},
                   {"memory_bytes",
                    {{"weights", number(m.weights)},
                     {"gradients", number(m.gradients)},
                     {"optimizer", number(m.optimizer)},
                     {"activations", number(m.activations)},
                     {"logits", number(m.logits)},
                     {"total", number(m.total())},
                     {"capacity", number(m.capacity)}}},
                   {"fits", m.fits()},
                   {"parameters", number(s.parameters)},
                   {"model_flops", number(s.model_flops)},
                   {"hardware_flops", number(s.hardware_flops)},
                   {"mfu", number(s.mfu)},
                   {"hfu", number(s.hfu)},
                   {"tokens", number(s.tokens)},
                   {"tokens_per_second", number(s.tokens_per_second())},
                   {"run", run_json(run)},
                   {"coefficients",
                    {{"sustained", number(c.sustained)},
                     {"product_kernels", kernels_json(c.products)},
                     {"collective_kernels", kernels_json(c.collectives)},
                     {"unmeasured_products", number(c.calibration.compute_efficiency[0])},
                     {"memory", number(c.calibration.memory_efficiency)},
                     {"link", number(c.calibration.link_efficiency)},
                     {"remote_link", number(c.calibration.remote_link_efficiency)},
                     {"spread", number(c.spread)},
                     {"compared", c.compared},
                     {"provenance", to_json(c.provenance)}}}});
}

std::string text(const std::vector<TrainingError>& all, const std::optional<FittedShare>& fit) {
  Table table({{"step", Align::left},
               {"published", Align::right},
               {"predicted", Align::right},
               {"error", Align::right},
               {"MFU", Align::right},
               {"activations", Align::right},
               {"error", Align::right},
               {"the fit", Align::left}});
  for (const TrainingError& e : all) {
    table.add({e.row.label, show(e.row.seconds), show(e.step.time), signed_percent(e.time),
               percent(e.step.mfu), show(e.step.memory.activations), signed_percent(e.activations),
               e.row.fitted ? "saw it" : "did not"});
  }
  std::string result = table.text();
  for (const bool fitted : {true, false}) {
    const Errors e = errors_of(all, fitted);
    if (e.rows == 0) continue;
    result += fmt::format("{} steps that the fit {}: error {:.1f} % in the mean, {:.1f} % at most\n", e.rows,
                          fitted ? "saw" : "did not see", e.mean, e.worst);
  }
  if (fit) {
    result += fmt::format(
        "Products reach {:.4f} of their kernels' speed by {} of these steps, error of the logarithm {:.4f}\n",
        fit->value, fit->rows, fit->error);
  }
  return result;
}

std::string json(const std::vector<TrainingError>& all, const std::optional<FittedShare>& fit) {
  Json rows = Json::array();
  for (const TrainingError& e : all) {
    rows.push_back({{"label", e.row.label},
                    {"seconds", number(e.row.seconds)},
                    {"predicted_seconds", number(e.step.time)},
                    {"error_percent", number(100 * e.time)},
                    {"activations_error_percent", e.activations ? number(100 * *e.activations) : Json()},
                    {"fitted", e.row.fitted}});
  }
  Json share;
  if (fit) share = {{"sustained", number(fit->value)}, {"error", number(fit->error)}, {"rows", fit->rows}};
  return document("ridgeline.training-validation/1", {{"seen", to_json(errors_of(all, true))},
                                                      {"unseen", to_json(errors_of(all, false))},
                                                      {"fit", std::move(share)},
                                                      {"steps", std::move(rows)}});
}

}  // namespace ridgeline::report
