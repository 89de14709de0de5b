#pragma once
// What is shipped of the catalog, the benchmarks' rules and the offline coefficients, read once for all
// tests.

#include "ridgeline/mlperf.h"

namespace ridgeline::testing {

inline const Catalog& catalog() {
  static const Catalog loaded = *Catalog::load(RIDGELINE_DATA_DIR);
  return loaded;
}
inline const MlperfRules& rules() {
  static const MlperfRules loaded = *MlperfRules::load(RIDGELINE_DATA_DIR "/offline/mlperf.yaml");
  return loaded;
}
inline const OfflineCoefficients& shipped_offline() {
  static const OfflineCoefficients loaded =
      *OfflineCoefficients::load(RIDGELINE_DATA_DIR "/offline/coefficients.yaml");
  return loaded;
}

}  // namespace ridgeline::testing
