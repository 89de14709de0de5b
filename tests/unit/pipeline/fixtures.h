#pragma once
// Types that stages exchange.

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "folder.h"
#include "ridgeline/pipeline.h"

namespace ridgeline::test {

struct Word {
  std::string text;
};
struct Length {
  std::size_t letters = 0;
};
struct Shout {
  std::string text;
};

inline std::vector<std::filesystem::path> files_in(const Folder& folder) {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) all.push_back(entry.path());
  return all;
}

inline std::string plan_error(const Pipeline& pipeline) {
  const auto plan = pipeline.plan();
  return plan ? "" : plan.error().message;
}

}  // namespace ridgeline::test
