#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "kernels.h"
#include "offline.h"
#include "print.h"
#include "ridgeline/report.h"
#include "ridgeline/simulator_validation.h"
#include "ridgeline/validation.h"
#include "validate_simulator.h"

namespace ridgeline::cli {
namespace {

struct ValidateFlags {
  std::vector<std::string> paths;
  std::string path, mode = "all", svg, calibration_file, fit_on;  ///< path: the first of them
  std::vector<std::string> by{"hardware", "model", "stack"};
  std::size_t listed = 10;
  bool cross_validate = false, server = false;
};

/// Leaves the rows of one mode.
void keep_mode(MeasuredTable& table, const std::string& mode) {
  if (mode == "all") return;
  const bool disaggregated = mode == "disagg";
  table.points.erase(std::remove_if(table.points.begin(), table.points.end(),
                                    [&](const MeasuredPoint& m) { return m.disaggregated != disaggregated; }),
                     table.points.end());
}

Result<Validation> solve(const Context& context, const ValidateFlags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(calibrations, load_calibrations(context, flags.calibration_file));
  RIDGELINE_TRY(table, read_measured(flags.path, catalog));
  keep_mode(table, flags.mode);
  if (table.points.empty()) {
    return bad_input(
        fmt::format("{}: no rows{}", flags.path, flags.mode == "all" ? "" : " of mode " + flags.mode));
  }
  ValidationOptions options;
  options.by = flags.by;
  RIDGELINE_TRY(validation, validate(table, catalog, *calibrations, options));
  if (!flags.svg.empty()) RIDGELINE_CHECK(write_file(flags.svg, report::svg(validation)));
  return validation;
}

int run(const Context& context, ValidateFlags flags) {
  if (are_kernel_files(flags.paths))
    return validate_kernel_files(context, {flags.paths, flags.calibration_file, flags.cross_validate});
  if (flags.paths.size() > 1)
    return fail(bad_input("several files at once can only be those of kernel times"));
  flags.path = flags.paths.front();
  if (has_recorded_runs(flags.path))
    return validate_recorded_runs(context, flags.path, flags.calibration_file, flags.fit_on);
  if (flags.server || is_loadgen_summaries(flags.path))
    return validate_server_results(context, flags.path, flags.calibration_file);
  if (is_mlperf(flags.path)) return validate_mlperf_file(context, flags.path, flags.cross_validate);
  const auto validation = solve(context, flags);
  if (!validation) return fail(validation.error());
  if (host()) host()->results.emplace_back(*validation);
  print_out("{}", context.json ? report::json(*validation) : report::text(*validation, flags.listed));
  return exit_fine;
}

}  // namespace

void add_validate(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<ValidateFlags>();
  CLI::App* command =
      add_command(app, context, "validate", "How far predictions are from measured TTFT and TPOT",
                  "  ridgeline validate measured.csv\n"
                  "  ridgeline validate measured.csv --by stack,hardware --mode agg --svg errors.svg\n"
                  "  ridgeline validate measured.csv --calibration-file mine.yaml --json\n"
                  "  ridgeline validate llmservingsim --fit-on RTXPRO6000/Llama-3.1-8B\n"
                  "  ridgeline validate loadgen_summaries.csv\n"
                  "docs/measured-csv.md has the columns.",
                  [&context, flags] { return run(context, *flags); });
  command
      ->add_option(
          "measured", flags->paths,
          "Measurements: a CSV file, kernel files or a folder of them, a folder of recorded vLLM runs, "
          "published MLPerf results or LoadGen summaries")
      ->required();
  command
      ->add_option(
          "--by", flags->by,
          "Groups, comma-separated: hardware (system), model, stack (backend), version, precision, mode")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--mode", flags->mode, "Rows to take: agg, disagg or all")
      ->check(CLI::IsMember({"agg", "disagg", "all"}))
      ->capture_default_str();
  command->add_option("--svg", flags->svg, "Write a plot of predicted against measured to this file");
  command->add_option("--calibration-file", flags->calibration_file,
                      "Coefficients that `calibrate` wrote; default: those shipped");
  command->add_flag(
      "--cross-validate", flags->cross_validate,
      "Published MLPerf results: predict each by a fit that had not seen its workload on its device; "
      "kernel files: by a fit that had not seen its group of shapes");
  command->add_option("--fit-on", flags->fit_on,
                      "Recorded runs: fit four coefficients on the run of this name, and play the others "
                      "with them");
  command->add_flag("--server", flags->server,
                    "Published MLPerf results: simulate each Server result from its Offline one");
  command->add_option("--limit", flags->listed, "Rows listed of each kind of oddity")->capture_default_str();
}

}  // namespace ridgeline::cli
