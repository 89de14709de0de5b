#include "ridgeline/cost.h"

#include <fmt/format.h>

#include <algorithm>

#include "app.h"
#include "economics_flags.h"
#include "options.h"
#include "output.h"
#include "report/cost.h"

namespace ridgeline::cli {
namespace {

struct CostFlags {
  std::string model;
  std::vector<std::string> hardware, prices;
  DeploymentFlags deployment;
  StepFlags step;
  ParallelismFlags parallelism;
  ServingFlags serving;
  EconomicsFlags economics;
};

/// "h100=2.5": of each device asked for, by the name that it was asked for with or its id.
Result<std::optional<double>> price_of(const CostFlags& flags, const std::string& asked,
                                       const Hardware& hardware) {
  std::optional<double> found;
  for (const std::string& entry : flags.prices) {
    const std::size_t equals = entry.find('=');
    double value = 0;
    const bool number =
        equals != std::string::npos && CLI::detail::lexical_cast(entry.substr(equals + 1), value);
    if (!number) return bad_input(fmt::format("--prices: '{}'; give DEVICE=USD, such as h100=2.5", entry));
    const std::string name = entry.substr(0, equals);
    if (name == asked || name == hardware.id) found = value;
  }
  return found;
}

/// In place of what devices that are bought would cost.
void take_rent(Economics& economics, double price) {
  economics.rent = {Dollars(price), {ProvenanceKind::given, "given: --prices", ""}, {}};
  economics.electricity.reset();
  economics.device_price.reset();
  if (!economics.lifetime) economics.lifetime = economics.years;
  economics.years.reset();
}

Status check_prices(const CostFlags& flags, const std::vector<CostReport>& reports) {
  for (const std::string& entry : flags.prices) {
    const std::string name = entry.substr(0, entry.find('='));
    const bool used =
        std::find(flags.hardware.begin(), flags.hardware.end(), name) != flags.hardware.end() ||
        std::any_of(reports.begin(), reports.end(), [&](const CostReport& r) { return r.hardware == name; });
    if (!used) return bad_input(fmt::format("--prices: '{}' is none of the devices asked for", name));
  }
  return Status::success();
}

Result<CostReport> predict_one(const Context& context, const CostFlags& flags, const Model& model,
                               const Hardware& hardware, const Economics& economics) {
  RIDGELINE_TRY(plan, flags.deployment.plan(model));
  RIDGELINE_TRY(calibration, flags.deployment.calibrate(context, model, hardware));
  RIDGELINE_TRY(parallelism, flags.parallelism.parallelism(model));
  if (flags.serving.concurrency) {
    RIDGELINE_TRY(point, flags.serving.point(model, plan, parallelism));
    return cost_report(model, hardware, point, calibration, economics);
  }
  RIDGELINE_TRY(shape, flags.step.shape(model));
  RIDGELINE_TRY(profile, predict(model, hardware, plan, shape, calibration, parallelism));
  return cost_report(profile, hardware, economics);
}

Result<CostReport> solve_one(const Context& context, const CostFlags& flags, const Catalog& catalog,
                             const std::string& name) {
  RIDGELINE_TRY(model, find_model(context, catalog, flags.model));
  RIDGELINE_TRY(hardware, find_hardware(context, catalog, name));
  RIDGELINE_TRY(economics, flags.economics.economics(context, *hardware));
  RIDGELINE_TRY(price, price_of(flags, name, *hardware));
  if (price) take_rent(economics, *price);
  RIDGELINE_CHECK(check(economics));
  auto report = predict_one(context, flags, *model, *hardware, economics);
  // One device among several that cannot do the work keeps its row.
  if (!report && flags.hardware.size() > 1) return no_cost_report(*model, *hardware, report.error().message);
  return report;
}

Result<std::vector<CostReport>> solve(const Context& context, const CostFlags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  std::vector<CostReport> reports;
  for (const std::string& name : flags.hardware) {
    RIDGELINE_TRY(report, solve_one(context, flags, catalog, name));
    reports.push_back(std::move(report));
  }
  RIDGELINE_CHECK(check_prices(flags, reports));
  return reports;
}

int run(const Context& context, const CostFlags& flags) {
  const auto reports = solve(context, flags);
  if (!reports) return fail(reports.error());
  // One device's inputs are its own; of several each is said to be of which.
  std::vector<Input> inputs;
  for (const CostReport& r : *reports) {
    for (Input input : r.inputs) {
      if (reports->size() > 1) input.key = r.hardware + ": " + input.key;
      inputs.push_back(std::move(input));
    }
  }
  const std::vector<Input> used = with_given(context, std::move(inputs));
  if (context.json) {
    print_document(context, report::json(*reports), used);
  } else if (context.markdown) {
    print_plain(context, report::markdown(*reports) + "\n" + rests_on_line(used));
  } else {
    print_text(context, report::text(*reports) + rests_on_line(used));
  }
  const bool none_fits =
      std::all_of(reports->begin(), reports->end(), [](const CostReport& r) { return !r.unfit.empty(); });
  return none_fits ? exit_infeasible : exit_fine;
}

}  // namespace

void add_cost(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<CostFlags>();
  CLI::App* command = add_command(
      app, context, "cost",
      "What work takes in money, energy and carbon, part by part, on one device or several",
      "  ridgeline cost llama-3-8b h100 --batch 64 --context 2048 --amortise 4 --electricity-price 0.1 --pue "
      "1.3 "
      "--grid us\n"
      "  ridgeline cost llama-3.1-70b h100 h200 mi300x --precision fp8 --tp 4 --concurrency 64 \\\n"
      "    --prices h100=2.5,h200=3.2 --utilisation 0.6 --grid france\n"
      "Exit code 3 when the model fits none of the devices.",
      [&context, flags] { return run(context, *flags); });
  command->add_option("model", flags->model, "Model id or alias (`ridgeline catalog list --models`)")
      ->required();
  command
      ->add_option("hardware", flags->hardware, "Device ids or aliases (`ridgeline catalog list --hardware`)")
      ->required();
  flags->step.add_to(*command);
  flags->deployment.add_to(*command);
  flags->parallelism.add_to(*command);
  flags->serving.add_to(*command);
  flags->economics.add_to(*command);
  command
      ->add_option("--prices", flags->prices,
                   "USD for an hour by device: h100=2.5,l4=0.7; others as without it")
      ->delimiter(',');
  add_format(*command, context);
}

}  // namespace ridgeline::cli
