#include "report/table.h"

#include <algorithm>

#include "report/svg_parts.h"

namespace ridgeline::report {
namespace {

std::string padded(const std::string& cell, std::size_t width, Align align) {
  const std::string blanks(width - std::min(width, display_width(cell)), ' ');
  return align == Align::right ? blanks + cell : cell + blanks;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string pipes_escaped(const std::string& cell) {
  std::string result;
  for (const char c : cell) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

std::size_t display_width(const std::string& text) {
  // Continuation bytes of UTF-8 are 10xxxxxx: every other byte starts a code point.
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void Table::add(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

void Table::rule() { rows_.emplace_back(); }

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = display_width(columns_[i].title);
    for (const auto& row : rows_) {
      if (!row.empty()) width = std::max(width, display_width(row[i]));
    }
    widths.push_back(width);
  }
  std::size_t total = 2 * (columns_.size() - 1);
  for (const std::size_t width : widths) total += width;

  const auto line = [&](auto cell_at) {
    std::string result;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) result += "  ";
      result += padded(cell_at(i), widths[i], columns_[i].align);
    }
    return trimmed(result) + "\n";
  };
  std::string rule_line;
  for (std::size_t i = 0; i < total; ++i) rule_line += "─";
  rule_line += "\n";

  std::string result = line([&](std::size_t i) { return columns_[i].title; }) + rule_line;
  for (const auto& row : rows_)
    result += row.empty() ? rule_line : line([&](std::size_t i) { return row[i]; });
  return result;
}

std::string Table::markdown() const {
  std::string result = "|", rule_line = "|";
  for (const auto& column : columns_) {
    result += " " + pipes_escaped(column.title) + " |";
    rule_line += column.align == Align::right ? "---:|" : "---|";
  }
  result += "\n" + rule_line + "\n";
  for (const auto& row : rows_) {
    if (row.empty()) continue;
    result += "|";
    for (const auto& cell : row) result += " " + pipes_escaped(cell) + " |";
    result += "\n";
  }
  return result;
}

std::string Table::html() const {
  const auto cell = [&](std::size_t i, const char* tag, const std::string& text) {
    std::string result = std::string("<") + tag;
    if (columns_[i].align == Align::right) result += " class=\"figure\"";
    return result + ">" + xml_escaped(text) + "</" + tag + ">";
  };
  std::string result = "<table><thead><tr>";
  for (std::size_t i = 0; i < columns_.size(); ++i) result += cell(i, "th", columns_[i].title);
  result += "</tr></thead><tbody>\n";
  for (const auto& row : rows_) {
    if (row.empty()) continue;
    result += "<tr>";
    for (std::size_t i = 0; i < columns_.size(); ++i) result += cell(i, "td", row[i]);
    result += "</tr>\n";
  }
  return result + "</tbody></table>\n";
}

}  // namespace ridgeline::report
