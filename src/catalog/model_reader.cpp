#include <fmt/format.h>

#include "catalog/architectures.h"
#include "catalog/fields.h"
#include "catalog/identity.h"
#include "catalog/sources.h"

namespace ridgeline {

namespace {

using catalog::Sources;

template <class Kind, Result<Kind> (*read)(const YamlNode&)>
Result<Architecture> read_as(const YamlNode& node) {
  RIDGELINE_TRY(architecture, read(node));
  return Architecture(std::move(architecture));
}

struct ArchitectureReader {
  const char* key;
  Result<Architecture> (*read)(const YamlNode&);
};

constexpr ArchitectureReader readers[] = {
    {"transformer", read_as<Transformer, catalog::read_transformer>},
    {"conv_net", read_as<ConvNet, catalog::read_conv_net>},
    {"recommender", read_as<Recommender, catalog::read_recommender>},
    {"unet", read_as<UNet, catalog::read_unet>},
    {"state_space", read_as<StateSpace, catalog::read_state_space>},
    {"encoder_decoder", read_as<EncoderDecoder, catalog::read_encoder_decoder>},
};

Result<Architecture> read_architecture(const YamlNode& top) {
  const ArchitectureReader* chosen = nullptr;
  for (const ArchitectureReader& reader : readers) {
    const auto node = top.find(reader.key);
    if (!node) continue;
    if (chosen) return node->error(fmt::format("the model is a {} already; keep one", chosen->key));
    chosen = &reader;
  }
  if (!chosen)
    return top.error(
        "no architecture; give transformer, conv_net, recommender, unet, state_space or encoder_decoder");
  return chosen->read(*top.find(chosen->key));
}

Result<Sourced<double>> read_published(const YamlNode& node, const Sources& sources) {
  RIDGELINE_CHECK(node.only_keys({"value", "source"}));
  RIDGELINE_TRY(value_node, node.require("value"));
  RIDGELINE_TRY(value, catalog::positive_number(value_node));
  RIDGELINE_TRY(provenance, sources.of(node));
  return Sourced<double>{value, std::move(provenance), {}};
}

Result<Model> read_top(const YamlNode& top) {
  std::vector<std::string_view> known = {"id",      "name",   "task",       "aliases",         "note",
                                         "sources", "source", "parameters", "default_sequence"};
  for (const ArchitectureReader& reader : readers) known.push_back(reader.key);
  RIDGELINE_CHECK(top.only_keys(known));
  Model model;
  RIDGELINE_TRY(identity, catalog::read_identity(top));
  model.id = std::move(identity.id);
  model.name = std::move(identity.name);
  model.aliases = std::move(identity.aliases);
  model.note = std::move(identity.note);
  RIDGELINE_TRY(task, catalog::required_text(top, "task"));
  model.task = std::move(task);
  RIDGELINE_TRY(sources, Sources::read(top));
  RIDGELINE_TRY(provenance, sources.of(top));
  model.provenance = std::move(provenance);
  if (const auto node = top.find("parameters")) {
    RIDGELINE_TRY(published, read_published(*node, sources));
    model.published_parameters = std::move(published);
  }
  if (const auto node = top.find("default_sequence")) {
    RIDGELINE_TRY(sequence, catalog::positive_count(*node));
    model.default_sequence = sequence;
  }
  RIDGELINE_TRY(architecture, read_architecture(top));
  model.architecture = std::move(architecture);
  return model;
}

}  // namespace

Result<Model> read_model(const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::load(path));
  return read_top(top);
}

Result<Model> read_model_text(const std::string& text, const std::string& path) {
  RIDGELINE_TRY(top, YamlNode::parse(text, path));
  return read_top(top);
}

}  // namespace ridgeline
