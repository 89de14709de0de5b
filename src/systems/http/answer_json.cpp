#include "systems/http/answer_json.h"

#include <array>
#include <nlohmann/json.hpp>

namespace ridgeline::http {
namespace {

using Json = nlohmann::json;

enum class Key : std::uint8_t {
  other,
  choices,
  delta,
  message,
  text,
  content,  ///< and what reasoning models and refusals write in its place
  finish_reason,
  usage,
  prompt_tokens,
  completion_tokens,
  error,
  object,
};

Key key_of(std::string_view name) {
  static constexpr std::pair<std::string_view, Key> names[] = {
      {"choices", Key::choices},
      {"delta", Key::delta},
      {"message", Key::message},
      {"text", Key::text},
      {"content", Key::content},
      {"reasoning_content", Key::content},
      {"reasoning", Key::content},
      {"refusal", Key::content},
      {"finish_reason", Key::finish_reason},
      {"usage", Key::usage},
      {"prompt_tokens", Key::prompt_tokens},
      {"completion_tokens", Key::completion_tokens},
      {"error", Key::error},
      {"object", Key::object},
  };
  for (const auto& [text, key] : names) {
    if (name == text) return key;
  }
  return Key::other;
}

/// Knows where it is by the keys of what is open, an element of an array having none.
class Reader {
 public:
  AnswerPart part;

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t value) {
    if (depth_ == 2 && open_[1] == Key::usage) {
      const auto count = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, UINT32_MAX));
      if (key_ == Key::prompt_tokens) part.prompt_tokens = count;
      if (key_ == Key::completion_tokens) part.completion_tokens = count;
    }
    return true;
  }
  bool number_float(Json::number_float_t, const Json::string_t&) { return true; }
  bool binary(Json::binary_t&) { return true; }
  bool string(const Json::string_t& value) {
    if (depth_ == 1 && key_ == Key::object && value == "error") part.is_error = true;
    if (depth_ == 1 && key_ == Key::error) part.is_error = true;
    if ((depth_ == 1 && (key_ == Key::message || key_ == Key::error)) ||
        (depth_ == 2 && open_[1] == Key::error && key_ == Key::message))
      part.message = value;
    if (value.empty() || depth_ < 3 || open_[1] != Key::choices) return true;
    if (depth_ == 3 && key_ == Key::finish_reason) part.finished = true;
    if (depth_ == 3 && key_ == Key::text) part.has_text = true;
    if (depth_ == 4 && (open_[3] == Key::delta || open_[3] == Key::message) && key_ == Key::content)
      part.has_text = true;
    return true;
  }
  bool key(const Json::string_t& name) {
    key_ = key_of(name);
    return true;
  }
  bool start_object(std::size_t) {
    if (depth_ == 1 && key_ == Key::error) part.is_error = true;
    return open();
  }
  bool start_array(std::size_t) {
    if (depth_ == 1 && key_ == Key::choices) part.has_choices = true;
    return open();
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }

 private:
  bool open() {
    if (depth_ < open_.size()) open_[depth_] = key_;
    ++depth_;
    key_ = Key::other;
    return true;
  }
  bool close() {
    --depth_;
    key_ = Key::other;
    return true;
  }

  std::array<Key, 4> open_{};
  std::size_t depth_ = 0;
  Key key_ = Key::other;
};

}  // namespace

std::optional<AnswerPart> read_answer(std::string_view json) {
  Reader reader;
  if (!Json::sax_parse(json.begin(), json.end(), &reader)) return std::nullopt;
  return std::move(reader.part);
}

}  // namespace ridgeline::http
