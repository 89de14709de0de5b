#include "load/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>

namespace ridgeline::load {
namespace {

bool ends_row(char c) { return c == '\r' || c == '\n'; }

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (!ends_row(c)) {
      cells.back() += c;
    }
  }
  return cells;
}

}  // namespace

Result<CsvReader> CsvReader::open(const std::string& path) {
  CsvReader reader;
  reader.path_ = path;
  reader.file_.open(path, std::ios::binary);
  std::string line;
  if (!reader.file_) return unavailable(fmt::format("{}: cannot be read; is it there?", path));
  if (!std::getline(reader.file_, line)) {
    return bad_input(fmt::format("{}: empty; the first line must name the columns", path));
  }
  reader.line_ = 1;
  reader.header_ = split(line);
  return reader;
}

bool CsvReader::starts_with(char c) const { return !header_[0].empty() && header_[0][0] == c; }

std::optional<std::size_t> CsvReader::column(std::string_view name) const {
  const auto found = std::find(header_.begin(), header_.end(), name);
  if (found == header_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header_.begin());
}

Result<std::size_t> CsvReader::require(std::string_view name) const {
  if (const auto found = column(name)) return *found;
  return bad_input(fmt::format("{}:1: no column '{}'; the header names {}", path_, name,
                               fmt::join(header_.begin(), header_.end(), ", ")));
}

Result<bool> CsvReader::next() {
  std::string line;
  while (std::getline(file_, line)) {
    ++line_;
    if (line.empty() || ends_row(line[0])) continue;
    cells_ = split(line);
    if (cells_.size() == header_.size()) return true;
    return error(fmt::format("{} cells; the header names {} columns", cells_.size(), header_.size()));
  }
  return false;
}

Result<double> CsvReader::number(std::size_t column) const {
  const std::string& text = cells_[column];
  char* rest = nullptr;
  const double value = std::strtod(text.c_str(), &rest);
  if (!text.empty() && *rest == '\0' && std::isfinite(value)) return value;
  return error(fmt::format("{} is '{}'; must be a number", header_[column], text));
}

Result<std::uint64_t> CsvReader::count(std::size_t column) const {
  const std::string& text = cells_[column];
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  errno = 0;
  const std::uint64_t value = digits ? std::strtoull(text.c_str(), nullptr, 10) : 0;
  if (digits && errno == 0) return value;
  return error(fmt::format("{} is '{}'; must be a whole number of 0 or more", header_[column], text));
}

Error CsvReader::error(std::string_view message) const {
  return bad_input(fmt::format("{}:{}: {}", path_, line_, message));
}

}  // namespace ridgeline::load
