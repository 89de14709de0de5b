#include "base/csv.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "base/file.h"

namespace ridgeline {
namespace {

Error error_at(const std::string& path, std::size_t line, std::string_view message) {
  return bad_input(fmt::format("{}:{}: {}", path, line, message));
}

/// Reads one record of the text that is left.
class Fields {
 public:
  Fields(std::string_view text, std::size_t line, const std::string& path)
      : text_(text), line_(line), path_(path) {}

  std::string_view left() const { return text_; }
  std::size_t line() const { return line_; }

  Status read(CsvRecord& record) {
    record.line = line_;
    record.fields.clear();
    for (;;) {
      RIDGELINE_TRY(field, next_field());
      record.fields.push_back(std::move(field));
      if (take(",")) continue;
      if (text_.empty() || take_end_of_line()) return Status::success();
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
    while (!text_.empty()) {
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
  Error error(std::string_view message) const { return error_at(path_, line_, message); }

  std::string_view text_;
  std::size_t line_;
  const std::string& path_;
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

std::optional<std::size_t> column_of(const CsvRecord& header, std::string_view name) {
  const auto found = std::find(header.fields.begin(), header.fields.end(), name);
  if (found == header.fields.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.fields.begin());
}

}  // namespace

Result<CsvReader> CsvReader::open(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  return of(std::move(text), path);
}

Result<CsvReader> CsvReader::of(std::string text, const std::string& path) {
  if (const std::size_t line = line_of_bad_utf8(text)) return error_at(path, line, "not UTF-8 text");
  CsvReader reader;
  reader.text_ = std::move(text);
  reader.path_ = path;
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (reader.text_.compare(0, byte_order_mark.size(), byte_order_mark) == 0)
    reader.at_ = byte_order_mark.size();
  RIDGELINE_CHECK(reader.read_header());
  return reader;
}

Status CsvReader::read_header() {
  RIDGELINE_TRY(found, read(header_));
  if (!found) return error_at(path_, 1, "empty; a header with column names is needed");
  const auto& names = header_.fields;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty())
      return error_at(path_, header_.line, fmt::format("column {} has no name", name - names.begin() + 1));
    if (std::find(names.begin(), name, *name) != name)
      return error_at(path_, header_.line, fmt::format("the column '{}' is there twice", *name));
  }
  return Status::success();
}

/// The next record that is not an empty line.
Result<bool> CsvReader::read(CsvRecord& record) {
  while (at_ < text_.size()) {
    Fields fields(std::string_view(text_).substr(at_), line_, path_);
    RIDGELINE_CHECK(fields.read(record));
    at_ = text_.size() - fields.left().size();
    line_ = fields.line();
    if (record.fields.size() > 1 || !record.fields.front().empty()) return true;
  }
  return false;
}

std::optional<std::size_t> CsvReader::column(std::string_view name) const { return column_of(header_, name); }
std::optional<std::size_t> CsvText::column(std::string_view name) const { return column_of(header, name); }

Result<std::size_t> CsvReader::require(std::string_view name) const {
  if (const auto found = column(name)) return *found;
  return error_at(path_, header_.line,
                  fmt::format("no column '{}'; the header names {}", name,
                              fmt::join(header_.fields.begin(), header_.fields.end(), ", ")));
}

Result<bool> CsvReader::next() {
  RIDGELINE_TRY(found, read(row_));
  if (!found) return false;
  if (row_.fields.size() == header_.fields.size()) return true;
  return error(fmt::format("{} fields, and the header has {}", row_.fields.size(), header_.fields.size()));
}

Result<double> CsvReader::number(std::size_t column) const {
  const std::string& text = cell(column);
  char* rest = nullptr;
  const double value = std::strtod(text.c_str(), &rest);
  if (!text.empty() && *rest == '\0' && std::isfinite(value)) return value;
  return error(fmt::format("{} is '{}'; must be a number", header_.fields[column], text));
}

Result<std::uint64_t> CsvReader::count(std::size_t column) const {
  const std::string& text = cell(column);
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  errno = 0;
  const std::uint64_t value = digits ? std::strtoull(text.c_str(), nullptr, 10) : 0;
  if (digits && errno == 0) return value;
  return error(fmt::format("{} is '{}'; must be a whole number of 0 or more", header_.fields[column], text));
}

Error CsvReader::error(std::string_view message) const {
  return error_at(path_, row_.line > 0 ? row_.line : header_.line, message);
}

Result<CsvText> parse_csv(std::string text, const std::string& path) {
  RIDGELINE_TRY(reader, CsvReader::of(std::move(text), path));
  CsvText all;
  all.header = reader.header();
  for (;;) {
    RIDGELINE_TRY(more, reader.next());
    if (!more) return all;
    all.rows.push_back(reader.row());
  }
}

Result<CsvText> read_csv(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  return parse_csv(std::move(text), path);
}

}  // namespace ridgeline
