#pragma once
// Rows of published MLPerf files, and what of the catalog they are about.

#include <string>
#include <string_view>

#include "base/csv.h"
#include "ridgeline/mlperf.h"

namespace ridgeline::calibrate {

/// Fields by the name of their column.
class Fields {
 public:
  Fields(const CsvText& csv, const std::string& path) : csv_(csv), path_(path) {}
  bool has(std::string_view column) const { return csv_.column(column).has_value(); }
  std::string text(const CsvRecord& row, std::string_view column) const;
  /// 0 where the field is empty.
  Result<double> number(const CsvRecord& row, std::string_view column) const;

 private:
  const CsvText& csv_;
  const std::string& path_;
};

/// A result as published, of any of the files.
struct Published {
  std::size_t line = 0;
  std::string round, submitter, system, accelerator, benchmark, scenario, software;  ///< scenario: lower case
  double devices = 0, rate = 0, watts = 0;  ///< rate: of the system, in `unit`
  bool in_tokens = false;

  std::string column(std::string_view name) const;
};
/// A row of results.csv.
Result<Published> read_result(const Fields&, const CsvRecord&);

/// Server and Interactive results count for their watts, or for their rates too.
enum class ServerRows { with_watts, all };
/// Fills the row, or returns why it is left out.
Result<std::string> resolve(const Published&, const Catalog&, const MlperfRules&, ServerRows, MlperfRow&);

}  // namespace ridgeline::calibrate
