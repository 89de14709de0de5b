#include "pipeline/cache.h"

#include <fmt/format.h>

#include <boost/uuid/detail/sha1.hpp>
#include <charconv>
#include <filesystem>

#include "base/file.h"

namespace ridgeline::pipeline {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view head = "ridgeline-stage/1\n";
constexpr std::size_t digest_size = 40;

std::string framed(const std::vector<std::string>& parts) {
  std::string result;
  for (const std::string& part : parts) result += fmt::format("{}\n{}", part.size(), part);
  return result;
}

std::optional<std::vector<std::string>> unframed(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    std::size_t size = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), size);
    const auto used = static_cast<std::size_t>(end - text.data());
    if (failed != std::errc{} || used >= text.size() || text[used] != '\n') return std::nullopt;
    text.remove_prefix(used + 1);
    if (size > text.size()) return std::nullopt;
    parts.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return parts;
}

}  // namespace

std::string digest(std::string_view text) {
  boost::uuids::detail::sha1 hash;
  hash.process_bytes(text.data(), text.size());
  boost::uuids::detail::sha1::digest_type words;
  hash.get_digest(words);
  std::string result;
  for (const auto word : words) result += fmt::format("{:0{}x}", word, 2 * sizeof word);
  return result;
}

std::string digest(const std::vector<std::string>& parts) { return digest(framed(parts)); }

std::string StageCache::path_of(const std::string& key) const {
  return (fs::path(folder_) / (key + ".stage")).string();
}

CacheEntry StageCache::read(const std::string& key) const {
  CacheEntry entry;
  std::error_code ignored;
  if (!fs::exists(path_of(key), ignored)) return entry;
  entry.damaged = true;
  const auto text = read_file(path_of(key));
  if (!text || !text->starts_with(head) || text->size() <= head.size() + digest_size) return entry;
  const std::string_view body = std::string_view(*text).substr(head.size() + digest_size + 1);
  if (text->substr(head.size(), digest_size) != digest(body)) return entry;
  entry.outputs = unframed(body);
  entry.damaged = !entry.outputs;
  return entry;
}

Status StageCache::write(const std::string& key, const std::vector<std::string>& outputs) const {
  std::error_code failed;
  fs::create_directories(folder_, failed);
  if (failed) return unavailable(fmt::format("{}: {}", folder_, failed.message()));
  const std::string body = framed(outputs);
  return write_file(path_of(key), fmt::format("{}{}\n{}", head, digest(body), body));
}

}  // namespace ridgeline::pipeline
