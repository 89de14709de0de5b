#include "systems/http/answer_json.h"

#include <simdjson.h>

#include <algorithm>

namespace ridgeline::http {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string_view text_of(const element& value) {
  std::string_view text;
  return value.get(text) == simdjson::SUCCESS ? text : std::string_view();
}

std::optional<std::uint32_t> count_of(const element& value) {
  std::uint64_t count = 0;
  if (value.get(count) != simdjson::SUCCESS) return std::nullopt;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(count, UINT32_MAX));
}

bool is_content(std::string_view key) {
  return key == "content" || key == "reasoning_content" || key == "reasoning" || key == "refusal";
}

void read_choice(const object& choice, AnswerPart& part) {
  for (const auto& [key, value] : choice) {
    if (key == "finish_reason") part.finished = part.finished || !text_of(value).empty();
    if (key == "text") part.has_text = part.has_text || !text_of(value).empty();
    object message;
    if ((key != "delta" && key != "message") || value.get(message) != simdjson::SUCCESS) continue;
    for (const auto& [name, content] : message) {
      if (is_content(name) && !text_of(content).empty()) part.has_text = true;
    }
  }
}

void read_choices(const element& value, AnswerPart& part) {
  array choices;
  if (value.get(choices) != simdjson::SUCCESS) return;
  part.has_choices = true;
  for (const element& each : choices) {
    object choice;
    if (each.get(choice) == simdjson::SUCCESS) read_choice(choice, part);
  }
}

void read_usage(const element& value, AnswerPart& part) {
  object usage;
  if (value.get(usage) != simdjson::SUCCESS) return;
  for (const auto& [key, count] : usage) {
    if (key == "prompt_tokens") part.prompt_tokens = count_of(count);
    if (key == "completion_tokens") part.completion_tokens = count_of(count);
  }
}

void read_error(const element& value, AnswerPart& part) {
  if (value.is_null()) return;
  part.is_error = true;
  element message;
  part.message = text_of(value.at_key("message").get(message) == simdjson::SUCCESS ? message : value);
}

}  // namespace

std::optional<AnswerPart> read_answer(std::string_view json) {
  thread_local simdjson::dom::parser parser;  // its memory is used again
  element root;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  AnswerPart part;
  object fields;
  if (root.get(fields) != simdjson::SUCCESS) return part;
  std::string_view message;
  for (const auto& [key, value] : fields) {
    if (key == "choices") read_choices(value, part);
    if (key == "usage") read_usage(value, part);
    if (key == "error") read_error(value, part);
    if (key == "object" && text_of(value) == "error") part.is_error = true;
    if (key == "message") message = text_of(value);
  }
  if (part.message.empty()) part.message = message;
  return part;
}

}  // namespace ridgeline::http
