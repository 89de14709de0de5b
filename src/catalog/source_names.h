#pragma once
// The `sources` map of a file that is written.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ridgeline/catalog.h"

namespace YAML {
class Emitter;
}

namespace ridgeline::catalog {

/// Gives every provenance of a file a name.
class SourceNames {
 public:
  /// The name of `provenance`: its kind, numbered where a file has several of a kind.
  const std::string& name(const Provenance& provenance);
  const std::vector<std::pair<std::string, Provenance>>& all() const { return named_; }

 private:
  std::vector<std::pair<std::string, Provenance>> named_;
  std::map<std::string, unsigned> used_;
};

/// The key `sources` with all of them.
void write_sources(YAML::Emitter&, const SourceNames&);

}  // namespace ridgeline::catalog
