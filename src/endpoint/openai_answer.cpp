#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "endpoint/openai.h"

namespace ridgeline::endpoint {

std::string_view word(std::uint32_t token) {
  static constexpr std::array<std::string_view, 16> words{
      " a",    " pass", " ends", " and", " every", " request", " that", " decodes",
      " gets", " one",  " more", " as",  " if",    " it",      " were", " real"};
  const std::string_view word = words[token % words.size()];
  return token == 0 ? word.substr(1) : word;
}

Answer::Answer(Api api, std::string id, const std::string& model, std::int64_t created, TokenLengths lengths)
    : api_(api),
      id_(std::move(id)),
      model_(nlohmann::json(model).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)),
      created_(created),
      lengths_(lengths) {
  head_ = fmt::format(R"(data: {{"id":"{}","object":"{}","created":{},"model":{},"choices":[)", id_,
                      object(true), created_, model_);
}

std::string_view Answer::object(bool event) const {
  if (api_ == Api::completions) return "text_completion";
  return event ? "chat.completion.chunk" : "chat.completion";
}

void Answer::append_event(std::string& to, std::uint32_t token) const {
  const std::string_view reason = token + 1 == lengths_.output ? R"("length")" : "null";
  to += head_;
  if (api_ == Api::completions) {
    fmt::format_to(std::back_inserter(to),
                   R"({{"index":0,"text":"{}","logprobs":null,"finish_reason":{}}}]}})", word(token), reason);
  } else {
    fmt::format_to(std::back_inserter(to),
                   R"({{"index":0,"delta":{{{}"content":"{}"}},"logprobs":null,"finish_reason":{}}}]}})",
                   token == 0 ? R"("role":"assistant",)" : "", word(token), reason);
  }
  to += "\n\n";
}

void Answer::append_end(std::string& to, bool include_usage) const {
  if (include_usage) to += fmt::format("{}],{}}}\n\n", head_, usage());
  to += "data: [DONE]\n\n";
}

std::string Answer::usage() const {
  return fmt::format(R"("usage":{{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})",
                     lengths_.input, lengths_.output, std::uint64_t{lengths_.input} + lengths_.output);
}

std::string Answer::whole() const {
  std::string text;
  for (std::uint32_t i = 0; i < lengths_.output; ++i) text += word(i);
  const std::string said = api_ == Api::completions
                               ? fmt::format(R"("text":"{}")", text)
                               : fmt::format(R"("message":{{"role":"assistant","content":"{}"}})", text);
  return fmt::format(
      R"({{"id":"{}","object":"{}","created":{},"model":{},"choices":[{{"index":0,{},"logprobs":null,"finish_reason":"length"}}],{}}})",
      id_, object(false), created_, model_, said, usage());
}

}  // namespace ridgeline::endpoint
