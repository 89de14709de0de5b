#pragma once
// What is of use in an answer, or in one piece of a streamed one, of OpenAI's chat and completions.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ridgeline::http {

struct AnswerPart {
  bool has_choices = false;
  bool has_text = false;  ///< in any choice: content, reasoning, a refusal or text that is not empty
  bool finished = false;  ///< a choice has its finish_reason
  bool is_error = false;
  std::string message;                                            ///< of the error
  std::optional<std::uint32_t> prompt_tokens, completion_tokens;  ///< of usage
};

/// Absent when it is not JSON. Makes no document: a token comes every few microseconds.
std::optional<AnswerPart> read_answer(std::string_view json);

}  // namespace ridgeline::http
