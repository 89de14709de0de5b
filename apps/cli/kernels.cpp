#include "kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "print.h"
#include "ridgeline/kernel_validation.h"
#include "ridgeline/report.h"

namespace ridgeline::cli {
namespace {

namespace fs = std::filesystem;

/// Folders become the kernel files in them, in order of name.
std::vector<std::string> expanded(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code failure;
    if (!fs::is_directory(path, failure)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> inside;
    for (fs::directory_iterator entry(path, failure); !failure && entry != fs::directory_iterator();
         entry.increment(failure)) {
      const std::string file = entry->path().string();
      if (entry->path().extension() == ".csv" && is_kernel_csv(file)) inside.push_back(file);
    }
    std::sort(inside.begin(), inside.end());
    files.insert(files.end(), inside.begin(), inside.end());
  }
  return files;
}

Result<KernelFit> fit(const Context& context, const std::vector<std::string>& paths,
                      KernelFitOptions options) {
  RIDGELINE_TRY(catalog, load_catalog(context));
  options.progress = progress;
  RIDGELINE_TRY(fitted, fit_kernels(expanded(paths), catalog, options));
  for (const std::string& note : fitted.notes) progress(note);
  return fitted;
}

Result<KernelValidation> errors_of(const Context& context, const KernelValidationFlags& flags) {
  if (flags.cross_validate) {
    RIDGELINE_TRY(fitted, fit(context, flags.paths, {}));
    return fitted.cross_validated;
  }
  RIDGELINE_TRY(catalog, load_catalog(context));
  RIDGELINE_TRY(calibrations, load_kernel_calibrations(context, flags.calibrations));
  return validate_kernels(expanded(flags.paths), catalog, calibrations);
}

int show(const Context& context, const Result<KernelValidation>& errors) {
  if (!errors) return fail(errors.error());
  print_out("{}", context.json ? report::json(*errors) : report::text(*errors));
  return exit_fine;
}

Result<KernelValidation> fit_and_write(const Context& context, const KernelCalibrationFlags& flags) {
  KernelFitOptions options;
  options.cross_validate = flags.cross_validate;
  options.source = flags.source;
  options.date = flags.date;
  RIDGELINE_TRY(fitted, fit(context, flags.paths, options));
  std::error_code failure;
  fs::create_directories(flags.out, failure);
  if (failure) return unavailable(fmt::format("{}: cannot be made: {}", flags.out, failure.message()));
  for (const KernelCalibration& one : fitted.calibrations.all()) {
    const std::string file =
        (fs::path(flags.out) / fmt::format("{}.{}.yaml", one.hardware, one.stack)).string();
    RIDGELINE_CHECK(write_file(file, write_kernel_calibration(one)));
    progress(fmt::format("wrote {}", file));
  }
  return flags.cross_validate ? fitted.cross_validated : fitted.in_sample;
}

}  // namespace

bool are_kernel_files(const std::vector<std::string>& paths) {
  const std::vector<std::string> files = expanded(paths);
  return !files.empty() && is_kernel_csv(files.front());
}

int validate_kernel_files(const Context& context, const KernelValidationFlags& flags) {
  return show(context, errors_of(context, flags));
}

int calibrate_kernel_files(const Context& context, const KernelCalibrationFlags& flags) {
  return show(context, fit_and_write(context, flags));
}

}  // namespace ridgeline::cli
