#pragma once
// Prompts from a file of JSON lines: {"prompt": "..."} or {"messages": [...]}, and "output_tokens".

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/systems.h"

namespace ridgeline::http {

struct FilePrompt {
  std::string field;  ///< of the request: "messages":[...]
  std::optional<std::uint32_t> output_tokens;
};

/// A prompt for chat is a message of the user; messages are for chat alone. Errors name file and line.
Result<std::vector<FilePrompt>> read_prompts(const std::string& path, HttpApi);

}  // namespace ridgeline::http
