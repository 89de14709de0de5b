#pragma once
// One of LoadGen's two text logs as keys and values. Both come out with the keys of the detail log, so that
// one reader serves both and the two can be compared.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::formats {

struct LogFile {
  struct Entry {
    std::string value;  ///< "true", "507.435", text without quotes
    std::size_t line = 0;
  };
  std::string path;
  std::map<std::string, Entry, std::less<>> entries;  ///< the last of each key
  std::vector<std::string> errors, warnings, recommendations;
  std::vector<std::string> damage;  ///< "FILE:LINE: what could not be read"
  bool old_token_label = false;     ///< "Time to Output Token"
};

/// mlperf_log_detail.txt: a line of JSON an entry, after ":::MLLOG".
LogFile parse_detail(const std::string& path, std::string_view text);
/// mlperf_log_summary.txt: "LABEL : VALUE". Labels nobody knows are left out.
LogFile parse_summary(const std::string& path, std::string_view text);

/// The detail log's key for a label of the summary, such as "99.00 percentile latency (ns)"; empty: none.
std::string key_of_label(std::string_view label, bool multi_stream);

/// Calls f(line number from 1, line without its end) for each line.
template <class F>
void each_line(std::string_view text, F&& f) {
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    f(++number, line);
  }
}

/// Without blanks at either end.
std::string_view trim(std::string_view);

}  // namespace ridgeline::formats
