#pragma once
// Measured kernel times: read them, fit kernel coefficients on them, say how far off the kernel model is.
// docs/kernels.md gives the accepted files and columns.

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "ridgeline/kernels.h"

namespace ridgeline {

using KernelShape = std::variant<GemmShape, ContextAttention, GenerationAttention, CollectiveShape, MoeShape>;

struct MeasuredKernel {
  std::size_t line = 0;  ///< in the file, 1 is the header
  KernelShape shape;
  Seconds time{};
  KernelSetting setting = KernelSetting::benchmark;
};

/// One file: one operation of one stack on one device.
struct KernelTable {
  std::string path;
  std::string hardware;        ///< catalog id
  std::string stack, version;  ///< "vllm", "0.24.0"
  KernelOp op = KernelOp::gemm;
  std::vector<MeasuredKernel> rows;
};

/// Whether the columns are those of kernel times, whatever the file is called.
bool is_kernel_csv(const std::string& path);
/// The name says SYSTEM.STACK-VERSION.OP.csv; the columns say which operation. bad_input with file, line,
/// column.
Result<KernelTable> read_kernel_table(const std::string& path, const Catalog&);

/// One file against coefficients.
struct KernelFileErrors {
  std::string path, hardware, stack;
  KernelOp op = KernelOp::gemm;
  std::size_t rows = 0, suspect = 0;  ///< counted; left out because they beat the roofline
  std::size_t unanswered = 0;         ///< no coefficients for them
  std::string unanswered_because{};   ///< the first of these
  KernelErrors errors{};
};
struct KernelOpErrors {
  KernelOp op = KernelOp::gemm;
  std::size_t files = 0, rows = 0, suspect = 0, unanswered = 0;
  KernelErrors errors{};
};
struct KernelValidation {
  std::vector<KernelFileErrors> files;
  std::vector<KernelOpErrors> ops;  ///< over all rows of all files; those that occur
  bool cross_validated = false;     ///< each row predicted by coefficients fitted without its group of shapes
};
Result<KernelValidation> validate_kernels(const std::vector<std::string>& paths, const Catalog&,
                                          const KernelCalibrations&);

struct KernelFitOptions {
  bool cross_validate = true;  ///< 4 folds of whole groups of shapes; collectives: each number of devices
  int max_iterations = 60;
  std::string source, date;
  std::function<void(const std::string&)> progress;  ///< a line now and then
};
struct KernelFit {
  KernelCalibrations calibrations;  ///< one a stack and device
  KernelValidation in_sample;
  KernelValidation cross_validated;  ///< no files when it was not asked for
  std::vector<std::string> notes;    ///< formats with too few rows, coefficients at a bound
};
/// Robust least squares on log(predicted / measured). bad_input when a file cannot be read.
Result<KernelFit> fit_kernels(const std::vector<std::string>& paths, const Catalog&,
                              const KernelFitOptions& = {});

}  // namespace ridgeline
