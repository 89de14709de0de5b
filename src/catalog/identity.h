#pragma once
// What every catalog file says about itself.

#include <string>
#include <vector>

#include "base/yaml.h"

namespace ridgeline::catalog {

struct Identity {
  std::string id, name, note;
  std::vector<std::string> aliases;
};

/// `id`, `name`, and where present `aliases` and `note`.
Result<Identity> read_identity(const YamlNode& top);

/// What a look-up compares: small letters, '_' as '-' (h100_sxm is h100-sxm).
std::string name_key(std::string_view name);

/// The text under `map.key`, which must be there.
Result<std::string> required_text(const YamlNode& map, std::string_view key);

}  // namespace ridgeline::catalog
