#include "max_rate_flags.h"

#include <fmt/format.h>

#include "output.h"

namespace ridgeline::cli {

void MaxRateFlags::add_to(CLI::App& app) {
  app.add_flag("--find-max-qps", find,
               "server, interactive: the largest rate that is VALID, by doubling and bisecting from --qps");
  app.add_option("--seeds", options.seeds, "--find-max-qps: --seed and those after it, a search each")
      ->check(CLI::Range(1U, 1000U))
      ->capture_default_str();
  app.add_option("--tolerance", options.tolerance, "--find-max-qps: width of the last bracket over the rate")
      ->check(CLI::Range(1e-6, 0.5))
      ->capture_default_str();
}

int MaxRateFlags::show(const Context& context, const Result<Scenario>& scenario,
                       const Result<RunScenario>& run, const InputsOf& inputs) const {
  if (!scenario) return fail(scenario.error());
  if (!run) return fail(run.error());
  const auto found = find_max_rate(*scenario, options, *run);
  if (!found) return fail(found.error());
  const auto used = inputs();
  print_result(context, used ? *used : std::vector<Input>(), *found);
  return exit_fine;
}

}  // namespace ridgeline::cli
