#include "calibrate/measured_csv_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace ridgeline::calibrate {
namespace {

/// Reads one record after the other.
class Reader {
 public:
  Reader(const std::string& text, const std::string& path) : text_(text), path_(path) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (text_.substr(0, byte_order_mark.size()) == byte_order_mark)
      text_.remove_prefix(byte_order_mark.size());
  }

  bool done() const { return text_.empty(); }

  Result<CsvRecord> next() {
    CsvRecord record;
    record.line = line_;
    for (;;) {
      RIDGELINE_TRY(field, next_field());
      record.fields.push_back(std::move(field));
      if (take(",")) continue;
      if (done() || take_end_of_line()) return record;
      return error(text_.front() == '\r' ? "a carriage return without a line feed"
                                         : "text after a closing quote; double a quote inside quotes");
    }
  }

 private:
  bool take(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  bool take_end_of_line() {
    if (!take("\r\n") && !take("\n")) return false;
    ++line_;
    return true;
  }
  Result<std::string> next_field() {
    if (take("\"")) return quoted();
    const std::string_view field = text_.substr(0, text_.find_first_of(",\r\n"));
    if (field.find('"') != std::string_view::npos) {
      return error("a quote inside a field; put the whole field in quotes and double it");
    }
    text_.remove_prefix(field.size());
    return std::string(field);
  }
  Result<std::string> quoted() {
    std::string field;
    const std::size_t first_line = line_;
    while (!done()) {
      if (take("\"\"")) {
        field += '"';
      } else if (take("\"")) {
        return field;
      } else {
        if (text_.front() == '\n') ++line_;
        field += text_.front();
        text_.remove_prefix(1);
      }
    }
    line_ = first_line;
    return error("a quote that is never closed");
  }
  Error error(std::string_view message) const {
    return bad_input(fmt::format("{}:{}: {}", path_, line_, message));
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t line_ = 1;
};

/// The line of the first byte that no UTF-8 text has in its place; 0: there is none.
std::size_t line_of_bad_utf8(std::string_view text) {
  std::size_t line = 1, following = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    if (continues != (following > 0) || byte > 0xF4) return line;
    if (continues) {
      --following;
    } else {
      following = byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
    }
    if (c == '\n') ++line;
  }
  return following > 0 ? line : 0;
}

Status check_header(const CsvRecord& header, const std::string& path) {
  for (auto name = header.fields.begin(); name != header.fields.end(); ++name) {
    const auto column = name - header.fields.begin() + 1;
    if (name->empty())
      return bad_input(fmt::format("{}:{}: column {} has no name", path, header.line, column));
    if (std::find(header.fields.begin(), name, *name) != name) {
      return bad_input(fmt::format("{}:{}: the column '{}' is there twice", path, header.line, *name));
    }
  }
  return Status::success();
}

}  // namespace

std::optional<std::size_t> CsvText::column(std::string_view name) const {
  const auto found = std::find(header.fields.begin(), header.fields.end(), name);
  if (found == header.fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.fields.begin());
}

Result<CsvText> parse_csv(const std::string& text, const std::string& path) {
  if (const std::size_t line = line_of_bad_utf8(text)) {
    return bad_input(fmt::format("{}:{}: not UTF-8 text", path, line));
  }
  CsvText result;
  Reader reader(text, path);
  while (!reader.done()) {
    RIDGELINE_TRY(record, reader.next());
    if (record.fields.size() == 1 && record.fields.front().empty()) continue;
    if (result.header.fields.empty()) {
      result.header = std::move(record);
      RIDGELINE_CHECK(check_header(result.header, path));
    } else if (record.fields.size() == result.header.fields.size()) {
      result.rows.push_back(std::move(record));
    } else {
      return bad_input(fmt::format("{}:{}: {} fields, and the header has {}", path, record.line,
                                   record.fields.size(), result.header.fields.size()));
    }
  }
  if (result.header.fields.empty())
    return bad_input(fmt::format("{}:1: a header with column names is needed", path));
  return result;
}

}  // namespace ridgeline::calibrate
