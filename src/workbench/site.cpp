#include "workbench/site.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/file.h"
#include "base/hash.h"

namespace ridgeline::workbench {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_file = 64 << 20, largest_site = 256 << 20;

struct FileType {
  std::string_view extension, type;
  bool compresses;
};
constexpr std::array<FileType, 15> file_types{{
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript; charset=utf-8", true},
    {".mjs", "text/javascript; charset=utf-8", true},
    {".css", "text/css; charset=utf-8", true},
    {".json", "application/json", true},
    {".webmanifest", "application/manifest+json", true},
    {".wasm", "application/wasm", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".md", "text/markdown; charset=utf-8", true},
    {".csv", "text/csv; charset=utf-8", true},
    {".png", "image/png", false},
    {".ico", "image/x-icon", false},
    {".woff2", "font/woff2", false},
    {".data", "application/octet-stream", true},
}};

/// Empty where zlib fails or nothing is saved.
std::string compressed(const std::string& bytes) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return "";
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return whole && out.size() < bytes.size() ? out : "";
}

Status add_file(Site& site, const fs::path& path, const std::string& name, std::size_t& total) {
  const auto known = std::find_if(file_types.begin(), file_types.end(),
                                  [&](const FileType& t) { return path.extension() == t.extension; });
  if (known == file_types.end()) return Status::success();
  std::error_code failed;
  const std::uintmax_t size = fs::file_size(path, failed);
  if (!failed && (size > largest_file || total + size > largest_site)) {
    return unavailable(
        fmt::format("{}: {} bytes; a workbench's files have at most {} MiB each, {} MiB together",
                    path.string(), size, largest_file >> 20, largest_site >> 20));
  }
  RIDGELINE_TRY(bytes, read_file(path.string()));
  total += bytes.size();
  SiteFile file;
  file.type = known->type;
  file.gzip = known->compresses ? compressed(bytes) : "";
  file.tag = fmt::format("W/\"{}\"", fnv1a_hex(bytes));
  file.bytes = std::move(bytes);
  site[name] = std::make_shared<const SiteFile>(std::move(file));
  return Status::success();
}

}  // namespace

Result<Site> read_site(const std::string& folder) {
  std::error_code failed;
  const fs::path root = fs::canonical(folder, failed);
  if (failed || !fs::is_regular_file(root / "index.html", failed)) {
    return unavailable(fmt::format(
        "{}: no workbench there (no index.html); `make site` makes one in build/site-lab", folder));
  }
  Site site;
  std::size_t total = 0;
  fs::recursive_directory_iterator at(root, failed);
  for (; !failed && at != fs::recursive_directory_iterator(); at.increment(failed)) {
    const bool hidden = at->path().filename().string().starts_with('.');
    const fs::file_status status = at->symlink_status(failed);
    if (failed) break;
    if (hidden && fs::is_directory(status)) at.disable_recursion_pending();
    if (hidden || !fs::is_regular_file(status)) continue;
    const std::string name = "/" + at->path().lexically_relative(root).generic_string();
    RIDGELINE_CHECK(add_file(site, at->path(), name, total));
  }
  if (failed) return unavailable(fmt::format("{}: cannot be read: {}", folder, failed.message()));
  constexpr std::string_view index = "index.html";
  Site folders;
  for (const auto& [name, file] : site)
    if (name.ends_with("/index.html")) folders[name.substr(0, name.size() - index.size())] = file;
  site.merge(folders);
  if (!site.contains("/"))
    return unavailable(fmt::format("{}: index.html is a link; it must be a file", folder));
  return site;
}

}  // namespace ridgeline::workbench
