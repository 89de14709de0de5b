#include <fmt/format.h>

#include <map>

#include "calibrate/kernel_rows.h"
#include "calibrate/kernel_tally.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline {
namespace {

Result<KernelFileErrors> validate_file(const KernelTable& table, const Hardware& hardware,
                                       const KernelCalibration* calibration,
                                       std::vector<double>& log_ratios) {
  KernelFileErrors file{table.path, table.hardware, table.stack, table.op};
  for (const MeasuredKernel& row : table.rows) {
    RIDGELINE_TRY(suspect, calibrate::beats_roofline(row, hardware));
    if (suspect) {
      ++file.suspect;
      continue;
    }
    const auto ratio = calibration ? calibrate::log_ratio(row, hardware, *calibration)
                                   : Result<double>(unavailable(fmt::format(
                                         "no kernel calibration of {} on {}", table.stack, table.hardware)));
    if (ratio) {
      log_ratios.push_back(*ratio);
      continue;
    }
    if (++file.unanswered == 1)
      file.unanswered_because = fmt::format("line {}: {}", row.line, ratio.error().message);
  }
  return file;
}

}  // namespace

Result<KernelValidation> validate_kernels(const std::vector<std::string>& paths, const Catalog& catalog,
                                          const KernelCalibrations& calibrations) {
  calibrate::KernelTally tally;
  for (const std::string& path : paths) {
    RIDGELINE_TRY(table, read_kernel_table(path, catalog));
    RIDGELINE_TRY(hardware, catalog.hardware(table.hardware));
    std::vector<double> log_ratios;
    RIDGELINE_TRY(
        file, validate_file(table, *hardware, calibrations.find(table.hardware, table.stack), log_ratios));
    tally.add(std::move(file), log_ratios);
  }
  return tally.validation();
}

}  // namespace ridgeline
