#pragma once
// What summary and detail say together: the detail log's figure where both have one, because it has more
// digits; where they differ by more than the digits that the summary prints, a disagreement.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/log_file.h"
#include "ridgeline/mlperf_log.h"

namespace ridgeline::formats {

/// Remembers the first value that is not what was asked for, so that a reader can ask for everything first.
class Figures {
 public:
  /// Either may be absent.
  Figures(const LogFile* detail, const LogFile* summary) : files_{detail, summary} {}

  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::optional<std::string> text(std::string_view key);
  std::optional<double> number(std::string_view key);  ///< "nan" and "inf" are absent
  std::optional<std::uint64_t> count(std::string_view key);
  std::optional<Nanoseconds> time(std::string_view key);  ///< whole nanoseconds, also written as 8e+07
  std::optional<bool> flag(std::string_view key);         ///< neither true nor false: absent
  /// PREFIXmin, max, mean AFTER, and PERCENTILE_PREFIX 99.00 PERCENTILE_AFTER.
  ReportedTimes times(std::string_view prefix, std::string_view after, std::string_view percentile_prefix,
                      std::string_view percentile_after);

  /// Where the two files differ.
  std::vector<std::string> disagreements() const;
  const std::optional<Error>& error() const { return error_; }

 private:
  const LogFile::Entry* find(std::string_view key) const;
  void fail(std::string_view key, std::string_view wanted);

  const LogFile* files_[2];
  std::optional<Error> error_;
};

/// The text as a whole number of 0 or more; absent when it is not one, or too large.
std::optional<std::uint64_t> parse_count(std::string_view);

}  // namespace ridgeline::formats
