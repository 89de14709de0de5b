#pragma once
// Errors of published results, and what the fit shares with them.

#include <string>
#include <vector>

#include "ridgeline/mlperf.h"

namespace ridgeline::calibrate {

/// "llama2-70b, h100-sxm-80gb": what cross-validation leaves out as a whole.
std::string mlperf_group(const MlperfRow&);

/// Predicts one row.
MlperfPoint predict_row(const MlperfRow&, std::size_t index, const Catalog&, const MlperfRules&,
                        const OfflineCoefficients&);

/// Summaries over rows that have been predicted.
MlperfValidation summarize_mlperf(MlperfTable, std::vector<MlperfPoint>);

/// J a sample as published; 0 where the row does not say it.
double published_energy(const MlperfRow&);

}  // namespace ridgeline::calibrate
