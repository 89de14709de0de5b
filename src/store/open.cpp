#include "store/open.h"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "store/schema.h"

namespace ridgeline::store {
namespace {

namespace fs = std::filesystem;

Status make_folder(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code failed;
  if (!folder.empty()) fs::create_directories(folder, failed);
  if (!failed) return Status::success();
  return unavailable(fmt::format("{}: the store's folder cannot be made: {}", path, failed.message()));
}

/// SQLite keeps two files beside the store, even to read it. Where they cannot be made, a store that was
/// closed properly can still be read.
bool reads_only(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  std::error_code ignored;
  const auto log = fs::file_size(path + "-wal", ignored);
  const bool closed = ignored || log == 0;
  return closed &&
         (access(path.c_str(), W_OK) != 0 || access(folder.empty() ? "." : folder.c_str(), W_OK) != 0);
}

Result<Connection> connect(const StoreOptions& options) {
  if (options.access == StoreOptions::Access::write) {
    RIDGELINE_CHECK(make_folder(options.path));
    RIDGELINE_TRY(connection, Connection::open(options.path, Connection::Mode::create, options.patience));
    if (connection.read_only()) return connection.error(SQLITE_READONLY);
    return connection;
  }
  std::error_code failed;
  if (!fs::exists(options.path, failed))
    return unavailable(fmt::format("{}: no store is there; no run has been saved to it", options.path));
  const auto mode = reads_only(options.path) ? Connection::Mode::immutable : Connection::Mode::write;
  return Connection::open(options.path, mode, options.patience);
}

Status prepare(const Connection& connection, const StoreOptions& options) {
  if (options.most_pages > 0)
    RIDGELINE_CHECK(connection.run(fmt::format("PRAGMA max_page_count = {}", options.most_pages).c_str()));
  RIDGELINE_CHECK(connection.run("PRAGMA foreign_keys = ON"));
  // What save() returned for survives a loss of power too.
  RIDGELINE_CHECK(connection.run("PRAGMA synchronous = FULL"));
  RIDGELINE_CHECK(bring_up_to_date(connection));
  return connection.read_only() ? Status::success() : connection.use_wal(options.patience);
}

}  // namespace

Result<Connection> open(const StoreOptions& options) {
  RIDGELINE_TRY(connection, connect(options));
  RIDGELINE_CHECK(prepare(connection, options));
  return connection;
}

}  // namespace ridgeline::store
