#include <fmt/format.h>

#include "catalog/architectures.h"
#include "catalog/fields.h"

namespace ridgeline::catalog {

namespace {

Result<std::vector<double>> read_table_rows(const YamlNode& map) {
  RIDGELINE_TRY(node, map.require("table_rows"));
  RIDGELINE_TRY(counts, positive_counts(node));
  return std::vector<double>(counts.begin(), counts.end());
}

Result<std::vector<unsigned>> read_mlp(const YamlNode& map, std::string_view key) {
  RIDGELINE_TRY(node, map.require(key));
  return positive_counts(node);
}

Status check_consistent(const YamlNode& node, const Recommender& r) {
  if (!r.lookups.empty() && r.lookups.size() != r.table_rows.size())
    return error_at(node, "lookups",
                    fmt::format("expected one for each of the {} tables, found {}", r.table_rows.size(),
                                r.lookups.size()));
  if (r.bottom_mlp.back() != r.embedding_dim)
    return error_at(
        node, "bottom_mlp",
        fmt::format("its last width {} must be embedding_dim {}", r.bottom_mlp.back(), r.embedding_dim));
  if ((r.cross_layers > 0) != (r.cross_rank > 0))
    return node.error("cross_layers and cross_rank go together; give both or neither");
  return Status::success();
}

}  // namespace

Result<Recommender> read_recommender(const YamlNode& node) {
  using R = Recommender;
  static const std::vector<Field<R>> fields = {
      {"dense_features", &R::dense_features},
      {"embedding_dim", &R::embedding_dim},
      {"cross_layers", &R::cross_layers},
      {"cross_rank", &R::cross_rank},
  };
  R r;
  RIDGELINE_CHECK(read_fields(node, fields, {"table_rows", "lookups", "bottom_mlp", "top_mlp"}, r));
  RIDGELINE_CHECK(require_positive(node, {"dense_features", "embedding_dim"}));
  RIDGELINE_TRY(table_rows, read_table_rows(node));
  r.table_rows = std::move(table_rows);
  if (const auto lookups_node = node.find("lookups")) {
    RIDGELINE_TRY(lookups, positive_counts(*lookups_node));
    r.lookups = std::move(lookups);
  }
  RIDGELINE_TRY(bottom, read_mlp(node, "bottom_mlp"));
  r.bottom_mlp = std::move(bottom);
  RIDGELINE_TRY(top, read_mlp(node, "top_mlp"));
  r.top_mlp = std::move(top);
  RIDGELINE_CHECK(check_consistent(node, r));
  return r;
}

}  // namespace ridgeline::catalog
