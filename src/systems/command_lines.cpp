#include "systems/command_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace ridgeline::systems {
namespace {

using nlohmann::json;

constexpr std::size_t longest_reason = 80;

void add_lengths(std::string& line, std::string_view key, const std::vector<TokenLengths>& lengths,
                 std::uint32_t TokenLengths::* which) {
  const std::uint32_t first = lengths.front().*which;
  const bool same =
      std::all_of(lengths.begin(), lengths.end(), [&](const TokenLengths& l) { return l.*which == first; });
  line += fmt::format(",\"{}\":", key);
  if (same) {
    line += fmt::format("{}", first);
    return;
  }
  line += '[';
  for (std::size_t i = 0; i < lengths.size(); ++i)
    fmt::format_to(std::back_inserter(line), "{}{}", i > 0 ? "," : "", lengths[i].*which);
  line += ']';
}

/// A whole number in 0..max; absent for anything else.
template <class T>
std::optional<T> whole(const json& value) {
  if (!value.is_number_unsigned()) return std::nullopt;
  const auto number = value.get<std::uint64_t>();
  if (number > std::numeric_limits<T>::max()) return std::nullopt;
  return static_cast<T>(number);
}

AnswerLine bad(AnswerLine answer, std::string why) {
  answer.event = AnswerLine::Event::bad;
  answer.why = std::move(why);
  return answer;
}

}  // namespace

std::string shortened(std::string_view text, std::size_t most) {
  std::size_t end = std::min(text.size(), most);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string result(text.substr(0, end));
  for (char& c : result) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return end < text.size() ? result + "..." : result;
}

std::string query_line(const Query& query, const std::vector<TokenLengths>& lengths) {
  std::string line = fmt::format("{{\"id\":{},\"samples\":{}", query.id, query.samples);
  if (!lengths.empty()) {
    add_lengths(line, "input_tokens", lengths, &TokenLengths::input);
    add_lengths(line, "output_tokens", lengths, &TokenLengths::output);
  }
  return line + "}\n";
}

std::optional<ReadyLine> parse_ready(std::string_view line) {
  const json value = json::parse(line, nullptr, false);
  if (!value.is_object() || !value.contains("ready") || value["ready"] != true) return std::nullopt;
  ReadyLine ready;
  for (const auto& [key, field] : value.items()) {
    if (key == "name" && field.is_string()) {
      ready.name = shortened(field.get<std::string>(), longest_reason);
    } else if (key == "flush" && field.is_boolean()) {
      ready.flush = field.get<bool>();
    } else if (key != "ready") {
      return std::nullopt;
    }
  }
  return ready;
}

AnswerLine parse_answer(std::string_view line) {
  const json value = json::parse(line, nullptr, false);
  AnswerLine answer;
  if (value.is_discarded()) return bad(answer, "not JSON");
  if (!value.is_object()) return bad(answer, "not a JSON object");
  if (!value.contains("id")) return bad(answer, "no \"id\"");
  answer.query = whole<std::uint64_t>(value["id"]);
  if (!answer.query) return bad(answer, "\"id\" is no whole number");
  answer.event = AnswerLine::Event::done;
  for (const auto& [key, field] : value.items()) {
    if (key == "id") continue;
    if (key == "samples") {
      answer.samples = whole<std::uint32_t>(field);
      if (!answer.samples || *answer.samples == 0)
        return bad(answer, "\"samples\" is no whole number above 0");
    } else if (key == "tokens") {
      const auto tokens = whole<std::uint32_t>(field);
      if (!tokens) return bad(answer, "\"tokens\" is no whole number");
      answer.tokens = *tokens;
    } else if (key == "error") {
      if (!field.is_string()) return bad(answer, "\"error\" is no text");
      answer.event = AnswerLine::Event::failed;
      answer.why = shortened(field.get<std::string>(), longest_reason);
      if (answer.why.empty()) answer.why = "error";
    } else if (key == "event") {
      if (field != "first_token" && field != "token" && field != "done")
        return bad(answer, "\"event\" is not first_token, token or done");
      if (answer.event == AnswerLine::Event::failed)
        continue;  // an error ends the query whatever else it says
      if (field == "first_token") answer.event = AnswerLine::Event::first_token;
      if (field == "token") answer.event = AnswerLine::Event::token;
    }
    // Other keys are the program's own: its text, its timings.
  }
  return answer;
}

}  // namespace ridgeline::systems
