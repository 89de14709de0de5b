#include "base/file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace ridgeline {
namespace {

class File : public ::testing::Test {
 protected:
  File() { std::filesystem::create_directories(folder_); }
  ~File() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& text) const {
    std::ofstream(folder_ / "file", std::ios::binary) << text;
    return (folder_ / "file").string();
  }
  /// One a test: they run side by side.
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      (std::string("ridgeline-file-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(File, GivesEveryByte) {
  std::string text(200'000, 'x');  // more than one block of any size that readers use
  text[3] = '\0';
  text[99'999] = '\r';
  EXPECT_EQ(*read_file(write(text)), text);
}

TEST_F(File, AnEmptyOneIsAnEmptyText) { EXPECT_EQ(*read_file(write("")), ""); }

TEST_F(File, WhatIsNotThereOrIsAFolderSaysSo) {
  for (const auto& path : {folder_ / "none", folder_}) {
    const auto text = read_file(path.string());
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().message, path.string() + ": cannot be read; is the file there?");
  }
}

}  // namespace
}  // namespace ridgeline
