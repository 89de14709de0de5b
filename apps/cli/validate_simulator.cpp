#include "validate_simulator.h"

#include <fmt/format.h>

#include "offline.h"
#include "print.h"
#include "ridgeline/simulator_report.h"

namespace ridgeline::cli {
namespace {

template <class Validation>
int show(const Context& context, const Result<Validation>& validation) {
  if (!validation) return fail(validation.error());
  print_out("{}", context.json ? report::json(*validation) : report::text(*validation));
  return exit_fine;
}

}  // namespace

int validate_recorded_runs(const Context& context, const std::string& folder,
                           const std::string& calibration_file, const std::string& fit_on) {
  const auto solve = [&]() -> Result<RecordedValidation> {
    RIDGELINE_TRY(catalog, load_catalog(context));
    RIDGELINE_TRY(calibrations, load_calibrations(context, calibration_file));
    RIDGELINE_TRY(runs, read_recorded_runs(folder, catalog));
    return validate_recorded(runs, catalog, *calibrations, fit_on);
  };
  return show(context, solve());
}

int validate_server_results(const Context& context, const std::string& path,
                            const std::string& calibration_file) {
  const auto solve = [&]() -> Result<ServerValidation> {
    RIDGELINE_TRY(catalog, load_catalog(context));
    RIDGELINE_TRY(calibrations, load_calibrations(context, calibration_file));
    RIDGELINE_TRY(rules, load_rules(context));
    RIDGELINE_TRY(coefficients, load_offline_coefficients(context));
    RIDGELINE_TRY(server_path, data_file(context, "offline/server.yaml"));
    RIDGELINE_TRY(server_rules, ServerRules::load(server_path));
    RIDGELINE_TRY(table, read_server_pairs(path, catalog, rules, server_rules));
    if (table.pairs.empty()) return bad_input(path + ": no Server result with an Offline one beside it");
    return validate_server(table, {catalog, rules, server_rules, coefficients, *calibrations});
  };
  return show(context, solve());
}

}  // namespace ridgeline::cli
