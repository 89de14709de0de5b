#pragma once
// What `validate` and `calibrate` do with kernel times: files whose columns are those of kernels, or a folder
// of them.

#include <string>
#include <vector>

#include "app.h"

namespace ridgeline::cli {

/// Whether the first of these is a kernel file, or a folder with any.
bool are_kernel_files(const std::vector<std::string>& paths);

struct KernelValidationFlags {
  std::vector<std::string> paths;
  std::string calibrations;     ///< folder; empty: those shipped
  bool cross_validate = false;  ///< fit instead, and predict each group of shapes by a fit without it
};
/// Prints errors by file and operation; returns the exit code.
int validate_kernel_files(const Context&, const KernelValidationFlags&);

struct KernelCalibrationFlags {
  std::vector<std::string> paths;
  std::string out;  ///< folder for one file a device and stack, named DEVICE.STACK.yaml
  std::string source, date;
  bool cross_validate = true;
};
/// Fits, writes, and prints errors as validation does; returns the exit code.
int calibrate_kernel_files(const Context&, const KernelCalibrationFlags&);

}  // namespace ridgeline::cli
