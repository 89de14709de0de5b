#pragma once
// Rows of kernel CSV files as shapes.

#include <string>
#include <string_view>

#include "base/csv.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline::calibrate {

/// Fields by column name, with errors that say file, line and column. Keeps references.
class KernelColumns {
 public:
  KernelColumns(const CsvText& csv, const std::string& path) : csv_(csv), path_(path) {}
  std::size_t size() const { return csv_.rows.size(); }
  std::size_t line(std::size_t row) const { return csv_.rows[row].line; }
  bool has(std::string_view column) const;
  /// Empty when the column is absent.
  std::string text(std::size_t row, std::string_view column) const;
  /// bad_input when absent, or not a number above `more_than`.
  Result<double> number(std::size_t row, std::string_view column, double more_than) const;
  Error error(std::size_t row, std::string_view column, std::string_view message) const;

 private:
  const CsvText& csv_;
  const std::string& path_;
};

/// Fills table.rows by table.op.
Status read_kernel_rows(const KernelColumns&, KernelTable& table);

}  // namespace ridgeline::calibrate
