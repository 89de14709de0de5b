#include "catalog/source_names.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace ridgeline::catalog {

const std::string& SourceNames::name(const Provenance& provenance) {
  for (const auto& [given, known] : named_) {
    if (known == provenance) return given;
  }
  std::string name(to_string(provenance.kind));
  const unsigned number = ++used_[name];
  if (number > 1) name += fmt::format("-{}", number);
  named_.emplace_back(std::move(name), provenance);
  return named_.back().first;
}

void write_sources(YAML::Emitter& out, const SourceNames& names) {
  out << YAML::Key << "sources" << YAML::Value << YAML::BeginMap;
  for (const auto& [name, provenance] : names.all()) {
    out << YAML::Key << name << YAML::Value << YAML::Flow << YAML::BeginMap;
    out << YAML::Key << "kind" << YAML::Value << std::string(to_string(provenance.kind));
    out << YAML::Key << "title" << YAML::Value << provenance.source;
    out << YAML::Key << "date" << YAML::Value << provenance.date << YAML::EndMap;
  }
  out << YAML::EndMap;
}

}  // namespace ridgeline::catalog
