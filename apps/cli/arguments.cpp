#include "arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "base/file.h"
#include "base/hash.h"

namespace ridgeline::cli {
namespace {

/// Of the output, not of the result.
constexpr std::array<std::string_view, 17> of_output{
    "json", "format", "color",          "output",    "store",         "save",       "no-save", "tag", "note",
    "help", "data",   "explain-inputs", "json-file", "markdown-file", "mlperf-log", "memo",    "svg"};

bool is_of_output(const std::string& name) {
  return std::find(of_output.begin(), of_output.end(), name) != of_output.end();
}

void add_option(const CLI::Option& option, std::vector<std::string>& into) {
  const std::string name = "--" + option.get_lnames().front();
  const bool flag = option.get_items_expected_max() == 0;
  if (const char between = option.get_delimiter(); between != '\0') {
    into.push_back(name);
    into.push_back(fmt::format("{}", fmt::join(option.results(), std::string(1, between))));
    return;
  }
  for (const std::string& result : option.results()) {
    const std::string value = without_secret(result);
    if (flag) {
      into.push_back(value == "true" ? name : fmt::format("{}={}", name, value));
    } else if (value.starts_with('-') || value.empty()) {
      into.push_back(fmt::format("{}={}", name, value));
    } else {
      into.push_back(name);
      into.push_back(value);
    }
  }
}

/// What stands behind the flag, and where it is a file. "trace:FILE" and "file:PATH" name one too.
struct FileFlag {
  std::string_view flag, prefix;
};
constexpr std::array<FileFlag, 9> file_flags{{{"--a", ""},
                                              {"--b", ""},
                                              {"--mission", ""},
                                              {"--arrivals", "trace:"},
                                              {"--lengths", "file:"},
                                              {"--noise-file", ""},
                                              {"--heat", ""},
                                              {"--calibration-file", ""},
                                              {"--samples", ""}}};

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace

std::string without_secret(const std::string& value) {
  const std::size_t scheme = value.find("://");
  if (scheme == std::string::npos) return value;
  const std::size_t begin = scheme + 3, end = std::min(value.find('/', begin), value.size());
  const std::size_t at = value.rfind('@', end);
  if (at == std::string::npos || at < begin) return value;
  return value.substr(0, begin) + value.substr(at + 1);
}

std::vector<std::string> arguments_of(const CLI::App& command) {
  std::vector<std::string> arguments;
  for (const CLI::App* app = &command; app->get_parent() != nullptr; app = app->get_parent())
    arguments.insert(arguments.begin(), app->get_name());
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    for (const std::string& value : option->results()) arguments.push_back(without_secret(value));
  }
  std::vector<const CLI::Option*> seen;
  for (const CLI::Option* option : command.parse_order()) {
    if (option->get_positional() || option->get_lnames().empty()) continue;
    if (std::find(seen.begin(), seen.end(), option) != seen.end()) continue;
    seen.push_back(option);
    if (!is_of_output(option->get_lnames().front())) add_option(*option, arguments);
  }
  return arguments;
}

std::vector<Input> given_inputs(const std::vector<std::string>& arguments) {
  std::vector<Input> inputs;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (!word.starts_with("--")) continue;
    const std::size_t equals = word.find('=');
    std::string key = word.substr(0, equals), value = "yes";
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
      value = arguments[++i];
    }
    if (key == "--model" || key == "--baseline" || key == "--proposal") continue;  // their values are listed
    const bool again = !inputs.empty() && inputs.back().key == key;
    if (again) {
      inputs.back().value += ", " + value;
    } else {
      inputs.push_back({std::move(key), std::move(value), {ProvenanceKind::given, "the command", ""}});
    }
  }
  return inputs;
}

std::vector<report::UsedFile> named_files(const std::vector<std::string>& arguments) {
  std::vector<report::UsedFile> files;
  const auto add = [&](const std::string& path) {
    const auto text = is_file(path) ? read_file(path) : unavailable("");
    if (text) files.push_back({path, false, fnv1a_hex(*text)});
  };
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string& flag = arguments[i - 1];
    for (const FileFlag& known : file_flags) {
      if (flag == known.flag && arguments[i].starts_with(known.prefix))
        add(arguments[i].substr(known.prefix.size()));
    }
    // Runs that are explained are files where they are not in the store; ledgers that are graded always.
    const bool of_ledgers = i > 1 && arguments[0] == "lab" && arguments[1] == "grade";
    const bool positional = (arguments[0] == "explain" || of_ledgers) && !flag.starts_with("--");
    if (positional && !arguments[i].starts_with("--")) add(arguments[i]);
  }
  return files;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    const bool plain =
        !word.empty() && word.find_first_of(" \t\n\"'\\$`&|;<>()*?[]{}#~!") == std::string::npos;
    if (!line.empty()) line += ' ';
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

Result<std::vector<std::string>> shell_words(const std::string& line) {
  std::vector<std::string> words;
  bool quoted = false, inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (!quoted && c == ' ') {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (c == '\'') {
      quoted = !quoted;
    } else if (!quoted && c == '\\' && i + 1 < line.size()) {
      words.back() += line[++i];
    } else {
      words.back() += c;
    }
  }
  if (quoted) return bad_input(fmt::format("command: a quote is not closed: {}", line));
  return words;
}

}  // namespace ridgeline::cli
