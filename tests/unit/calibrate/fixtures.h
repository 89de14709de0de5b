#pragma once
// A catalog to resolve rows against, and files of measurements that live as long as a test.

#include <gtest/gtest.h>

#include <string>

#include "folder.h"
#include "ridgeline/validation.h"

namespace ridgeline::calibrate {

/// The shipped catalog, read once.
inline const Catalog& catalog() {
  static const Catalog read = [] {
    auto loaded = Catalog::load(RIDGELINE_DATA_DIR);
    if (!loaded) ADD_FAILURE() << loaded.error().message;
    return loaded ? *std::move(loaded) : Catalog();
  }();
  return read;
}

class CsvFile {
 public:
  explicit CsvFile(const std::string& content) : path_(folder_.write("measured.csv", content)) {}
  const std::string& path() const { return path_; }

 private:
  Folder folder_;
  std::string path_;
};

}  // namespace ridgeline::calibrate
