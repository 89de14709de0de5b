#include <fmt/format.h>

#include <algorithm>

#include "catalog/architectures.h"
#include "catalog/fields.h"

namespace ridgeline::catalog {

namespace {

/// Depths may be 0: a level without transformers.
Result<std::vector<unsigned>> read_depths(const YamlNode& map) {
  RIDGELINE_TRY(node, map.require("transformer_depth"));
  if (!node.is_sequence()) return node.error("expected a list of whole numbers");
  std::vector<unsigned> depths;
  for (const YamlNode& item : node.items()) {
    RIDGELINE_TRY(depth, item.as_count());
    depths.push_back(depth);
  }
  return depths;
}

Status check_consistent(const YamlNode& node, const UNet& u) {
  if (u.transformer_depth.size() != u.channels.size())
    return error_at(node, "transformer_depth",
                    fmt::format("expected one for each of the {} levels, found {}", u.channels.size(),
                                u.transformer_depth.size()));
  const std::size_t halvings = u.channels.size() - 1;
  if (halvings >= 32 || u.latent % (1u << halvings) != 0)
    return error_at(node, "latent", fmt::format("{} cannot be halved {} times", u.latent, halvings));
  const bool attends = u.mid_transformer_depth > 0 ||
                       *std::max_element(u.transformer_depth.begin(), u.transformer_depth.end()) > 0;
  if (!attends) return Status::success();
  RIDGELINE_CHECK(require_positive(node, {"context_dim"}));
  for (std::size_t level = 0; level < u.channels.size(); ++level) {
    const bool level_attends =
        u.transformer_depth[level] > 0 || (level == halvings && u.mid_transformer_depth > 0);
    if (level_attends && (u.head_dim == 0 || u.channels[level] % u.head_dim != 0))
      return node.error(fmt::format("head_dim {} does not divide the {} channels of level {}", u.head_dim,
                                    u.channels[level], level));
  }
  return Status::success();
}

}  // namespace

Result<UNet> read_unet(const YamlNode& node) {
  using U = UNet;
  static const std::vector<Field<U>> fields = {
      {"in_channels", &U::in_channels},
      {"latent", &U::latent},
      {"mid_transformer_depth", &U::mid_transformer_depth},
      {"blocks", &U::blocks},
      {"head_dim", &U::head_dim},
      {"context_tokens", &U::context_tokens},
      {"context_dim", &U::context_dim},
      {"time_dim", &U::time_dim},
      {"added_dim", &U::added_dim},
      {"steps", &U::steps},
      {"passes_per_step", &U::passes_per_step},
  };
  U u;
  RIDGELINE_CHECK(read_fields(node, fields, {"channels", "transformer_depth"}, u));
  RIDGELINE_CHECK(require_positive(node, {"in_channels", "latent", "time_dim", "steps"}));
  if (u.blocks == 0) return error_at(node, "blocks", "expected a whole number of at least 1, found 0");
  if (u.passes_per_step == 0)
    return error_at(node, "passes_per_step", "expected a whole number of at least 1, found 0");
  RIDGELINE_TRY(channels_node, node.require("channels"));
  RIDGELINE_TRY(channels, positive_counts(channels_node));
  u.channels = std::move(channels);
  RIDGELINE_TRY(depths, read_depths(node));
  u.transformer_depth = std::move(depths);
  RIDGELINE_CHECK(check_consistent(node, u));
  return u;
}

}  // namespace ridgeline::catalog
