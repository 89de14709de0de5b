#pragma once
// A result as people read it, once for a terminal, Markdown and a page alike: a title, labelled figures,
// notes, and tables below.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/table.h"

namespace ridgeline::report {

class Sheet {
 public:
  /// `label_width`: columns of the labels on a terminal.
  Sheet(std::string title, std::size_t label_width) : title_(std::move(title)), width_(label_width) {}

  /// Without a label it belongs to the line above.
  void line(std::string_view label, std::string value);
  /// Below the figures.
  void note(std::string sentence) { notes_.push_back(std::move(sentence)); }
  /// Details: Markdown folds them under the heading. `below`: what a reader must know of the table.
  void table(std::string heading, Table, std::string below = "");

  const std::string& title() const { return title_; }
  std::string text() const;      ///< title, figures two columns in, notes, tables with an empty line above
  std::string html() const;      ///< figures as one table, notes, tables that unfold; without the title
  std::string markdown() const;  ///< a heading, the figures as one table, then notes and details

 private:
  struct Details {
    std::string heading;
    Table table;
    std::string below;
  };
  std::string title_;
  std::size_t width_;
  std::vector<std::pair<std::string, std::string>> lines_;
  std::vector<std::string> notes_;
  std::vector<Details> details_;
};

}  // namespace ridgeline::report
