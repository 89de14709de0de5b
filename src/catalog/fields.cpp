#include "catalog/fields.h"

#include <fmt/format.h>

namespace ridgeline::catalog {

Result<unsigned> positive_count(const YamlNode& node) {
  RIDGELINE_TRY(count, node.as_count());
  if (count == 0) return node.error("expected a whole number of at least 1, found 0");
  return unsigned{count};
}

Status require_positive(const YamlNode& map, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    RIDGELINE_TRY(node, map.require(key));
    if (auto count = positive_count(node); !count) return count.error();
  }
  return Status::success();
}

Result<std::vector<unsigned>> positive_counts(const YamlNode& node) {
  if (!node.is_sequence() || node.items().empty()) return node.error("expected a list of whole numbers");
  std::vector<unsigned> counts;
  for (const YamlNode& item : node.items()) {
    RIDGELINE_TRY(count, positive_count(item));
    counts.push_back(count);
  }
  return counts;
}

Error error_at(const YamlNode& map, std::string_view key, std::string_view message) {
  if (const auto child = map.find(key)) return child->error(message);
  return map.error(fmt::format("{}: {}", key, message));
}

}  // namespace ridgeline::catalog
