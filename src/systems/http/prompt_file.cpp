#include "systems/http/prompt_file.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/file.h"

namespace ridgeline::http {
namespace {

using Json = nlohmann::json;

Result<FilePrompt> read_line(const std::string& line, HttpApi api) {
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return bad_input("not a JSON object");
  for (const auto& [key, value] : json.items()) {
    if (key != "prompt" && key != "messages" && key != "output_tokens")
      return bad_input(fmt::format("unknown key '{}'; use prompt or messages, and output_tokens", key));
  }
  if (json.contains("prompt") == json.contains("messages"))
    return bad_input("one of prompt and messages is needed");
  FilePrompt result;
  if (const auto tokens = json.find("output_tokens"); tokens != json.end()) {
    if (!tokens->is_number_unsigned() || *tokens < 1 || *tokens > 100'000'000)
      return bad_input("output_tokens is not a whole number of 1 to 1e8");
    result.output_tokens = tokens->get<std::uint32_t>();
  }
  const bool chat = api == HttpApi::chat;
  if (const auto prompt = json.find("prompt"); prompt != json.end()) {
    if (!prompt->is_string()) return bad_input("prompt is not a text");
    const Json message = {{"role", "user"}, {"content", *prompt}};
    result.field = chat ? "\"messages\":" + Json::array({message}).dump() : "\"prompt\":" + prompt->dump();
    return result;
  }
  if (!chat) return bad_input("messages are for chat; give a prompt");
  const Json& messages = json["messages"];
  if (!messages.is_array() || messages.empty()) return bad_input("messages is not a list of messages");
  for (const Json& message : messages) {
    if (!message.is_object() || !message.contains("role"))
      return bad_input("a message is an object with role and content");
  }
  result.field = "\"messages\":" + messages.dump();
  return result;
}

}  // namespace

Result<std::vector<FilePrompt>> read_prompts(const std::string& path, HttpApi api) {
  RIDGELINE_TRY(text, read_file(path));
  std::istringstream lines(text);
  std::vector<FilePrompt> prompts;
  std::string line;
  for (std::size_t number = 1; std::getline(lines, line); ++number) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto prompt = read_line(line, api);
    if (!prompt) return bad_input(fmt::format("{}:{}: {}", path, number, prompt.error().message));
    prompts.push_back(*std::move(prompt));
  }
  if (prompts.empty()) return bad_input(fmt::format("{}: no prompts", path));
  return prompts;
}

}  // namespace ridgeline::http
