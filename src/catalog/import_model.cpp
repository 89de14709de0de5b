#include <fmt/format.h>

#include "base/text.h"
#include "catalog/identity.h"
#include "catalog/import.h"
#include "catalog/units.h"

namespace ridgeline {

namespace {

using catalog::ConfigJson;
using catalog::ImportFamily;
using Json = ConfigJson::Json;

std::vector<ImportFamily> all_families() {
  std::vector<ImportFamily> all;
  for (const auto families :
       {catalog::dense_families(), catalog::expert_families(), catalog::other_families()})
    all.insert(all.end(), families.begin(), families.end());
  return all;
}

Result<ImportFamily> family_of(const std::string& model_type, const std::string& place) {
  std::vector<std::string> known;
  for (const ImportFamily& family : all_families()) {
    if (family.model_type == model_type) return family;
    known.emplace_back(family.model_type);
  }
  return bad_input(fmt::format("{}: model_type: '{}' is not known; known are {}", place, model_type,
                               fmt::join(known, ", ")));
}

/// "meta-llama/Llama-3.1-8B" as an id: llama-3.1-8b. Empty where nothing usable is left.
std::string id_from(std::string_view name) {
  std::string id;
  for (const char c : catalog::name_key(name.substr(name.rfind('/') + 1))) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (word || ((c == '-' || c == '.') && !id.empty() && id.back() != '-' && id.back() != '.')) id += c;
  }
  while (!id.empty() && (id.back() == '-' || id.back() == '.')) id.pop_back();
  return id;
}

/// The part that describes the language model: all, or text_config of a model that sees or hears too.
struct TextPart {
  Json config;
  std::string place;
  bool nested = false;
};

TextPart text_part(const Json& top, const std::string& path) {
  const auto inner = top.find("text_config");
  if (inner == top.end() || !inner->is_object()) return {top, path, false};
  TextPart part{*inner, path + ": text_config", true};
  for (const char* shared : {"model_type", "tie_word_embeddings"}) {
    if (!part.config.contains(shared) && top.contains(shared)) part.config[shared] = top[shared];
  }
  return part;
}

/// What the outer map of a model with a text_config says of the other parts.
void note_other_parts(const Json& top, const std::string& path, std::vector<std::string>& notes) {
  ConfigJson outer(top, path);
  outer.harmless({"text_config", "tie_word_embeddings", "vision_start_token_id", "vision_end_token_id",
                  "video_token_id", "media_placeholder_token_id", "use_unified_vision_chunk",
                  "ignore_index"});
  for (const std::string& key : outer.unknown()) {
    const bool part = key.size() > 7 && key.compare(key.size() - 7, 7, "_config") == 0;
    notes.push_back(part ? fmt::format("{}: {}: this part of the model is left out", path, key)
                         : fmt::format("{}: {}: not understood and left out", path, key));
  }
}

Result<ImportedModel> read_text_part(const TextPart& part, const ImportFamily& family) {
  ImportedModel imported;
  ConfigJson config(part.config, part.place);
  imported.model.architecture = family.read(config);
  catalog::read_quantization(config, imported);
  RIDGELINE_CHECK(config.status());
  for (const std::string& note : config.notes()) imported.notes.push_back(part.place + ": " + note);
  for (const std::string& key : config.unknown())
    imported.notes.push_back(fmt::format("{}: {}: not understood and left out", part.place, key));
  imported.model.task = std::string(family.task);
  imported.model.default_sequence = family.default_sequence;
  return imported;
}

void name_it(Model& model, const Json& top, const std::string& model_type, const ImportOptions& options) {
  const auto path = top.find("_name_or_path");
  const std::string given = path != top.end() && path->is_string() ? path->get<std::string>() : "";
  model.id = options.id;
  if (model.id.empty()) model.id = id_from(given);
  if (model.id.empty()) model.id = id_from(model_type);
  model.name = !options.name.empty() ? options.name : !given.empty() ? given : model.id;
  const std::string& repository = given.find('/') != std::string::npos ? given : model.name;
  model.provenance = {ProvenanceKind::literature, repository + " config.json", options.date};
}

}  // namespace

Result<ImportedModel> import_model(const std::string& json, const std::string& path,
                                   const ImportOptions& options) {
  const Json top = Json::parse(json, nullptr, false);
  if (!top.is_object())
    return bad_input(fmt::format("{}: not a JSON object; expected a Hugging Face config.json", path));
  const TextPart part = text_part(top, path);
  const auto type = part.config.find("model_type");
  if (type == part.config.end() || !type->is_string())
    return bad_input(
        fmt::format("{}: model_type: missing; expected the architecture's name, such as llama", part.place));
  RIDGELINE_TRY(family, family_of(type->get<std::string>(), part.place));
  RIDGELINE_TRY(imported, read_text_part(part, family));
  if (part.nested) {
    note_other_parts(top, path, imported.notes);
    ConfigJson outer(top, path);
    catalog::read_quantization(outer, imported);
    RIDGELINE_CHECK(outer.status());
  }
  name_it(imported.model, top, type->get<std::string>(), options);
  // What the reader of model files refuses would only come to light later: a head count that does not divide
  // ...
  RIDGELINE_TRY(text, write_model(imported.model));
  RIDGELINE_TRY(model, read_model_text(text, path + " as a model"));
  imported.model = std::move(model);
  return imported;
}

}  // namespace ridgeline
