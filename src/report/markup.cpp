#include "report/markup.h"

#include <fmt/format.h>

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

}  // namespace ridgeline::report
