#include "base/file.h"

#include <gtest/gtest.h>

#include "folder.h"

namespace ridgeline {
namespace {

class File : public ::testing::Test {
 protected:
  std::string write(const std::string& text) const { return folder_.write("file", text); }
  const Folder folder_;
};

TEST_F(File, GivesEveryByte) {
  std::string text(200'000, 'x');  // more than one block of any size that readers use
  text[3] = '\0';
  text[99'999] = '\r';
  EXPECT_EQ(*read_file(write(text)), text);
}

TEST_F(File, AnEmptyOneIsAnEmptyText) { EXPECT_EQ(*read_file(write("")), ""); }

TEST_F(File, WhatIsNotThereOrIsAFolderSaysSo) {
  for (const auto& path : {folder_.path("none"), folder_.path()}) {
    const auto text = read_file(path);
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().message, path + ": cannot be read; is the file there?");
  }
}

}  // namespace
}  // namespace ridgeline
