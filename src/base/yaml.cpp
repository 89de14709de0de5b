#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace ridgeline {

struct YamlNode::Shared {
  std::string path;
};

namespace {

/// A scalar as one short line.
std::string quoted(std::string text) {
  constexpr std::size_t longest = 60;
  if (text.size() > longest) {
    std::size_t end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // inside a UTF-8 letter
    text = text.substr(0, end) + "...";
  }
  std::replace_if(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; }, ' ');
  return fmt::format("'{}'", text);
}

std::string described(const YAML::Node& node) {
  if (node.IsScalar()) return quoted(node.Scalar());
  return node.IsMap() ? "a map" : node.IsSequence() ? "a list" : "nothing";
}

/// Walks a whole document. Aliases make a tree endless (one inside its own anchor) or exponential, so depth
/// and number of values are bounded; and yaml-cpp keeps the first of two equal keys without a word.
class Inspection {
 public:
  /// What is wrong, and where.
  using Finding = std::optional<std::pair<YAML::Mark, std::string_view>>;

  Finding inspect(const YAML::Node& node, unsigned depth = 0) {
    if (depth > 100 || ++values_ > 1'000'000)
      return std::pair(node.Mark(), "nested or repeated beyond reason");
    std::set<std::string> seen;
    for (const auto& child : node) {
      const YAML::Node& value = node.IsMap() ? child.second : static_cast<const YAML::Node&>(child);
      if (node.IsMap() && child.first.IsScalar() && !seen.insert(child.first.Scalar()).second)
        return std::pair(child.first.Mark(), "a key stands here twice; keep one");
      if (auto finding = inspect(value, depth + 1)) return finding;
    }
    return std::nullopt;
  }

 private:
  unsigned values_ = 0;
};

}  // namespace

YamlNode::YamlNode(std::shared_ptr<const Shared> shared, std::string key, const YAML::Node& node)
    : shared_(std::move(shared)), node_(std::make_shared<YAML::Node>(node)), key_(std::move(key)) {}

Result<YamlNode> YamlNode::load(const std::string& path) {
  RIDGELINE_TRY(text, read_file(path));
  if (text.empty()) return bad_input(fmt::format("{}: is empty", path));
  return parse(text, path);
}

Result<YamlNode> YamlNode::parse(const std::string& text, const std::string& path) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    const YAML::Node node = documents.empty() ? YAML::Node() : documents.front();
    if (!node.IsMap())
      return bad_input(fmt::format("{}:1: expected a map of keys, found {}", path, described(node)));
    if (documents.size() > 1)
      return bad_input(fmt::format("{}:{}: a second document; keep one", path, documents[1].Mark().line + 1));
    if (const auto finding = Inspection().inspect(node))
      return bad_input(fmt::format("{}:{}: {}", path, finding->first.line + 1, finding->second));
    return YamlNode(std::make_shared<Shared>(Shared{path}), "", node);
  } catch (const YAML::Exception& failure) {
    return bad_input(fmt::format("{}:{}: not YAML: {}", path, failure.mark.line + 1, failure.msg));
  }
}

Error YamlNode::error(std::string_view message) const {
  const auto place = fmt::format("{}:{}: ", shared_->path, node_->Mark().line + 1);
  return bad_input(key_.empty() ? fmt::format("{}{}", place, message)
                                : fmt::format("{}{}: {}", place, key_, message));
}

bool YamlNode::is_map() const { return node_->IsMap(); }
bool YamlNode::is_sequence() const { return node_->IsSequence(); }

Status YamlNode::only_keys(std::initializer_list<std::string_view> known) const {
  return only_keys(std::vector<std::string_view>(known));
}

Status YamlNode::only_keys(const std::vector<std::string_view>& known) const {
  if (!is_map()) return error(fmt::format("expected a map of keys, found {}", described(*node_)));
  const std::vector<std::string> names(known.begin(), known.end());
  for (const auto& [key, child] : entries()) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    const auto close = nearest(key, names, 1);
    return child.error(close.empty() ? fmt::format("unknown key; known here: {}", fmt::join(names, ", "))
                                     : fmt::format("unknown key; did you mean '{}'?", close.front()));
  }
  return Status::success();
}

std::optional<YamlNode> YamlNode::find(std::string_view key) const {
  if (!is_map()) return std::nullopt;
  const YAML::Node child = static_cast<const YAML::Node&>(*node_)[std::string(key)];
  if (!child.IsDefined()) return std::nullopt;
  return YamlNode(shared_, key_.empty() ? std::string(key) : fmt::format("{}.{}", key_, key), child);
}

Result<YamlNode> YamlNode::require(std::string_view key) const {
  if (auto child = find(key)) return *child;
  return error(fmt::format("the key '{}' is missing", key));
}

std::vector<YamlNode> YamlNode::items() const {
  std::vector<YamlNode> result;
  if (!is_sequence()) return result;
  for (std::size_t i = 0; i < node_->size(); ++i) {
    result.push_back(
        YamlNode(shared_, fmt::format("{}[{}]", key_, i), static_cast<const YAML::Node&>(*node_)[i]));
  }
  return result;
}

std::vector<std::pair<std::string, YamlNode>> YamlNode::entries() const {
  std::vector<std::pair<std::string, YamlNode>> result;
  if (!is_map()) return result;
  for (const auto& child : *node_) {
    const std::string key = child.first.IsScalar() ? child.first.Scalar() : "?";
    result.emplace_back(
        key, YamlNode(shared_, key_.empty() ? key : fmt::format("{}.{}", key_, key), child.second));
  }
  return result;
}

Result<std::string> YamlNode::text_or(std::string_view key, std::string_view otherwise) const {
  const auto node = find(key);
  return node ? node->as_string() : Result<std::string>(std::string(otherwise));
}

Result<std::string> YamlNode::as_string() const {
  if (!node_->IsScalar() || node_->Scalar().empty())
    return error(fmt::format("expected text, found {}", described(*node_)));
  return node_->Scalar();
}

Result<double> YamlNode::as_number() const {
  double value = 0;
  if (!node_->IsScalar() || !YAML::convert<double>::decode(*node_, value) || !std::isfinite(value)) {
    return error(fmt::format("expected a finite number, found {}", described(*node_)));
  }
  return value;
}

Result<std::uint32_t> YamlNode::as_count() const {
  RIDGELINE_TRY(value, as_number());
  if (value < 0 || value > 4294967295.0 || value != std::floor(value)) {
    return error(fmt::format("expected a whole number of at least 0, found {}", described(*node_)));
  }
  return static_cast<std::uint32_t>(value);
}

Result<bool> YamlNode::as_bool() const {
  if (node_->IsScalar() && node_->Scalar() == "true") return true;
  if (node_->IsScalar() && node_->Scalar() == "false") return false;
  return error(fmt::format("expected true or false, found {}", described(*node_)));
}

}  // namespace ridgeline
