#pragma once
// Comma-separated text, strictly: RFC 4180 with a header line, in UTF-8; a byte order mark and CRLF are
// welcome.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::calibrate {

struct CsvRecord {
  std::size_t line = 0;  ///< where it starts, 1 is the file's first
  std::vector<std::string> fields;
};

struct CsvText {
  CsvRecord header;
  std::vector<CsvRecord> rows;  ///< each as long as the header; empty lines are left out
  /// Where a column of exactly this name stands.
  std::optional<std::size_t> column(std::string_view name) const;
};

/// bad_input with `path`:line on a quote in the wrong place or never closed, a row shorter or longer than the
/// header, a column name that is empty or there twice, no header, bytes that are not UTF-8.
Result<CsvText> parse_csv(const std::string& text, const std::string& path);

}  // namespace ridgeline::calibrate
