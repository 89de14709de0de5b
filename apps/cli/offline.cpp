#include "offline.h"

#include <fmt/format.h>

#include "output.h"
#include "print.h"

namespace ridgeline::cli {
Result<MlperfRules> load_rules(const Context& context) {
  RIDGELINE_TRY(path, data_file(context, "offline/mlperf.yaml"));
  return MlperfRules::load(path);
}
Result<OfflineCoefficients> load_offline_coefficients(const Context& context) {
  RIDGELINE_TRY(path, data_file(context, "offline/coefficients.yaml"));
  return OfflineCoefficients::load(path);
}

namespace {

struct SolvedOffline {
  OfflineWorkload workload;
  OfflinePrediction prediction;
  std::optional<SystemPower> system;
};

}  // namespace

void OfflineFlags::add_to(CLI::App& command) {
  command_ = &command;
  const char* group = "Saturated throughput";
  command
      .add_flag("--offline", offline,
                "Throughput and power with all samples there from the start (MLPerf Offline)")
      ->group(group);
  command
      .add_option("--workload", workload,
                  "MLPerf benchmark whose lengths and format to take; default: the model's own, if any")
      ->group(group);
  command.add_option("--devices", devices, "Give the wall power of a system of so many devices too")
      ->group(group);
  command.add_option("--power-limit", power_limit, "Of one device, in watts; default: its TDP")
      ->check(CLI::PositiveNumber)
      ->group(group);
}

Result<OfflineWorkload> OfflineFlags::choose(const MlperfRules& rules, const Model& model,
                                             const Hardware& hardware, const PrecisionPlan& plan,
                                             std::uint32_t isl, std::uint32_t osl) const {
  const MlperfWorkload* benchmark = workload.empty() ? rules.workload_of(model.id) : rules.workload(workload);
  if (!workload.empty() && (!benchmark || benchmark->model != model.id))
    return bad_input(fmt::format("--workload: '{}' is not a benchmark of {}", workload, model.id));
  OfflineWorkload chosen;
  if (benchmark) {
    const auto shared = rules.shared.find(hardware.generation);
    const std::string& generation = shared == rules.shared.end() ? hardware.generation : shared->second;
    RIDGELINE_TRY(asked, offline_workload(rules, *benchmark, hardware, generation, ""));
    chosen = asked;
  }
  const bool language = offline_family(model) == OfflineFamily::language;
  if (!benchmark || given("--precision")) chosen.precision = plan;
  if (given("--isl") || (!benchmark && language)) chosen.prompt_tokens = isl;
  if (given("--osl") || (!benchmark && language)) chosen.output_tokens = language ? osl : 0;
  if (devices > 0) {
    while (chosen.max_devices > devices) chosen.max_devices /= 2;
  }
  if (power_limit > 0) chosen.power_limit = Watts(power_limit);
  return chosen;
}

int OfflineFlags::run(const Context& context, const Model& model, const Hardware& hardware,
                      const PrecisionPlan& plan, std::uint32_t isl, std::uint32_t osl,
                      bool explain_inputs) const {
  const auto solve = [&]() -> Result<SolvedOffline> {
    RIDGELINE_TRY(rules, load_rules(context));
    RIDGELINE_TRY(coefficients, load_offline_coefficients(context));
    SolvedOffline s;
    RIDGELINE_TRY(chosen, choose(rules, model, hardware, plan, isl, osl));
    s.workload = chosen;
    RIDGELINE_TRY(prediction, predict_offline(model, hardware, chosen, coefficients));
    s.prediction = std::move(prediction);
    if (devices > 0) {
      RIDGELINE_TRY(system, system_power(hardware, chosen, s.prediction, devices,
                                         host_class(hardware, devices), coefficients));
      s.system = system;
    }
    return s;
  };
  auto solved = solve();
  if (!solved) return fail(solved.error());
  std::vector<Input>& inputs = solved->prediction.inputs;
  inputs = with_given(context, std::move(inputs));
  if (context.json) {
    print_document(context,
                   report::json(model, hardware, solved->workload, solved->prediction, solved->system), {},
                   Listed::by_the_document);
    return exit_fine;
  }
  print_result(context, explain_inputs ? std::vector<Input>() : inputs, model, hardware, solved->workload,
               solved->prediction, solved->system);
  if (explain_inputs) print_inputs(context, inputs);
  return exit_fine;
}

int validate_mlperf_file(const Context& context, const std::string& path, bool cross_validate) {
  const auto solve = [&]() -> Result<MlperfValidation> {
    RIDGELINE_TRY(catalog, load_catalog(context));
    RIDGELINE_TRY(rules, load_rules(context));
    RIDGELINE_TRY(table, read_mlperf(path, catalog, rules));
    if (cross_validate) {
      MlperfFitOptions options;
      options.progress = progress;
      RIDGELINE_TRY(fit, fit_mlperf(table, catalog, rules, options));
      return std::move(fit.cross_validated);
    }
    RIDGELINE_TRY(coefficients, load_offline_coefficients(context));
    return validate_mlperf(table, catalog, rules, coefficients);
  };
  const auto validation = solve();
  if (!validation) return fail(validation.error());
  print_out("{}", context.json ? report::json(*validation) : report::text(*validation));
  return exit_fine;
}

int calibrate_mlperf_file(const Context& context, const std::string& path, const std::string& out,
                          const std::string& source, const std::string& date) {
  const auto solve = [&]() -> Result<MlperfFit> {
    RIDGELINE_TRY(catalog, load_catalog(context));
    RIDGELINE_TRY(rules, load_rules(context));
    RIDGELINE_TRY(table, read_mlperf(path, catalog, rules));
    MlperfFitOptions options;
    options.source = source;
    options.date = date;
    options.progress = progress;
    RIDGELINE_TRY(fit, fit_mlperf(table, catalog, rules, options));
    RIDGELINE_CHECK(write_file(out, write_offline_coefficients(fit.coefficients)));
    progress(fmt::format("wrote {}", out));
    return fit;
  };
  const auto fit = solve();
  if (!fit) return fail(fit.error());
  print_out("{}", context.json ? report::json(*fit) : report::text(*fit));
  return exit_fine;
}

}  // namespace ridgeline::cli
