#include "systems/http/sse.h"

#include <algorithm>

namespace ridgeline::http {

void EventStream::clear() {
  line_.clear();
  data_.clear();
  has_data_ = after_cr_ = false;
  first_line_ = true;
}

/// Moves bytes into line_ up to the end of the line; false when that is not among them.
bool EventStream::take_line(std::string_view& bytes) {
  if (after_cr_ && !bytes.empty()) {
    if (bytes.front() == '\n') bytes.remove_prefix(1);
    after_cr_ = false;
  }
  const auto end = std::find_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; });
  line_.append(bytes.begin(), end);
  if (end == bytes.end()) return false;
  after_cr_ = *end == '\r';
  bytes.remove_prefix(static_cast<std::size_t>(end - bytes.begin()) + 1);
  return true;
}

/// Puts the line where it belongs; true when it was the empty one that ends an event with data.
bool EventStream::end_line() {
  std::string_view line = line_;
  if (first_line_ && line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
  first_line_ = false;
  bool dispatch = false;
  if (line.empty()) {
    dispatch = has_data_;
    has_data_ = false;
  } else if (line == "data" || line.starts_with("data:")) {
    line.remove_prefix(std::min<std::size_t>(line.size(), 5));
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    data_ += line;
    has_data_ = true;
  }
  line_.clear();
  return dispatch;
}

}  // namespace ridgeline::http
