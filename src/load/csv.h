#pragma once
// Comma-separated files with a header: columns by name, errors with file:line.

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::load {

/// Reads row by row. Cells may stand in double quotes, but not run over lines.
class CsvReader {
 public:
  static Result<CsvReader> open(const std::string& path);

  /// Whether the first line starts with this: a file of another kind.
  bool starts_with(char) const;
  std::optional<std::size_t> column(std::string_view name) const;
  /// The column, or an error that lists the columns there are.
  Result<std::size_t> require(std::string_view name) const;

  /// Moves to the next row that is not empty: false at the end. A row with too few or too many cells is an
  /// error.
  Result<bool> next();
  const std::string& cell(std::size_t column) const { return cells_[column]; }
  Result<double> number(std::size_t column) const;        ///< finite
  Result<std::uint64_t> count(std::size_t column) const;  ///< a whole number of 0 or more
  /// "FILE:LINE: MESSAGE" of the row that next() moved to.
  Error error(std::string_view message) const;

 private:
  CsvReader() = default;

  std::string path_;
  std::ifstream file_;
  std::size_t line_ = 0;
  std::vector<std::string> header_, cells_;
};

}  // namespace ridgeline::load
