#include "report/record.h"

#include <fmt/format.h>

#include "report/format.h"
#include "report/svg_parts.h"
#include "report/table.h"

namespace ridgeline::report {
namespace {

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

ProvenanceKind kind_of(const std::string& name) {
  int kind = 0;
  while (kind < static_cast<int>(ProvenanceKind::assumed) &&
         to_string(static_cast<ProvenanceKind>(kind)) != name)
    ++kind;
  return static_cast<ProvenanceKind>(kind);
}

void add_inputs(const Json& list, std::vector<Input>& into) {
  for (const Json& item : list) {
    if (!item.is_object() || !item.contains("provenance") || !item["provenance"].is_object()) continue;
    const Json& source = item["provenance"];
    into.push_back({text_of(item, "key"),
                    text_of(item, "value"),
                    {kind_of(text_of(source, "kind")), text_of(source, "source"), text_of(source, "date")}});
  }
}

/// Lists called "inputs" wherever they stand: of a serving point's decode step, of both sides of a
/// difference.
void find_inputs(const Json& json, std::vector<Input>& into) {
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items()) {
    if (key == "inputs" && value.is_array()) {
      add_inputs(value, into);
    } else if (key != "queries" && key != "sample_completions_ns" && key != "record") {
      find_inputs(value, into);
    }
  }
}

Table inputs_table(const std::vector<Input>& inputs) {
  Table table({{"input"}, {"value", Align::right}, {"where it comes from"}});
  for (const Input& input : inputs) table.add({input.key, input.value, show(input.provenance)});
  return table;
}

/// Indented as a part of a document: its lines stand two columns in.
std::string indented(const char* key, const Json& value) {
  std::string text = value.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string result = fmt::format("  \"{}\": ", key);
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "  ";
  }
  return result;
}

}  // namespace

Json to_json(const std::vector<Input>& inputs) {
  Json list = Json::array();
  for (const Input& input : inputs) {
    list.push_back({{"key", input.key}, {"value", input.value}, {"provenance", to_json(input.provenance)}});
  }
  return list;
}

std::string with_made_by(const std::string& document, const MadeBy& made_by) {
  // document() writes the head: schema, version and build, a line each below the brace.
  std::size_t end = 0;
  for (int line = 0; line < 4 && end != std::string::npos; ++line) end = document.find('\n', end) + 1;
  std::string keys = indented("command", Json(made_by.command));
  Json files = Json::array();
  for (const UsedFile& file : made_by.files)
    files.push_back({{"file", file.name}, {"catalog", file.catalog}, {"fnv1a", file.hash}});
  keys += ",\n" + indented("files", files);
  if (!made_by.inputs.empty()) keys += ",\n" + indented("inputs", to_json(made_by.inputs));
  std::string result;
  result.reserve(document.size() + keys.size() + 2);
  result.append(document, 0, end).append(keys).append(",\n").append(document, end);
  return result;
}

Result<ReadDocument> read_document(const std::string& text, const std::string& path) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return bad_input(fmt::format("{}: not JSON, or cut short", path));
  ReadDocument read;
  if (json.is_object()) read.schema = text_of(json, "schema");
  if (!read.schema.starts_with("ridgeline."))
    return bad_input(fmt::format("{}: not a document of Ridgeline; give what --json printed", path));
  read.version = text_of(json, "ridgeline");
  read.build = text_of(json, "build");
  if (read.schema.starts_with("ridgeline.run/")) read.origin = text_of(json, "origin");
  if (const auto command = json.find("command"); command != json.end() && command->is_array()) {
    read.recorded = true;
    for (const Json& word : *command) {
      if (!word.is_string()) return bad_input(fmt::format("{}: command: must be a list of words", path));
      read.made_by.command.push_back(word.get<std::string>());
    }
  }
  if (const auto files = json.find("files"); read.recorded && files != json.end() && files->is_array()) {
    for (const Json& file : *files) {
      if (!file.is_object()) return bad_input(fmt::format("{}: files: must be a list of objects", path));
      read.made_by.files.push_back(
          {text_of(file, "file"), file.value("catalog", Json(false)) == Json(true), text_of(file, "fnv1a")});
    }
  }
  if (const auto saved = json.find("saved"); saved != json.end() && saved->is_object())
    read.saved_command = text_of(*saved, "command");
  if (const auto inputs = json.find("inputs"); inputs != json.end() && inputs->is_array()) {
    add_inputs(*inputs, read.made_by.inputs);
  } else {
    find_inputs(json, read.made_by.inputs);
  }
  read.made_by.inputs = weakest_first(std::move(read.made_by.inputs));
  return read;
}

std::string inputs_text(const std::vector<Input>& inputs) {
  const std::vector<Input> sorted = weakest_first(inputs);
  return rests_on(sorted) + "\n" + (sorted.empty() ? "" : "\n" + inputs_table(sorted).text());
}

std::string inputs_markdown(const std::vector<Input>& inputs) {
  const std::vector<Input> sorted = weakest_first(inputs);
  return inputs_table(sorted).markdown() + "\n" + rests_on(sorted) + ".\n";
}

std::string inputs_html(const std::vector<Input>& inputs) {
  const std::vector<Input> sorted = weakest_first(inputs);
  return fmt::format("<p>{}</p>\n", xml_escaped(rests_on(sorted))) +
         (sorted.empty() ? "" : inputs_table(sorted).html());
}

std::string inputs_json(const std::vector<Input>& inputs) {
  const std::vector<Input> sorted = weakest_first(inputs);
  return document("ridgeline.inputs/1", {{"rests_on", rests_on(sorted)}, {"inputs", to_json(sorted)}});
}

}  // namespace ridgeline::report
