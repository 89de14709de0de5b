#pragma once
// Adds the errors of files up by operation.

#include <array>
#include <vector>

#include "ridgeline/kernel_validation.h"

namespace ridgeline::calibrate {

class KernelTally {
 public:
  /// Fills file.rows and file.errors from the logarithms of predicted / measured.
  void add(KernelFileErrors file, const std::vector<double>& log_ratios);
  KernelValidation validation() const;

 private:
  std::vector<KernelFileErrors> files_;
  std::array<std::vector<double>, kernel_ops> log_ratios_;
};

}  // namespace ridgeline::calibrate
