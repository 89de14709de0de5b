#include "report/sheet.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/markup.h"
#include "report/svg_parts.h"

namespace ridgeline::report {

void Sheet::line(std::string_view label, std::string value) {
  lines_.emplace_back(std::string(label), std::move(value));
}

void Sheet::table(std::string heading, Table table, std::string below) {
  details_.push_back({std::move(heading), std::move(table), std::move(below)});
}

std::string Sheet::text() const {
  std::string result = title_ + "\n";
  for (const auto& [label, value] : lines_) result += fmt::format("  {:<{}}{}\n", label, width_, value);
  for (const std::string& note : notes_) result += note + "\n";
  for (const Details& details : details_) {
    result += "\n" + details.table.text();
    if (!details.below.empty()) result += details.below + "\n";
  }
  return result;
}

std::string Sheet::markdown() const {
  Table figures({{""}, {"value"}});
  for (const auto& [label, value] : lines_) {
    const std::size_t begin = std::min(label.find_first_not_of(' '), label.size());
    figures.add({label.substr(begin), value});
  }
  std::string result = fmt::format("### {}\n\n{}", title_, figures.markdown());
  for (const std::string& note : notes_) result += "\n" + note + "\n";
  for (const Details& details : details_) {
    const std::string below = details.below.empty() ? "" : "\n" + details.below + "\n";
    result += folded(details.heading, details.table.markdown() + below);
  }
  return result;
}

std::string Sheet::html() const {
  Table figures({{"figure"}, {"value"}});
  for (const auto& [label, value] : lines_) figures.add({label, value});
  std::string result = figures.html();
  for (const std::string& note : notes_)
    result += fmt::format("<p class=\"note\">{}</p>\n", xml_escaped(note));
  for (const Details& details : details_) {
    result +=
        fmt::format("<details><summary>{}</summary>\n{}", xml_escaped(details.heading), details.table.html());
    if (!details.below.empty()) result += fmt::format("<p>{}</p>\n", xml_escaped(details.below));
    result += "</details>\n";
  }
  return result;
}

}  // namespace ridgeline::report
