#pragma once
// The lines that a command reads and writes (docs/bench-command.md).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::systems {

/// {"id":7,"samples":1} and, where there are lengths, "input_tokens" and "output_tokens": a number where all
/// samples have the same, else one for each. Ends with a newline.
std::string query_line(const Query&, const std::vector<TokenLengths>&);
inline constexpr std::string_view flush_line = "{\"flush\":true}\n";

/// A command's first line.
struct ReadyLine {
  std::string name;    ///< of the system; empty: it gave none
  bool flush = false;  ///< it wants to be told when no more queries will come
};
/// Absent where the line is anything but {"ready":true} with an optional "name" and "flush".
std::optional<ReadyLine> parse_ready(std::string_view line);

/// Any other line of a command.
struct AnswerLine {
  enum class Event { done, first_token, token, failed, bad };
  Event event = Event::bad;
  std::optional<std::uint64_t> query;
  std::optional<std::uint32_t> samples;  ///< absent: all that the query still lacks
  std::uint32_t tokens = 0;
  std::string why;  ///< failed: in the command's words, shortened; bad: what is wrong with the line
};
AnswerLine parse_answer(std::string_view line);

/// At most `most` bytes, never half a character, and no control characters.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace ridgeline::systems
