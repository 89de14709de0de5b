#pragma once
// Measurements against predictions: read them, fit coefficients on them, say how far off predictions are.
// docs/measured-csv.md gives the accepted columns.

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "ridgeline/calibration.h"
#include "ridgeline/serving.h"

namespace ridgeline {

/// One measured serving point, resolved against the catalog.
struct MeasuredPoint {
  std::size_t line = 0;         ///< in the file, 1 is the header
  std::string model, hardware;  ///< catalog ids
  std::string stack, version, precision_text;
  ServingPoint point;
  std::optional<Seconds> ttft, tpot;
  bool disaggregated = false;
  std::string doubt;  ///< why the row cannot be what it says, or leaves something open; empty: none
};

struct MeasuredTable {
  std::string path;
  std::vector<MeasuredPoint> points;
  std::vector<std::string> notes;  ///< columns not used, rows that could not be read and why
};
/// bad_input with file, line, column on a value that cannot be read or a model or device the catalog lacks.
Result<MeasuredTable> read_measured(const std::string& path, const Catalog&);

/// A row with its prediction.
struct ValidatedPoint {
  std::size_t row = 0;  ///< in the table's points
  Seconds predicted_ttft{}, predicted_tpot{};
  std::optional<std::pair<Seconds, Seconds>> ttft_interval, tpot_interval;
  Seconds fastest_tpot{}, fastest_ttft{};  ///< roofline: the ideal calibration at the same point
  std::string suspect;                     ///< why it is left out of the errors; empty: counted
  std::string error;                       ///< why it has no prediction; empty: it has
};

/// Errors in per cent over rows that are counted.
struct ErrorSummary {
  std::size_t rows = 0;
  double mape = 0, median = 0,
         bias = 0;      ///< mean and median of |predicted / measured - 1|; median of it signed
  double coverage = 0;  ///< share of rows inside their interval, per cent
};

struct ValidationGroup {
  std::string key;  ///< "vllm, h200-sxm-141gb"
  ErrorSummary ttft, tpot;
};

struct Validation {
  MeasuredTable table;
  std::vector<ValidatedPoint> points;
  std::vector<ValidationGroup> groups;
  ErrorSummary ttft, tpot;              ///< over all that are counted
  ErrorSummary clear_ttft, clear_tpot;  ///< of these, over the rows without a doubt
  double coverage = 0;                  ///< of both times, per cent
  bool cross_validated = false;
};

struct ValidationOptions {
  /// Also "version", "precision", "mode"; "system" is hardware, "backend" is stack. Empty: no groups.
  std::vector<std::string> by{"hardware", "model", "stack"};
};
/// Predicts every row with the calibrations: each has a prediction or an error. Rows that beat the roofline
/// are suspect; rows with a doubt count. bad_input when `by` names something else.
Result<Validation> validate(const MeasuredTable&, const Catalog&, const Calibrations&,
                            const ValidationOptions& = {});

struct Fit;
struct FitOptions {
  bool cross_validate = true;  ///< by whole groups (model x hardware x stack)
  int max_iterations = 200;
  std::string source, date;                          ///< of the measurements, for provenance
  std::function<void(const std::string&)> progress;  ///< a line now and then
  std::function<void(const Fit&)> fitted;   ///< called once, before the cross-validation, with what is there
  const std::atomic<bool>* stop = nullptr;  ///< set: the cross-validation ends after the group at hand
};
struct FittedCoefficient {
  std::size_t coefficient = 0;
  double value = 0, error = 0;  ///< error: of its logarithm
  bool determined = true;       ///< false: the data leave it at its prior
};
struct Fit {
  Calibrations calibrations;
  std::vector<FittedCoefficient> overall;  ///< the level that all rows share
  Validation in_sample,
      cross_validated;                ///< of the rows used, which are their tables; the second may be empty
  std::vector<std::string> left_out;  ///< rows not used, with their lines and why
  std::vector<std::string> notes;     ///< coefficients that the data cannot determine, and what else to know
};
/// Robust regression on log(measured / predicted), with the coefficients' priors. bad_input when no row is
/// usable.
Result<Fit> fit(const MeasuredTable&, const Catalog&, const FitOptions& = {});

}  // namespace ridgeline
