#include "report/markup.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/table.h"

namespace ridgeline::report {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '\n':
      case '\r':
        result += ' ';
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '~':
        result += '\\';
        [[fallthrough]];
      default:
        result += c;
    }
  }
  return result;
}

std::string code(const std::string& text) {
  std::string result = "`";
  for (const char c : text) result += c == '`' || c == '\n' || c == '\r' ? ' ' : c;
  return result + "`";
}

std::string folded(const std::string& summary, const std::string& block) {
  return fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", summary, block);
}

std::string visible(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
      ++i;  // the controls of Latin-1
    } else if (c == '\n' || (c >= ' ' && c != 0x7f)) {
      result += static_cast<char>(c);
    } else if (c == '\t') {
      result += ' ';
    }
  }
  return result;
}

std::string in_a_line(const std::string& text, std::size_t columns) {
  std::string line = visible(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  if (display_width(line) <= columns) return line;
  constexpr std::size_t longest_sign = 4;  // bytes of UTF-8
  const auto drop_last = [&line] {
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0xc0) == 0x80) line.pop_back();
    if (!line.empty()) line.pop_back();
  };
  if (line.size() > longest_sign * columns) {
    line.resize(longest_sign * columns);
    drop_last();  // which may have been cut
  }
  while (display_width(line) >= columns) drop_last();
  return line + "…";
}

}  // namespace ridgeline::report
