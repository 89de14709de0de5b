#pragma once
// The folder in which results of stages are kept: one file a result, named by the key of what it follows
// from.
//
//   ridgeline-stage/1 \n SHA-1 of the rest \n  { length \n bytes } ...
//
// A file is written beside and renamed, so that processes may share the folder. Nothing is ever removed.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::pipeline {

/// 40 hexadecimal digits. Against accidents, not against those who mean harm.
std::string digest(std::string_view);

/// Of several texts, told from any other split of the same letters.
std::string digest(const std::vector<std::string>&);

struct CacheEntry {
  std::optional<std::vector<std::string>> outputs;
  bool damaged = false;  ///< it is there, and not what was written
};

class StageCache {
 public:
  explicit StageCache(std::string folder) : folder_(std::move(folder)) {}
  CacheEntry read(const std::string& key) const;
  Status write(const std::string& key, const std::vector<std::string>& outputs) const;

 private:
  std::string path_of(const std::string& key) const;
  std::string folder_;
};

}  // namespace ridgeline::pipeline
