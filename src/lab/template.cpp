#include "lab/template.h"

#include <fmt/format.h>

namespace ridgeline::lab {
namespace {

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

/// The name in braces at `at`; empty: there is none.
std::string name_at(const std::string& text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && in_name(text[end])) ++end;
  return end < text.size() && text[end] == '}' ? text.substr(at + 1, end - at - 1) : "";
}

std::string doubled(const std::string& text) {
  std::string result;
  for (const char c : text) result.append(c == '{' || c == '}' ? 2 : 1, c);
  return result;
}

Result<std::string> fill_some(const std::set<std::string>* kept, const std::string& text,
                              const ValueOf& value_of, Use use) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '{' && c != '}') {
      result += c;
    } else if (i + 1 < text.size() && text[i + 1] == c) {
      result.append(kept ? 2 : 1, c);
      ++i;
    } else {
      const std::string name = c == '{' ? name_at(text, i) : "";
      if (name.empty()) return bad_input(fmt::format("'{}' belongs to no placeholder; write {}{}", c, c, c));
      i += name.size() + 1;
      if (kept && kept->count(name) > 0) {
        result += "{" + name + "}";
        continue;
      }
      RIDGELINE_TRY(value, value_of(name, use));
      result += kept ? doubled(value) : value;
    }
  }
  return result;
}

}  // namespace

Result<std::string> fill(const std::string& text, const ValueOf& value_of, Use use) {
  return fill_some(nullptr, text, value_of, use);
}

Result<std::string> fill_but(const std::set<std::string>& kept, const std::string& text,
                             const ValueOf& value_of, Use use) {
  return fill_some(&kept, text, value_of, use);
}

}  // namespace ridgeline::lab
