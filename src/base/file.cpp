#include "base/file.h"

#include <fmt/format.h>

#include <array>
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

}  // namespace ridgeline
