#include <fmt/format.h>

#include <cstdio>

#include "app.h"
#include "kernels.h"
#include "offline.h"
#include "print.h"
#include "ridgeline/report.h"
#include "ridgeline/validation.h"

namespace ridgeline::cli {
namespace {

struct CalibrateFlags {
  std::vector<std::string> paths;
  std::string out, source, date;
  bool no_cross_validation = false;
};

std::string file_name(const std::string& path) { return path.substr(path.find_last_of('/') + 1); }

Result<Fit> solve(const Context& context, const CalibrateFlags& flags) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(table, read_measured(flags.paths.front(), catalog));
  Status written = Status::success();
  FitOptions options;
  options.cross_validate = !flags.no_cross_validation;
  options.source = flags.source.empty() ? file_name(flags.paths.front()) : flags.source;
  options.date = flags.date.empty() ? today() : flags.date;
  options.progress = progress;
  options.stop = &stop_flag();
  // What is there survives whatever happens to the cross-validation.
  options.fitted = [&](const Fit& fit) {
    written = write_file(flags.out, write_calibrations(fit.calibrations));
    if (written && options.cross_validate) {
      progress(fmt::format("wrote {}; the errors of unseen groups follow", flags.out));
    }
  };
  RIDGELINE_TRY(fitted, fit(table, catalog, options));
  RIDGELINE_CHECK(written);
  RIDGELINE_CHECK(write_file(flags.out, write_calibrations(fitted.calibrations)));
  progress(fmt::format("wrote {}", flags.out));
  return fitted;
}

int run(const Context& context, const CalibrateFlags& flags) {
  if (are_kernel_files(flags.paths)) {
    return calibrate_kernel_files(
        context, {flags.paths, flags.out, flags.source, flags.date.empty() ? today() : flags.date,
                  !flags.no_cross_validation});
  }
  if (flags.paths.size() > 1) return fail(bad_input("calibrate: several files are for kernel times only"));
  if (is_mlperf(flags.paths.front())) {
    return calibrate_mlperf_file(context, flags.paths.front(), flags.out,
                                 flags.source.empty() ? file_name(flags.paths.front()) : flags.source,
                                 flags.date.empty() ? today() : flags.date);
  }
  const auto fitted = solve(context, flags);
  if (!fitted) return fail(fitted.error());
  if (host()) host()->results.emplace_back(*fitted);
  print_out("{}", context.json ? report::json(*fitted) : report::text(*fitted));
  return exit_fine;
}

}  // namespace

void add_calibrate(CLI::App& app, Context& context) {
  const auto flags = std::make_shared<CalibrateFlags>();
  CLI::App* command =
      add_command(app, context, "calibrate",
                  "Fit coefficients on measurements: serving points, MLPerf results, kernel times",
                  "  ridgeline calibrate measured.csv -o mine.yaml\n"
                  "  ridgeline calibrate measured.csv -o mine.yaml --no-cross-validation --json\n"
                  "  ridgeline validate measured.csv --calibration-file mine.yaml\n"
                  "  ridgeline calibrate kernels/*.csv -o folder\n"
                  "docs/measured-csv.md has the columns, docs/calibration.md the coefficients.",
                  [&context, flags] { return run(context, *flags); });
  command
      ->add_option("measured", flags->paths,
                   "CSV file of serving points or MLPerf results; or files of kernel times")
      ->required();
  command->add_option("-o,--output", flags->out, "Calibration file to write (kernel times: folder)")
      ->required();
  command->add_flag("--no-cross-validation", flags->no_cross_validation,
                    "Do not fit again without each group: quick, and says nothing of unseen systems");
  command->add_option("--source", flags->source,
                      "Where the measurements come from; default: the file's name");
  command->add_option("--date", flags->date, "Date of the fit; default: today");
}

}  // namespace ridgeline::cli
