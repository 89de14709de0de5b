#include "pipeline_options.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "base/file.h"
#include "base/version.h"

namespace ridgeline::cli {
namespace {

namespace fs = std::filesystem;

std::vector<YamlNode> values_of(const YamlNode& node) {
  return node.is_sequence() ? node.items() : std::vector<YamlNode>{node};
}

/// "--key=value" for each value; flags without a value where it is true, and nothing where it is false.
Status add_words(const YamlNode& node, const std::string& key, const CLI::Option& option,
                 std::vector<std::string>& words) {
  const bool flag = option.get_items_expected_max() == 0;
  if (flag) {
    RIDGELINE_TRY(on, node.as_bool());
    if (on) words.push_back("--" + key);
    return Status::success();
  }
  for (const YamlNode& value : values_of(node)) {
    RIDGELINE_TRY(text, value.as_string());
    words.push_back(fmt::format("--{}={}", key, text));
  }
  return Status::success();
}

/// The file that a value names, alone or behind a colon: "trace:arrivals.csv".
std::string file_in(const std::string& value) {
  std::error_code ignored;
  for (const std::string& path : {value, value.substr(value.find(':') + 1)}) {
    if (fs::is_regular_file(path, ignored)) return path;
  }
  return "";
}

}  // namespace

Status read_options(const StageEntry& entry, CLI::App& app) {
  app.set_help_flag();
  std::vector<std::string> words;
  std::vector<std::pair<std::string, YamlNode>> given;
  if (entry.with) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back(name);
    }
    if (names.empty() && !entry.with->entries().empty())
      return entry.with->error(fmt::format("{} has no options", entry.use));
    RIDGELINE_CHECK(entry.with->only_keys(std::vector<std::string_view>(names.begin(), names.end())));
    given = entry.with->entries();
  }
  for (const auto& [key, node] : given)
    RIDGELINE_CHECK(add_words(node, key, *app.get_option("--" + key), words));
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    for (const auto& [key, node] : given) {
      if (message.find("--" + key + ":") != std::string::npos) return node.error(message);
    }
    return (entry.with ? *entry.with : entry.node).error(message);
  }
  return Status::success();
}

std::string options_text(const std::optional<YamlNode>& with) {
  std::vector<std::string> lines;
  if (with) {
    for (const auto& [key, node] : with->entries()) {
      for (const YamlNode& value : values_of(node)) {
        const auto text = value.as_string();
        if (!text) continue;
        const std::string file = file_in(*text);
        const auto content = file.empty() ? Result<std::string>(std::string()) : read_file(file);
        lines.push_back(fmt::format("{}={}\n{}", key, *text, content ? *content : ""));
      }
    }
  }
  // Several values of one key keep their order.
  std::stable_sort(lines.begin(), lines.end(), [](const std::string& a, const std::string& b) {
    return a.substr(0, a.find('=')) < b.substr(0, b.find('='));
  });
  std::string result;
  for (const std::string& line : lines) result += fmt::format("{} {}\n", line.size(), line);
  return result;
}

std::string build_identity() {
  std::error_code failed;
  // A module of another program's has this function in a file of its own.
  Dl_info where{};
  const bool found = dladdr(reinterpret_cast<const void*>(&build_identity), &where) != 0 && where.dli_fname;
  const bool module = found && std::string_view(where.dli_fname).find(".so") != std::string_view::npos;
  const fs::path program = module ? fs::path(where.dli_fname) : fs::read_symlink("/proc/self/exe", failed);
  const auto size = fs::file_size(program, failed);
  const auto written = fs::last_write_time(program, failed).time_since_epoch().count();
  return fmt::format("{} {} {}", version, size, written);
}

}  // namespace ridgeline::cli
