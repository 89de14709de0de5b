#pragma once
// Calibrations that were fitted: coefficients by hardware generation and serving stack, with what is known of
// their errors. Files: data/calibration/*.yaml; docs/calibration.md gives every key and coefficient.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {

/// One number of a Calibration that measurements can determine: how to reach it, and what is believed of it
/// before any measurement. Fits work on its logarithm.
struct Coefficient {
  std::string_view name;     ///< "memory", "per_layer"
  std::string_view unit;     ///< "share", "s", "rows", "steps"
  std::string_view meaning;  ///< one line
  double prior = 1;          ///< median before measurements
  double prior_spread = 0;   ///< standard deviation of its logarithm
  double limit = 1;          ///< largest physical value
  double (*get)(const Calibration&) = nullptr;
  void (*set)(Calibration&, double) = nullptr;
};
/// All of them, in a fixed order.
std::span<const Coefficient> coefficients();
/// The index in coefficients(), or none.
std::optional<std::size_t> find_coefficient(std::string_view name);

/// Where a level applies; an empty key is any. More keys are more specific.
struct CalibrationScope {
  std::string generation;  ///< "hopper": Hardware::generation
  std::string stack;       ///< "vllm", "trtllm", "sglang", "mlperf"
  std::string version;     ///< of the stack
  friend bool operator==(const CalibrationScope&, const CalibrationScope&) = default;
};

/// What one scope changes: a coefficient is the prior times the factors of every level that applies.
struct CalibrationLevel {
  struct Factor {
    std::size_t coefficient = 0;  ///< index in coefficients()
    double log_factor = 0;
    double error = 0;  ///< standard error of log_factor
  };
  CalibrationScope scope;
  std::size_t rows = 0;  ///< measurements in the scope
  std::vector<Factor> factors;
};

/// What a calibration was asked for, and what of it was measured.
struct CalibrationMatch {
  Calibration calibration;  ///< kind fitted; provenance says on what, or from what it was transported
  bool generation_measured = false, stack_measured = false, version_measured = false;
};

/// "qwen3-32b, h100-sxm-80gb, vllm": what the fit's cross-validation leaves out as a whole.
std::string group_key(std::string_view model, std::string_view hardware, std::string_view stack);

/// A read calibration file, or several merged (the later file wins where scopes are equal).
class Calibrations {
 public:
  Calibrations() = default;
  /// Every .yaml file of a folder in order of name, or one file. bad_input with file, line, key.
  static Result<Calibrations> load(const std::string& path);
  /// Coefficients for the device under a stack ("" : the mean of all). Parts of the scope without
  /// measurements are transported: their factors are the mean's, and the spread is that between groups, wider
  /// for each of them. With a model id the spread is that of groups that the fit had seen only where it had
  /// seen this model on this device under this stack.
  CalibrationMatch find(const Hardware&, std::string_view stack, std::string_view version,
                        std::string_view model = {}) const;
  bool empty() const { return levels.empty(); }

  std::vector<CalibrationLevel> levels;
  std::vector<std::string> seen;  ///< group_key of every group fitted on, sorted
  std::string source, date;       ///< what was fitted on, when
  std::size_t rows = 0, groups = 0;
  double spread = 0, first_token_spread = 0;            ///< in groups the fit had not seen
  double seen_spread = 0, seen_first_token_spread = 0;  ///< in groups that it had
};
/// The YAML that load takes back unchanged.
std::string write_calibrations(const Calibrations&);

}  // namespace ridgeline
