#pragma once
// A catalog to resolve rows against, and files of measurements that live as long as a test.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

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
  explicit CsvFile(const std::string& content)
      : path_(testing::TempDir() + "measured_" + std::to_string(getpid()) + ".csv") {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~CsvFile() { std::remove(path_.c_str()); }
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ridgeline::calibrate
