#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

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

TEST_F(File, IsWrittenWholeOverWhatWasThere) {
  const std::string path = write("a longer text than the next"), text("b\0c", 3);
  ASSERT_TRUE(write_file(path, text));
  EXPECT_EQ(*read_file(path), text);
  // The temporary is gone.
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

TEST_F(File, WhatCannotBeWrittenSaysSoAndLeavesNothing) {
  const std::string nowhere = folder_.path("none/file");
  const auto status = write_file(nowhere, "x");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, nowhere + ": cannot be written; is the folder there and writable?");
  ASSERT_FALSE(write_file(folder_.path(), "x"));  // a folder is not replaced by a file
  EXPECT_TRUE(std::filesystem::is_directory(folder_.path()));
}

// As the administrator may, a rename over /dev/null would make a file of it.
TEST_F(File, IntoAPipeItGoesAsItIs) {
  const std::string pipe = folder_.path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  std::string seen;
  std::thread reader([&] { seen = *read_file(pipe); });
  EXPECT_TRUE(write_file(pipe, "through"));
  reader.join();
  EXPECT_EQ(seen, "through");
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
}

TEST_F(File, ALinkStaysOne) {
  const std::string file = write("old"), link = folder_.path("link");
  std::filesystem::create_symlink(file, link);
  ASSERT_TRUE(write_file(link, "new"));
  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(*read_file(file), "new");
}

}  // namespace
}  // namespace ridgeline
