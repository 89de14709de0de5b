#pragma once
// A Hugging Face config.json, read key by key. The first error sticks, so that a reader of an architecture is
// a plain list of assignments; what nobody asked for can be listed afterwards.

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::catalog {

class ConfigJson {
 public:
  using Json = nlohmann::json;

  /// `object` must outlive it; `place` begins every message ("config.json", "config.json: text_config").
  ConfigJson(const Json& object, std::string place) : object_(object), place_(std::move(place)) {}

  /// A key that is null counts as absent, as in the publishers' code.
  bool has(std::string_view key) const;
  /// A whole number of at least 1 that must be there.
  unsigned need(std::string_view key);
  /// A whole number, or `absent`.
  unsigned count(std::string_view key, unsigned absent);
  bool flag(std::string_view key, bool absent);
  std::string text(std::string_view key, std::string_view absent);
  /// The list or map under the key as it is; nothing when the key is absent.
  const Json* node(std::string_view key);
  /// The names in a list of text; empty when the key is absent.
  std::vector<std::string> names(std::string_view key);

  /// An error unless the key is absent or has this value: what else it says cannot be modelled.
  void expect(std::string_view key, const Json& only, std::string_view why);
  /// Keys that are known and do not change the cost.
  void harmless(std::initializer_list<std::string_view> keys);
  /// "PLACE: KEY: MESSAGE", unless there is an error already.
  void fail(std::string_view key, std::string_view message);
  void note(std::string line) { notes_.push_back(std::move(line)); }

  Status status() const { return failed_ ? Status(error_) : Status::success(); }
  /// Keys that nobody asked for and that are not among the many harmless ones.
  std::vector<std::string> unknown() const;
  const std::vector<std::string>& notes() const { return notes_; }
  const std::string& place() const { return place_; }

 private:
  const Json* find(std::string_view key);

  const Json& object_;
  std::string place_;
  std::set<std::string, std::less<>> used_;
  std::vector<std::string> notes_;
  bool failed_ = false;
  Error error_;
};

}  // namespace ridgeline::catalog
