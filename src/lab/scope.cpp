#include "lab/scope.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"

namespace ridgeline::lab {
namespace {

Result<std::string> fill_here(const Scope& scope, const std::string& text, Use use, const Kept* kept) {
  const ValueOf value_of = [&scope](const std::string& name, Use u) {
    return scope.words->value_of(name, u);
  };
  return kept ? fill_but(*kept, text, value_of, use) : fill(text, value_of, use);
}

Result<std::string> filled(const Scope& scope, const YamlNode& node, Use use, const Kept* kept) {
  RIDGELINE_TRY(text, node.as_string());
  const auto result = fill_here(scope, text, use, kept);
  return result ? *result : Result<std::string>(node.error(result.error().message));
}

bool is_file_name(const std::string& text) {
  return text.ends_with(".md") && text.find_first_of(" \t\n") == std::string::npos;
}

/// Line by line, so that an error has its own.
Result<std::string> filled_file(const Scope& scope, const YamlNode& node, const std::string& name,
                                const Kept* kept) {
  if (name.find_first_of("/\\") != std::string::npos)
    return node.error(fmt::format("'{}': name a file beside lab.yaml, without folders", name));
  const std::string path = (std::filesystem::path(scope.folder) / name).string();
  const auto text = read_file(path);
  if (!text) return node.error(text.error().message);
  std::string result;
  unsigned line = 1;
  for (std::size_t begin = 0; begin < text->size(); ++line) {
    const std::size_t end = std::min(text->find('\n', begin), text->size());
    const auto words = fill_here(scope, text->substr(begin, end - begin), Use::text, kept);
    if (!words) return bad_input(fmt::format("{}:{}: {}", path, line, words.error().message));
    result += *words + "\n";
    begin = end + 1;
  }
  result.erase(result.find_last_not_of(" \n") + 1);
  if (result.empty()) return node.error(fmt::format("{}: is empty", path));
  return result;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  for (std::size_t begin = 0; (begin = line.find_first_not_of(" \t\n", begin)) != std::string::npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t\n", begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    begin = end;
  }
  return words;
}

}  // namespace

Result<bool> is_for(const Scope& scope, const YamlNode& item) {
  const auto list = item.find("tracks");
  if (!list) return true;
  if (!list->is_sequence() || list->items().empty())
    return list->error("expected a list of the lab's tracks");
  bool mine = false;
  for (const YamlNode& node : list->items()) {
    RIDGELINE_TRY(track, node.as_string());
    if (std::find(scope.tracks.begin(), scope.tracks.end(), track) == scope.tracks.end())
      return node.error(fmt::format("no track '{}'; it has {}", track, fmt::join(scope.tracks, ", ")));
    mine = mine || track == scope.track;
  }
  return mine;
}

Result<std::string> words_of(const Scope& scope, const YamlNode& node, const Kept* kept) {
  return filled(scope, node, Use::text, kept);
}

Result<std::string> prose_of(const Scope& scope, const YamlNode& node, const Kept* kept) {
  RIDGELINE_TRY(text, node.as_string());
  return is_file_name(text) ? filled_file(scope, node, text, kept) : words_of(scope, node, kept);
}

Result<std::string> required_words(const Scope& scope, const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return words_of(scope, node);
}

Result<std::string> required_prose(const Scope& scope, const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return prose_of(scope, node);
}

Result<std::string> optional_words(const Scope& scope, const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  return node ? words_of(scope, *node) : Result<std::string>(std::string());
}

Result<std::string> optional_prose(const Scope& scope, const YamlNode& map, std::string_view key) {
  const auto node = map.find(key);
  return node ? prose_of(scope, *node) : Result<std::string>(std::string());
}

Result<std::vector<std::string>> lines_of(const Scope& scope, const YamlNode& map, std::string_view key) {
  std::vector<std::string> lines;
  const auto list = map.find(key);
  if (!list) return lines;
  if (!list->is_sequence()) return list->error("expected a list of lines");
  for (const YamlNode& node : list->items()) {
    RIDGELINE_TRY(line, words_of(scope, node));
    lines.push_back(line);
  }
  return lines;
}

Result<std::string> required_id(const YamlNode& map) {
  RIDGELINE_TRY(node, map.require("id"));
  RIDGELINE_TRY(id, node.as_string());
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const auto fits = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  if (!letter(id.front()) || !std::all_of(id.begin(), id.end(), fits))
    return node.error(fmt::format("'{}'; use lower-case letters, digits, - and _, a letter first", id));
  return id;
}

Result<double> number_of(const Scope& scope, const YamlNode& node) {
  RIDGELINE_TRY(text, filled(scope, node, Use::number, nullptr));
  const auto value = parse_number(text);
  if (!value) return node.error(fmt::format("expected a finite number, found '{}'", text));
  return *value;
}

Result<double> number_or(const Scope& scope, const YamlNode& map, std::string_view key, double otherwise) {
  const auto node = map.find(key);
  return node ? number_of(scope, *node) : Result<double>(otherwise);
}

Result<double> required_number(const Scope& scope, const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return number_of(scope, node);
}

Result<double> positive_or(const Scope& scope, const YamlNode& map, std::string_view key, double otherwise) {
  RIDGELINE_TRY(value, number_or(scope, map, key, otherwise));
  if (value > 0) return value;
  return map.find(key)->error(fmt::format("is {:g}; must be above 0", value));
}

Result<std::vector<std::string>> command_of(const Scope& scope, const YamlNode& node, const Kept* kept) {
  RIDGELINE_TRY(line, filled(scope, node, Use::command, kept));
  // Whoever fills the controls in knows nothing of doubled braces.
  if (kept && (line.find("{{") != std::string::npos || line.find("}}") != std::string::npos))
    return node.error("braces that are no placeholder's cannot stand in an instrument's command");
  std::vector<std::string> words = split(line);
  if (words.empty()) return node.error("is empty");
  if (words.front() == "ridgeline") return node.error("leave out the program's name");
  if (std::find(words.begin(), words.end(), "--json") == words.end())
    return node.error("prints no document; add --json");
  return words;
}

Result<std::string> pointer_of(const Scope& scope, const YamlNode& node) {
  RIDGELINE_TRY(at, filled(scope, node, Use::command, nullptr));
  try {
    (void)nlohmann::json::json_pointer(at);
    return at;
  } catch (const nlohmann::json::exception&) {
    return node.error(fmt::format("'{}' is no JSON pointer; write /phases/0/metrics/latency.p99/value", at));
  }
}

Result<std::optional<LabFigure>> optional_figure(const Scope& scope, const YamlNode& map,
                                                 std::string_view key) {
  const auto node = map.find(key);
  if (!node) return std::optional<LabFigure>();
  RIDGELINE_CHECK(node->only_keys({"command", "at", "unit", "unit_per_si"}));
  LabFigure figure;
  RIDGELINE_TRY(command_node, node->require("command"));
  RIDGELINE_TRY(command, command_of(scope, command_node));
  RIDGELINE_TRY(at_node, node->require("at"));
  RIDGELINE_TRY(at, pointer_of(scope, at_node));
  RIDGELINE_TRY(unit, optional_words(scope, *node, "unit"));
  RIDGELINE_TRY(per_si, positive_or(scope, *node, "unit_per_si", 1));
  figure.command = command;
  figure.at = at;
  figure.unit = unit;
  figure.unit_per_si = per_si;
  return std::optional<LabFigure>(std::move(figure));
}

}  // namespace ridgeline::lab
