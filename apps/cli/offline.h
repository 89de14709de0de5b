#pragma once
// Saturated throughput on the command line: `predict --offline`, and published results for `validate` and
// `calibrate`.

#include "app.h"
#include "ridgeline/mlperf_rules.h"

namespace ridgeline::cli {

/// What `predict --offline` takes beside the flags of a pass.
struct OfflineFlags {
  bool offline = false;
  std::string workload;
  unsigned devices = 0;
  double power_limit = 0;

  void add_to(CLI::App&);
  /// Prints the prediction; the exit code. `plan`, `isl` and `osl` count where their flags were given or the
  /// model is in no benchmark.
  int run(const Context&, const Model&, const Hardware&, const PrecisionPlan& plan, std::uint32_t isl,
          std::uint32_t osl, bool explain_inputs) const;

 private:
  Result<OfflineWorkload> choose(const MlperfRules&, const Model&, const Hardware&, const PrecisionPlan&,
                                 std::uint32_t isl, std::uint32_t osl) const;
  bool given(const std::string& flag) const { return command_ && command_->count(flag) > 0; }
  CLI::App* command_ = nullptr;
};

/// The rules and coefficients that are shipped with the catalog.
Result<MlperfRules> load_rules(const Context&);
Result<OfflineCoefficients> load_offline_coefficients(const Context&);

/// Errors against published results or power runs; with `cross_validate` by fits that had not seen them.
int validate_mlperf_file(const Context&, const std::string& path, bool cross_validate);
/// Fits the offline coefficients on published results and writes them to `out`.
int calibrate_mlperf_file(const Context&, const std::string& path, const std::string& out,
                          const std::string& source, const std::string& date);

}  // namespace ridgeline::cli
