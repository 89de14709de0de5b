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

namespace {

Error not_writable(const std::string& path) {
  return unavailable(fmt::format("{}: cannot be written; is the folder there and writable?", path));
}

bool pour(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary);
  file << content;
  file.close();
  return static_cast<bool>(file);
}

}  // namespace

Status write_file(const std::string& path, const std::string& content) {
  namespace fs = std::filesystem;
  static std::atomic<unsigned> written{0};
  std::error_code failed;
  // A rename would put a file in place of the device, pipe or link.
  const fs::file_status there = fs::status(path, failed);
  if (fs::exists(there) && !fs::is_regular_file(there) && !fs::is_directory(there))
    return pour(path, content) ? Status::success() : Status(not_writable(path));
  std::string target = path;
  if (fs::is_symlink(path, failed)) {
    if (const fs::path pointed = fs::weakly_canonical(path, failed); !failed) target = pointed.string();
  }
  const std::string partial = fmt::format("{}.{}.{}.partial", target, getpid(), written++);
  if (!pour(partial, content)) {
    std::remove(partial.c_str());
    return not_writable(path);
  }
  fs::rename(partial, target, failed);
  if (failed) {
    std::remove(partial.c_str());
    return unavailable(fmt::format("{}: {}", path, failed.message()));
  }
  return Status::success();
}

}  // namespace ridgeline
