#pragma once
// A model file for ONNX Runtime as the system under test.

#include <memory>
#include <string>
#include <vector>

#include "app.h"
#include "options.h"

namespace ridgeline::cli {

struct OnnxFlags {
  std::vector<std::string> dims, values;  ///< "NAME=NUMBER"
  std::string library;

  void add_to(CLI::App&);
  Status check(const std::string& target) const;
  /// threads 0: all cores but one, for the driver.
  Result<std::unique_ptr<SystemUnderTest>> make(const std::string& path, unsigned threads,
                                                const ScenarioFlags&) const;
};

inline bool is_onnx(const std::string& target) { return target.ends_with(".onnx"); }

}  // namespace ridgeline::cli
