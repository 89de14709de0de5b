// Every file in malformed/ is wrong in one way; its first line says what must be said about it, from the line
// number on. A new case is a new file.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "ridgeline/catalog.h"

namespace ridgeline {
namespace {

struct Case {
  std::string path, expected;
};

std::vector<Case> cases_in(const std::string& folder) {
  std::vector<Case> cases;
  for (const auto& entry :
       std::filesystem::directory_iterator(RIDGELINE_TEST_DIR "/unit/catalog/malformed/" + folder)) {
    std::ifstream file(entry.path());
    std::string first;
    std::getline(file, first);
    EXPECT_EQ(first.substr(0, 2), "# ") << entry.path();
    cases.push_back({entry.path().string(), entry.path().string() + ":" + first.substr(2)});
  }
  return cases;
}

TEST(Malformed, HardwareIsRefusedWithFileLineAndKey) {
  const auto cases = cases_in("hardware");
  EXPECT_GE(cases.size(), 50u);
  for (const Case& c : cases) {
    const auto hardware = read_hardware(c.path);
    ASSERT_FALSE(hardware) << c.path;
    EXPECT_EQ(hardware.error().message, c.expected);
    EXPECT_EQ(hardware.error().kind, ErrorKind::bad_input);
  }
}

TEST(Malformed, ModelsAreRefusedWithFileLineAndKey) {
  const auto cases = cases_in("models");
  EXPECT_GE(cases.size(), 60u);
  for (const Case& c : cases) {
    const auto model = read_model(c.path);
    ASSERT_FALSE(model) << c.path;
    EXPECT_EQ(model.error().message, c.expected);
    EXPECT_EQ(model.error().kind, ErrorKind::bad_input);
  }
}

}  // namespace
}  // namespace ridgeline
