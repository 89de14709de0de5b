#pragma once
// A table once, for a terminal, Markdown and a page alike.

#include <string>
#include <vector>

namespace ridgeline::report {

enum class Align { left, right };

/// Columns on a terminal: one per code point, which holds for the letters and signs that reports use.
std::size_t display_width(const std::string&);

class Table {
 public:
  struct Column {
    std::string title;
    Align align = Align::left;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// Fewer cells than columns leave the rest empty.
  void add(std::vector<std::string> cells);
  /// A rule between groups of rows; Markdown has none.
  void rule();

  std::string text() const;      ///< padded columns, two spaces apart, no trailing blanks
  std::string markdown() const;  ///< a pipe table; pipes in cells escaped
  std::string html() const;      ///< <table>; cells escaped, those of figures with class "figure"

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  ///< an empty row is a rule
};

}  // namespace ridgeline::report
