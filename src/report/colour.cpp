#include "report/colour.h"

#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <string_view>

namespace ridgeline::report {
namespace {

struct Word {
  std::string_view word, code;
};
constexpr std::string_view green = "\033[32m", red = "\033[31m", yellow = "\033[33m", plain_again = "\033[0m";
constexpr Word words[] = {{"DOES NOT FIT", red}, {"INVALID", red}, {"FAILED", red},     {"FAIL", red},
                          {"BREAKS", red},       {"VALID", green}, {"PASS", green},     {"holds", green},
                          {"WARN", yellow},      {"OK", green},    {"LIMITED", yellow}, {"MISSING", yellow}};

bool is_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || c == '-' || byte >= 0x80;
}

const Word* word_at(const std::string& text, std::size_t at) {
  if (at > 0 && is_letter(text[at - 1])) return nullptr;
  for (const Word& word : words) {
    if (text.compare(at, word.word.size(), word.word) != 0) continue;
    const std::size_t end = at + word.word.size();
    if (end == text.size() || !is_letter(text[end])) return &word;
  }
  return nullptr;
}

}  // namespace

std::string coloured(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    if (const Word* word = word_at(text, i)) {
      result.append(word->code).append(word->word).append(plain_again);
      i += word->word.size();
    } else {
      result += text[i++];
    }
  }
  return result;
}

bool wants_colour(ColourWhen when, bool terminal) {
  if (when != ColourWhen::automatic) return when == ColourWhen::always;
  const char *none = std::getenv("NO_COLOR"), *kind = std::getenv("TERM");
  if (none && *none) return false;
  return terminal && !(kind && std::string_view(kind) == "dumb");
}

bool stdout_is_terminal() {
#ifdef __EMSCRIPTEN__
  return false;  // its isatty() takes pipes and files for terminals
#else
  return isatty(STDOUT_FILENO) != 0;
#endif
}

}  // namespace ridgeline::report
