#pragma once
// What is fitted for one kernel of one stack: which coefficients are free, within which range, from where.

#include <map>
#include <string_view>
#include <vector>

#include "kernels/fields.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline::calibrate {

template <class Coefficients>
struct KernelPlan {
  Coefficients fixed;  ///< how the library chooses its kernels, and coefficients that are not free
  std::vector<kernels::Field<Coefficients>> free;
  /// Values by name that differ from the fields' own starts; the best end wins.
  std::vector<std::map<std::string_view, double>> starts;
};

/// All rows are of the same kernel: of one format, or one collective.
struct KernelGroup {
  const KernelTable* table = nullptr;
  const Hardware* hardware = nullptr;
  std::vector<const MeasuredKernel*> rows;  ///< those that count
  std::size_t suspect = 0;
};

KernelPlan<GemmCoefficients> plan_gemm(const KernelGroup&);
KernelPlan<ContextCoefficients> plan_context(const KernelGroup&);
KernelPlan<GenerationCoefficients> plan_generation(const KernelGroup&);
KernelPlan<CollectiveCoefficients> plan_collective(const KernelGroup&);
KernelPlan<MoeCoefficients> plan_moe(const KernelGroup&);

/// What cross-validation leaves out as a whole: n and k; heads and formats; sizes of experts; number of
/// devices.
std::string shape_group(const KernelShape&);

}  // namespace ridgeline::calibrate
