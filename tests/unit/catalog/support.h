#pragma once
// Files to read: written into a fresh folder of their own, removed afterwards.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace ridgeline {

class Folder {
 public:
  Folder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::path(testing::TempDir()) /
            (std::string("ridgeline-") + test->test_suite_name() + "-" + test->name());
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ / "hardware");
    std::filesystem::create_directories(path_ / "models");
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path() const { return path_.string(); }
  /// Writes `text` to `name` and returns the whole path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

/// A small valid device. `more` is appended.
inline std::string hardware_text(const std::string& id, const std::string& more = "") {
  return "id: " + id +
         "\nname: A device\nvendor: V\ntier: edge\nyear: 2020\n"
         "sources:\n  sheet: {kind: datasheet, title: datasheet, date: 2020}\n"
         "memory:\n  name: DRAM\n"
         "  capacity: {value: 8, unit: GB, scope: device, source: sheet}\n"
         "  bandwidth: {value: 50, unit: GB/s, scope: device, source: sheet}\n" +
         more;
}
inline const char* const fp16_peak =
    "peak:\n  fp16: {value: 10, unit: TFLOP/s, scope: dense, source: sheet}\n";

/// A model around the text of its architecture.
inline std::string model_text(const std::string& id, const std::string& architecture) {
  return "id: " + id +
         "\nname: A model\ntask: text generation\n"
         "sources:\n  config: {kind: literature, title: config, date: 2024}\n"
         "source: config\n" +
         architecture;
}

}  // namespace ridgeline
