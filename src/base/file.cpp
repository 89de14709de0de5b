#include "base/file.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace ridgeline {

Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 1 << 16> block{};
  // A folder opens, and turns bad when it is read.
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad())
    return unavailable(fmt::format("{}: cannot be read; is the file there?", path));
  return text;
}

Status write_file(const std::string& path, const std::string& content) {
  static std::atomic<unsigned> written{0};
  const std::string partial = fmt::format("{}.{}.{}.partial", path, getpid(), written++);
  {
    std::ofstream file(partial, std::ios::binary);
    file << content;
    file.close();
    if (!file) {
      std::remove(partial.c_str());
      return unavailable(fmt::format("{}: cannot be written; is the folder there and writable?", path));
    }
  }
  std::error_code failed;
  std::filesystem::rename(partial, path, failed);
  if (failed) {
    std::remove(partial.c_str());
    return unavailable(fmt::format("{}: {}", path, failed.message()));
  }
  return Status::success();
}

}  // namespace ridgeline
