#pragma once
// Comma-separated text, strictly: RFC 4180 with a header line, in UTF-8; a byte order mark and CRLF are
// welcome. Errors are bad_input with file:line.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline {

struct CsvRecord {
  std::size_t line = 0;  ///< where it starts, 1 is the file's first
  std::vector<std::string> fields;
};

/// Row by row. Errors: a quote in the wrong place or never closed, a row shorter or longer than the header, a
/// column name that is empty or there twice, no header, bytes that are not UTF-8.
class CsvReader {
 public:
  static Result<CsvReader> open(const std::string& path);  ///< unavailable where it cannot be read
  static Result<CsvReader> of(std::string text, const std::string& path);

  const CsvRecord& header() const { return header_; }
  /// Where a column of exactly this name stands.
  std::optional<std::size_t> column(std::string_view name) const;
  /// The same, or an error that lists the columns there are.
  Result<std::size_t> require(std::string_view name) const;

  /// Moves to the next row that is not empty: false at the end.
  Result<bool> next();
  const CsvRecord& row() const { return row_; }
  const std::string& cell(std::size_t column) const { return row_.fields[column]; }
  Result<double> number(std::size_t column) const;        ///< finite
  Result<std::uint64_t> count(std::size_t column) const;  ///< a whole number of 0 or more
  /// "FILE:LINE: MESSAGE" of the row that next() moved to; of the header before that.
  Error error(std::string_view message) const;

 private:
  CsvReader() = default;
  Result<bool> read(CsvRecord&);
  Status read_header();

  std::string text_, path_;
  std::size_t at_ = 0, line_ = 1;
  CsvRecord header_, row_;
};

/// A whole file at once.
struct CsvText {
  CsvRecord header;
  std::vector<CsvRecord> rows;  ///< each as long as the header; empty lines are left out
  std::optional<std::size_t> column(std::string_view name) const;
};
Result<CsvText> parse_csv(std::string text, const std::string& path);
Result<CsvText> read_csv(const std::string& path);

}  // namespace ridgeline
