#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "endpoint/openai.h"

namespace ridgeline::endpoint {
namespace {

using nlohmann::json;

constexpr std::int64_t most_tokens = 1'000'000'000;

ApiError refuse(std::string message, std::string param) {
  ApiError error;
  error.message = std::move(message);
  error.param = std::move(param);
  return error;
}

std::uint64_t words(std::string_view text) {
  constexpr std::string_view space = " \t\n\r\f\v";
  std::uint64_t count = 0;
  for (std::size_t at = 0; (at = text.find_first_not_of(space, at)) != text.npos; ++count)
    at = std::min(text.find_first_of(space, at), text.size());
  return count;
}

/// Of a message: a text, or parts that have one. Images and sounds count nothing.
std::optional<std::uint64_t> words_of_content(const json& content) {
  if (content.is_null()) return 0;
  if (content.is_string()) return words(content.get_ref<const std::string&>());
  if (!content.is_array()) return std::nullopt;
  std::uint64_t count = 0;
  for (const json& part : content) {
    if (!part.is_object()) return std::nullopt;
    const auto text = part.find("text");
    if (text == part.end()) continue;
    if (!text->is_string()) return std::nullopt;
    count += words(text->get_ref<const std::string&>());
  }
  return count;
}

std::optional<std::uint64_t> chat_tokens(const json& messages) {
  if (!messages.is_array() || messages.empty()) return std::nullopt;
  std::uint64_t count = 0;
  for (const json& message : messages) {
    if (!message.is_object() || !message.contains("role")) return std::nullopt;
    const auto content = message.find("content");
    const auto more = content == message.end() ? 0 : words_of_content(*content);
    if (!more) return std::nullopt;
    count += *more;
  }
  return count;
}

/// A text, token ids, or a list with one of either.
std::optional<std::uint64_t> prompt_tokens(const json& prompt) {
  if (prompt.is_string()) return words(prompt.get_ref<const std::string&>());
  if (!prompt.is_array() || prompt.empty()) return std::nullopt;
  if (!prompt[0].is_number_integer()) {
    if (prompt.size() > 1 ||
        (prompt[0].is_array() && !prompt[0].empty() && !prompt[0][0].is_number_integer()))
      return std::nullopt;
    return prompt_tokens(prompt[0]);
  }
  for (const json& token : prompt) {
    if (!token.is_number_integer()) return std::nullopt;
  }
  return prompt.size();
}

std::optional<ApiError> read_flag(const json& body, const char* name, bool& into) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  if (!found->is_boolean()) return refuse(fmt::format("{} must be true or false", name), name);
  into = found->get<bool>();
  return std::nullopt;
}

std::optional<ApiError> read_count(const json& body, const char* name, std::optional<std::uint32_t>& into) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::nullopt;
  if (!found->is_number_integer() || *found < 1 || *found > most_tokens)
    return refuse(fmt::format("{} must be a whole number of 1 or more", name), name);
  into = found->get<std::uint32_t>();
  return std::nullopt;
}

std::optional<ApiError> read_prompt(Api api, const json& body, CompletionRequest& request) {
  const char* name = api == Api::chat ? "messages" : "prompt";
  const auto found = body.find(name);
  if (found == body.end()) return refuse(fmt::format("{} is missing", name), name);
  const auto tokens = api == Api::chat ? chat_tokens(*found) : prompt_tokens(*found);
  if (!tokens || *tokens > most_tokens) {
    return refuse(api == Api::chat
                      ? "messages must be a list of at least one object with a role, and a content that is a "
                        "text or a list of parts"
                      : "prompt must be one text or one list of token ids: a request has one prompt here",
                  name);
  }
  request.prompt_tokens = std::max<std::uint32_t>(1, static_cast<std::uint32_t>(*tokens));
  return std::nullopt;
}

}  // namespace

std::string ApiError::body() const {
  const auto or_null = [](const std::string& text) { return text.empty() ? json() : json(text); };
  const json error{{"message", message}, {"type", type}, {"param", or_null(param)}, {"code", or_null(code)}};
  return json{{"error", error}}.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<ApiError> parse_request(Api api, const std::string& text, CompletionRequest& request) {
  const json body = json::parse(text, nullptr, false);
  if (!body.is_object()) return refuse("the body is not a JSON object", "");
  if (const auto model = body.find("model"); model != body.end() && !model->is_null()) {
    if (!model->is_string()) return refuse("model must be a text", "model");
    request.model = model->get<std::string>();
  }
  bool ignore_eos = false;
  std::optional<std::uint32_t> choices, candidates, newer;
  for (const auto& error :
       {read_prompt(api, body, request), read_count(body, "max_tokens", request.max_tokens),
        read_count(body, "max_completion_tokens", newer), read_flag(body, "stream", request.stream),
        read_flag(body, "ignore_eos", ignore_eos), read_count(body, "n", choices),
        read_count(body, "best_of", candidates)}) {
    if (error) return error;
  }
  if (newer) request.max_tokens = newer;
  for (const auto& [count, name] : {std::pair(choices, "n"), std::pair(candidates, "best_of")}) {
    if (count.value_or(1) > 1)
      return refuse(fmt::format("{} is {}: a request has one answer here", name, *count), name);
  }
  if (const auto options = body.find("stream_options"); options != body.end() && !options->is_null()) {
    if (!options->is_object()) return refuse("stream_options must be an object", "stream_options");
    if (const auto error = read_flag(*options, "include_usage", request.include_usage)) return error;
  }
  return std::nullopt;
}

}  // namespace ridgeline::endpoint
