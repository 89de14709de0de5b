#pragma once
// Texts of small devices and models.

#include <filesystem>
#include <string>

#include "folder.h"

namespace ridgeline {

/// With the folders that a catalog has.
class CatalogFolder : public Folder {
 public:
  CatalogFolder() {
    for (const char* name : {"hardware", "models"}) std::filesystem::create_directory(path(name));
  }
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
