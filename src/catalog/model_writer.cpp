#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "catalog/model_fields.h"
#include "catalog/source_names.h"

namespace ridgeline {

namespace {

using catalog::Field;

/// The fields that differ from a default one.
template <class Struct>
void write_fields(YAML::Emitter& out, const std::vector<Field<Struct>>& fields, const Struct& value) {
  static const Struct absent{};
  for (const auto& field : fields) {
    const auto emit = [&](auto member) {
      if (value.*member == absent.*member) return;
      out << YAML::Key << std::string(field.key) << YAML::Value << value.*member;
    };
    std::visit(emit, field.member);
  }
}

template <class Struct>
void write_map(YAML::Emitter& out, const char* key, const std::vector<Field<Struct>>& fields,
               const std::optional<Struct>& value) {
  if (!value) return;
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  write_fields(out, fields, *value);
  out << YAML::EndMap;
}

void write_architecture(YAML::Emitter& out, const char* key, const Transformer& t) {
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  write_fields(out, catalog::transformer_fields(), t);
  write_map(out, "moe", catalog::moe_fields(), t.moe);
  write_map(out, "mla", catalog::mla_fields(), t.mla);
  write_map(out, "linear_attention", catalog::linear_attention_fields(), t.linear);
  write_map(out, "sparse_attention", catalog::sparse_attention_fields(), t.sparse);
  out << YAML::EndMap;
}

void write_stem_row(YAML::Emitter& out, const ConvLayer& layer) {
  out << YAML::Flow << YAML::BeginMap << YAML::Key << "name" << YAML::Value << layer.name;
  out << YAML::Key << "op" << YAML::Value << std::string(to_string(layer.kind));
  out << YAML::Key << "out" << YAML::Value << layer.out;
  out << YAML::Key << "kernel" << YAML::Value << layer.kernel_width();
  out << YAML::Key << "stride" << YAML::Value << layer.stride;
  out << YAML::Key << "pad" << YAML::Value << layer.pad_width();
  if (layer.groups != 1) out << YAML::Key << "groups" << YAML::Value << layer.groups;
  if (!layer.bias) out << YAML::Key << "bias" << YAML::Value << false;
  if (!layer.activation.empty()) out << YAML::Key << "act" << YAML::Value << layer.activation;
  out << YAML::EndMap;
}

void write_stem(YAML::Emitter& out, const EncoderDecoder& model) {
  if (model.stem.empty()) return;
  out << YAML::Key << "stem" << YAML::Value << YAML::BeginMap << YAML::Key << "input" << YAML::Value
      << YAML::Flow << YAML::BeginSeq << model.stem_channels << model.stem_length << YAML::EndSeq;
  out << YAML::Key << "layers" << YAML::Value << YAML::BeginSeq;
  for (const ConvLayer& layer : model.stem) write_stem_row(out, layer);
  out << YAML::EndSeq << YAML::EndMap;
}

void write_architecture(YAML::Emitter& out, const char* key, const EncoderDecoder& model) {
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  write_stem(out, model);
  write_architecture(out, "encoder", model.encoder);
  write_architecture(out, "decoder", model.decoder);
  out << YAML::EndMap;
}

void write_architecture(YAML::Emitter& out, const char* key, const StateSpace& s) {
  out << YAML::Key << key << YAML::Value << YAML::BeginMap;
  write_fields(out, catalog::state_space_fields(), s);
  out << YAML::EndMap;
}

/// A stem is a chain of convolutions over time; anything else there is not written.
bool is_chain(const std::vector<ConvLayer>& stem) {
  for (std::size_t i = 0; i < stem.size(); ++i) {
    if (stem[i].kind != ConvLayer::Kind::conv || stem[i].inputs != std::vector<int>{static_cast<int>(i) - 1})
      return false;
  }
  return true;
}

void write_head(YAML::Emitter& out, const Model& model, catalog::SourceNames& names) {
  out << YAML::Key << "id" << YAML::Value << model.id << YAML::Key << "name" << YAML::Value << model.name;
  out << YAML::Key << "task" << YAML::Value << model.task;
  if (!model.aliases.empty()) out << YAML::Key << "aliases" << YAML::Value << YAML::Flow << model.aliases;
  out << YAML::Key << "source" << YAML::Value << names.name(model.provenance);
  if (const auto& published = model.published_parameters) {
    out << YAML::Key << "parameters" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key << "value"
        << YAML::Value << fmt::format("{}", published->value) << YAML::Key << "source" << YAML::Value
        << names.name(published->provenance) << YAML::EndMap;
  }
  if (model.default_sequence > 0)
    out << YAML::Key << "default_sequence" << YAML::Value << model.default_sequence;
  if (!model.note.empty()) out << YAML::Key << "note" << YAML::Value << model.note;
  catalog::write_sources(out, names);
}

}  // namespace

Result<std::string> write_model(const Model& model) {
  const auto* pair = std::get_if<EncoderDecoder>(&model.architecture);
  const auto* transformer = std::get_if<Transformer>(&model.architecture);
  const auto* states = std::get_if<StateSpace>(&model.architecture);
  if ((!pair && !transformer && !states) || (pair && !is_chain(pair->stem)))
    return bad_input(
        fmt::format("{}: only transformers, state-space models and encoder-decoders after a chain of "
                    "convolutions can be written",
                    model.id));
  YAML::Emitter out;
  catalog::SourceNames names;
  out << YAML::BeginMap;
  write_head(out, model, names);
  if (transformer) write_architecture(out, "transformer", *transformer);
  if (states) write_architecture(out, "state_space", *states);
  if (pair) write_architecture(out, "encoder_decoder", *pair);
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace ridgeline
