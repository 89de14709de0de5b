#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>

#include "ridgeline/lab.h"

namespace ridgeline {
namespace {

using nlohmann::json;

constexpr std::size_t largest_ledger = 5'000'000, most_entries = 10'000, most_words = 100,
                      most_figures = 1'000, most_evidence = 100, longest_name = 200, longest_text = 100'000;
constexpr std::array<std::string_view, 4> entry_kinds{"prediction", "evidence", "reflection", "decision"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// "2026-11-29T08:37:29Z", to the minute at least, with or without a fraction, with Z or an offset.
bool is_iso_time(std::string_view text) {
  const auto take = [&](std::string_view form) {  // '0' stands for a digit
    if (text.size() < form.size()) return false;
    for (std::size_t i = 0; i < form.size(); ++i)
      if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i]) return false;
    text.remove_prefix(form.size());
    return true;
  };
  if (!take("0000-00-00T00:00")) return false;
  if (take(":00") && take(".0"))
    while (take("0")) continue;
  return (take("Z") || take("+00:00") || take("-00:00")) && text.empty();
}

/// Of labs, tracks, parts and items: they become names of files elsewhere.
bool is_plain_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                  c == '.' || c == ':';
         });
}

/// What a stranger wrote, on one line of a terminal.
std::string shown_key(std::string text) {
  constexpr std::size_t most_shown = 60;
  text.resize(std::min(text.size(), most_shown));
  for (char& c : text)
    if (c < ' ' || c > '~') c = '?';
  return text;
}

/// The first thing that is wrong; what is read after it is empty.
class LedgerReader {
 public:
  explicit LedgerReader(std::string file) : file_(std::move(file)) {}

  void fail(const std::string& where, const std::string& what) {
    if (error_.empty()) error_ = fmt::format("{}: {}: {}", file_, where, what);
  }
  const std::string& error() const { return error_; }

  void keys(const json& object, const std::string& where, const std::vector<std::string_view>& known) {
    for (const auto& [key, value] : object.items())
      if (std::find(known.begin(), known.end(), key) == known.end())
        fail(where, fmt::format("unknown key '{}'; known: {}", shown_key(key), fmt::join(known, ", ")));
  }
  std::string text(const json& object, const std::string& where, const char* key, std::size_t longest) {
    const auto found = object.find(key);
    if (found == object.end()) return "";
    const std::string name = where + key;
    if (!found->is_string()) return fail(name, "must be a text"), "";
    const auto& value = found->get_ref<const std::string&>();
    if (value.size() > longest) return fail(name, fmt::format("longer than {} bytes", longest)), "";
    return value;
  }
  std::string id(const json& object, const std::string& where, const char* key) {
    std::string value = text(object, where, key, longest_name);
    if (!is_plain_id(value)) fail(where + key, "must be an id: letters, digits, '-', '_', '.' and ':'");
    return value;
  }
  std::vector<std::string> texts(const json& object, const std::string& where, const char* key,
                                 std::size_t most) {
    const auto found = object.find(key);
    std::vector<std::string> list;
    if (found == object.end()) return list;
    const std::string name = where + key;
    if (!found->is_array() || found->size() > most)
      return fail(name, fmt::format("must be a list of at most {} texts", most)), list;
    for (const json& item : *found) {
      if (!item.is_string() || item.get_ref<const std::string&>().size() > longest_name)
        return fail(name, fmt::format("must be texts of at most {} bytes", longest_name)), list;
      list.push_back(item.get<std::string>());
    }
    return list;
  }
  /// Null is a figure that the document did not have.
  std::map<std::string, double> figures(const json& object, const std::string& where) {
    const auto found = object.find("figures");
    std::map<std::string, double> figures;
    if (found == object.end()) return figures;
    const std::string name = where + "figures";
    if (!found->is_object() || found->size() > most_figures)
      return fail(name, fmt::format("must be at most {} numbers by JSON pointer", most_figures)), figures;
    for (const auto& [pointer, value] : found->items()) {
      if (value.is_null()) continue;
      if (!pointer.starts_with('/') || pointer.size() > longest_name)
        return fail(name, "a key must be a JSON pointer, such as /summary/qps"), figures;
      if (!value.is_number() || !std::isfinite(value.get<double>()))
        return fail(name, fmt::format("{} must be a number", shown_key(pointer))), figures;
      figures[pointer] = value.get<double>();
    }
    return figures;
  }

 private:
  const std::string file_;
  std::string error_;
};

LedgerEntry read_entry(LedgerReader& reader, const json& object, std::size_t index) {
  const std::string here = fmt::format("entries[{}]", index), where = here + ".";
  LedgerEntry entry;
  if (!object.is_object()) return reader.fail(here, "must be an object"), entry;
  reader.keys(object, here, {"part", "id", "kind", "answer", "text", "at", "command", "figures", "evidence"});
  entry.part = reader.id(object, where, "part");
  entry.id = reader.id(object, where, "id");
  entry.kind = reader.text(object, where, "kind", longest_name);
  if (std::find(entry_kinds.begin(), entry_kinds.end(), entry.kind) == entry_kinds.end())
    reader.fail(where + "kind", fmt::format("must be one of {}", fmt::join(entry_kinds, ", ")));
  entry.answer = reader.text(object, where, "answer", longest_text);
  entry.text = reader.text(object, where, "text", longest_text);
  entry.at = reader.text(object, where, "at", longest_name);
  if (!is_iso_time(entry.at)) reader.fail(where + "at", "must be a time, such as 2026-11-29T08:37:29Z");
  entry.command = reader.texts(object, where, "command", most_words);
  entry.figures = reader.figures(object, where);
  entry.evidence = reader.texts(object, where, "evidence", most_evidence);
  return entry;
}

}  // namespace

Result<Ledger> read_ledger(const std::string& text, const std::string& file) {
  if (text.size() > largest_ledger)
    return bad_input(fmt::format("{}: {} bytes; a ledger has at most {}", file, text.size(), largest_ledger));
  const json document = json::parse(text, nullptr, false);
  if (document.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", file));
  if (!document.is_object() || document.value("schema", json()) != "ridgeline.ledger/1")
    return bad_input(fmt::format("{}: schema: must be ridgeline.ledger/1", file));
  LedgerReader reader(file);
  reader.keys(document, "the ledger", {"schema", "lab", "track", "learner", "version", "entries"});
  Ledger ledger;
  ledger.lab = reader.id(document, "", "lab");
  ledger.track = reader.id(document, "", "track");
  ledger.learner = reader.text(document, "", "learner", longest_name);
  ledger.version = reader.text(document, "", "version", longest_name);
  const auto entries = document.find("entries");
  if (entries == document.end() || !entries->is_array() || entries->size() > most_entries) {
    reader.fail("entries", fmt::format("must be a list of at most {} entries", most_entries));
  } else {
    for (std::size_t i = 0; i < entries->size() && reader.error().empty(); ++i)
      ledger.entries.push_back(read_entry(reader, (*entries)[i], i));
  }
  if (!reader.error().empty()) return bad_input(reader.error());
  return ledger;
}

}  // namespace ridgeline
