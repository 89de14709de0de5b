#pragma once
// The OpenAI completions protocol, as far as an endpoint whose tokens mean nothing needs it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ridgeline/traffic.h"

namespace ridgeline::endpoint {

enum class Api { chat, completions };

/// Why a request is not answered, as OpenAI's error object has it.
struct ApiError {
  int status = 400;
  std::string message;
  std::string type = "invalid_request_error";
  std::string param, code;  ///< empty: null

  std::string body() const;
};

struct CompletionRequest {
  std::string model;  ///< empty: not named
  std::uint32_t prompt_tokens = 0;
  std::optional<std::uint32_t> max_tokens;
  bool stream = false, include_usage = false;
};
/// Tokens of a text are its words, which white space separates; a prompt of token ids has as many as there
/// are. Fields that change neither count nor form are ignored.
std::optional<ApiError> parse_request(Api, const std::string& body, CompletionRequest&);

/// Writes the answer of one request.
class Answer {
 public:
  Answer(Api, std::string id, const std::string& model, std::int64_t created, TokenLengths);

  /// Appends the event of a token, from 0 on; the first has the role, the last the reason why it ended.
  void append_event(std::string& to, std::uint32_t token) const;
  /// What follows the last token.
  void append_end(std::string& to, bool include_usage) const;
  /// All at once.
  std::string whole() const;

 private:
  std::string_view object(bool event) const;
  std::string usage() const;

  Api api_;
  std::string id_, model_;  ///< the model as JSON
  std::string head_;        ///< of each event, up to its text
  std::int64_t created_;
  TokenLengths lengths_;
};

/// The word of a token; those after the first begin with a space.
std::string_view word(std::uint32_t token);

}  // namespace ridgeline::endpoint
