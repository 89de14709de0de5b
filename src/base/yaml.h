#pragma once
// YAML with manners: every error names file:line and key and says what would be right; a key that nobody
// asked for is refused. yaml-cpp does the parsing.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace YAML {
class Node;
}

namespace ridgeline {

/// A node of a YAML file that knows where it stands. Cheap to copy.
class YamlNode {
 public:
  /// Reads a file; an unreadable, empty, half-written or duplicate-keyed file is an error with its line, and
  /// so are two documents in one file and aliases that never end.
  static Result<YamlNode> load(const std::string& path);
  /// The same from text; `path` is for messages.
  static Result<YamlNode> parse(const std::string& text, const std::string& path);

  /// An error at this node: "data/hardware/x.yaml:12: memory.capacity: <message>".
  Error error(std::string_view message) const;

  bool is_map() const;
  bool is_sequence() const;
  /// bad_input when a key of this map is not in `known`; suggests the nearest known key.
  Status only_keys(std::initializer_list<std::string_view> known) const;
  Status only_keys(const std::vector<std::string_view>& known) const;

  /// The child, or nothing when the key is absent.
  std::optional<YamlNode> find(std::string_view key) const;
  /// The child, or an error that names the missing key.
  Result<YamlNode> require(std::string_view key) const;
  /// The child's text, or `otherwise` when the key is absent.
  Result<std::string> text_or(std::string_view key, std::string_view otherwise) const;
  std::vector<YamlNode> items() const;                            ///< of a sequence; empty otherwise
  std::vector<std::pair<std::string, YamlNode>> entries() const;  ///< of a map; empty otherwise

  Result<std::string> as_string() const;
  Result<double> as_number() const;        ///< finite
  Result<std::uint32_t> as_count() const;  ///< a whole number in 0..2^32-1
  Result<bool> as_bool() const;            ///< true or false, nothing else

 private:
  struct Shared;
  YamlNode(std::shared_ptr<const Shared>, std::string key, const YAML::Node&);
  std::shared_ptr<const Shared> shared_;
  std::shared_ptr<YAML::Node> node_;
  std::string key_;  ///< dotted path from the top
};

}  // namespace ridgeline
