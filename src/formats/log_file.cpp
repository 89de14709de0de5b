#include "formats/log_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace ridgeline::formats {
namespace {

using Json = nlohmann::json;

constexpr std::string_view marker = ":::MLLOG";

/// Text that git wrote may hold quotes that the logger did not escape; nothing here reads it.
bool is_free_text(std::string_view line) {
  return line.find("\"key\": \"loadgen_git_log_message\"") != std::string_view::npos;
}

/// One name for one thing: "time to output token" of LoadGen before 2025-10 is a time per token.
std::string current_key(std::string key) {
  if (const auto at = key.find("time_to_output_token"); at != std::string::npos)
    key.replace(at + 5, 2, "per");
  return key;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

bool is_set(const Json& line, const char* flag) {
  const auto metadata = line.find("metadata");
  if (metadata == line.end() || !metadata->is_object()) return false;
  const auto found = metadata->find(flag);
  return found != metadata->end() && found->is_boolean() && found->get<bool>();
}

void parse_line(LogFile& log, std::size_t number, std::string_view body) {
  const Json line = Json::parse(body, nullptr, false);
  const bool entry =
      line.is_object() && line.contains("key") && line["key"].is_string() && line.contains("value");
  if (!entry) {
    if (is_free_text(body)) return;
    log.damage.push_back(
        fmt::format("{}:{}: not a line of LoadGen's (cut short?); left out", log.path, number));
    return;
  }
  const std::string key = current_key(line["key"].get<std::string>());
  const Json& value = line["value"];
  // The sets of loaded samples are long, and are not asked for.
  if (value.is_array() || value.is_object()) return;
  const bool error = is_set(line, "is_error"), warning = is_set(line, "is_warning");
  if (error || warning)
    (error ? log.errors : log.warnings).push_back(fmt::format("{}: {}", key, text_of(value)));
  log.entries[key] = {text_of(value), number};
}

/// The lines below a heading of the summary, as one text.
struct Passage {
  std::string_view heading, key;
};
constexpr Passage passages[] = {{"early stopping result:", "early_stopping_result"},
                                {"ttft early stopping result:", "early_stopping_ttft_result"},
                                {"tpot early stopping result:", "early_stopping_tpot_result"},
                                {"recommendations:", "result_invalid_reason"}};

std::string truth_of(std::string_view text) {
  const std::string word = to_lower(text);
  if (word == "yes") return "true";
  return word == "no" ? "false" : std::string(text);
}

/// Reads a summary line by line; knows which passage it is in.
class SummaryParser {
 public:
  explicit SummaryParser(LogFile& log) : log_(log) {}

  void line(std::size_t number, std::string_view raw) {
    const std::string_view text = trim(raw);
    if (open_passage(number, text)) return;
    const bool item = !raw.empty() && raw[0] == ' ' && !text.empty() && !is_verdict(text);
    if (passage_ && item) return add_to_passage(text);
    passage_ = nullptr;
    if (count_messages(number, text)) return;
    // "SUT name : a : b" has its label before the first " :" or ":".
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return;
    store(number, trim(text.substr(0, colon)), trim(text.substr(colon + 1)));
  }

 private:
  bool open_passage(std::size_t number, std::string_view text) {
    const std::string lower = to_lower(text);
    for (const Passage& passage : passages) {
      if (lower != passage.heading) continue;
      passage_ = &log_.entries[std::string(passage.key)];
      *passage_ = {"", number};
      recommending_ = passage.key == "result_invalid_reason";
      return true;
    }
    return false;
  }

  static bool is_verdict(std::string_view text) {
    return to_lower(text).find("satisfied") != std::string::npos && text.find(':') != std::string_view::npos;
  }

  void add_to_passage(std::string_view text) {
    if (!passage_->value.empty()) passage_->value += ' ';
    passage_->value += text;
    const bool starts = text.substr(0, 2) == "* ";
    if (!recommending_) return;
    if (starts || log_.recommendations.empty())
      log_.recommendations.emplace_back(starts ? text.substr(2) : text);
    else
      log_.recommendations.back() += fmt::format(" {}", text);
  }

  /// "No errors encountered during test.", "1 ERROR encountered. See detailed log."
  bool count_messages(std::size_t number, std::string_view text) {
    const std::string lower = to_lower(text);
    if (lower.find(" encountered") == std::string::npos) return false;
    const std::size_t blank = lower.find(' ');
    const std::string count = lower.substr(0, blank);
    const bool errors = lower.find(" error", blank) != std::string::npos;
    log_.entries[errors ? "num_errors" : "num_warnings"] = {count == "no" ? "0" : count, number};
    return true;
  }

  void store(std::size_t number, std::string_view label, std::string_view value) {
    const auto scenario = log_.entries.find("effective_scenario");
    const bool multi = scenario != log_.entries.end() && scenario->second.value == "MultiStream";
    const std::string key = key_of_label(label, multi);
    if (key.empty()) return;
    if (to_lower(label).find("time to output token") != std::string::npos) log_.old_token_label = true;
    const bool asks = key.size() > 4 && key.substr(key.size() - 4) == "_met";
    log_.entries[key] = {asks ? truth_of(value) : std::string(value), number};
  }

  LogFile& log_;
  LogFile::Entry* passage_ = nullptr;
  bool recommending_ = false;
};

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

LogFile parse_detail(const std::string& path, std::string_view text) {
  LogFile log;
  log.path = path;
  bool marked = false;
  each_line(text, [&](std::size_t number, std::string_view line) {
    if (line.substr(0, marker.size()) != marker) return;
    marked = true;
    parse_line(log, number, trim(line.substr(marker.size())));
  });
  if (!marked)
    log.damage.push_back(fmt::format("{}: no line starts with {}; LoadGen before 1.0?", path, marker));
  return log;
}

LogFile parse_summary(const std::string& path, std::string_view text) {
  LogFile log;
  log.path = path;
  SummaryParser parser(log);
  each_line(text, [&](std::size_t number, std::string_view line) { parser.line(number, line); });
  return log;
}

}  // namespace ridgeline::formats
