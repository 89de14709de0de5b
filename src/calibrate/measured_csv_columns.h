#pragma once
// Which column of a file of measurements says what: names and their synonyms, units in the names.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "ridgeline/units.h"

namespace ridgeline::calibrate {

class Columns {
 public:
  /// bad_input when two columns say the same, a time has no unit, or what every file needs is missing.
  static Result<Columns> find(const CsvRecord& header, const std::string& path);

  /// Of a key such as "model", "prefill_tensor", "ttft"; none when the file does not have it.
  std::optional<std::size_t> index(std::string_view key) const;
  /// What the file calls it; the key itself where it has no such column.
  std::string name(std::string_view key) const;
  /// A second is this many of the column's unit, for "ttft" and "tpot".
  double per_second(std::string_view key) const;
  /// Names as the benchmark files of aiconfigurator have them, whose rows have peculiarities
  /// (docs/measured-csv.md).
  bool silicon_form() const { return silicon_form_; }
  const std::vector<std::string>& unused() const { return unused_; }

 private:
  struct Column {
    std::size_t index = 0;
    std::string name;
    double per_second = 1;
  };
  std::map<std::string, Column, std::less<>> columns_;
  std::vector<std::string> unused_;
  bool silicon_form_ = false;
};

/// One row, by key. Empty fields and nan, na, null, none are missing.
class MeasuredRow {
 public:
  MeasuredRow(const CsvRecord& record, const Columns& columns, const std::string& path)
      : record_(record), columns_(columns), path_(path) {}

  std::size_t line() const { return record_.line; }
  const Columns& columns() const { return columns_; }
  std::optional<std::string> text(std::string_view key) const;
  Result<std::string> required_text(std::string_view key) const;
  Result<std::optional<double>> number(std::string_view key) const;        ///< finite
  Result<std::optional<double>> positive(std::string_view key) const;      ///< above 0
  Result<std::optional<std::uint32_t>> count(std::string_view key) const;  ///< whole, 0 or more; "4.0" is 4
  Result<std::optional<Seconds>> time(std::string_view key) const;         ///< above 0, of the column's unit
  /// "file:line: column: message"
  Error error(std::string_view key, std::string_view message) const;

 private:
  const CsvRecord& record_;
  const Columns& columns_;
  const std::string& path_;
};

}  // namespace ridgeline::calibrate
