#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "ridgeline/store.h"
#include "store/run_blob.h"
#include "store/run_rows.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace ridgeline {
namespace {

using store::Connection;
using store::Transaction;
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
  RIDGELINE_CHECK(store::bring_up_to_date(connection));
  return connection.read_only() ? Status::success() : connection.use_wal(options.patience);
}

}  // namespace

struct RunStore::Database {
  Connection connection;
};

RunStore::RunStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

Result<RunStore> RunStore::open(const StoreOptions& options) {
  RIDGELINE_TRY(connection, connect(options));
  RIDGELINE_CHECK(prepare(connection, options));
  return RunStore(std::make_unique<Database>(Database{std::move(connection)}));
}

std::string run_id(const Run& run) { return store::id_of(store::write_run(run)); }

Result<RunStore::Saved> RunStore::save(const SavedRun& saved, const Summary& summary) {
  for (const std::string& tag : saved.tags) RIDGELINE_CHECK(store::check_tag(tag));
  const Connection& connection = database_->connection;
  const std::string blob = store::write_run(saved.run);
  Saved result;
  result.id = store::id_of(blob);
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(added, store::add_run(connection, result.id, saved, summary));
  if (added) {
    RIDGELINE_CHECK(store::add_content(connection, result.id, blob));
    RIDGELINE_CHECK(store::add_inputs(connection, result.id, saved.inputs));
  } else {
    result.outcome = Saved::Outcome::present;
    if (!saved.note.empty()) RIDGELINE_CHECK(store::set_note(connection, result.id, saved.note));
  }
  RIDGELINE_CHECK(store::add_tags(connection, result.id, saved.tags));
  RIDGELINE_CHECK(transaction.commit());
  return result;
}

Result<std::vector<RunLine>> RunStore::list(const std::string& tag) const {
  return store::lines(database_->connection, tag);
}

Result<SavedRun> RunStore::load(const std::string& prefix) const {
  const Connection& connection = database_->connection;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::reads));
  RIDGELINE_TRY(id, store::whole_id(connection, prefix));
  return store::read_saved(connection, id);
}

Result<std::string> RunStore::remove(const std::string& prefix) {
  const Connection& connection = database_->connection;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(id, store::whole_id(connection, prefix));
  RIDGELINE_CHECK(store::remove_run(connection, id));
  RIDGELINE_CHECK(transaction.commit());
  return id;
}

Result<std::vector<RunLine>> RunStore::dropped_by(const GcRule& rule) const {
  if (!rule.drops()) return std::vector<RunLine>{};
  RIDGELINE_TRY(lines, list(rule.tag));
  std::erase_if(lines, [&](const RunLine& line) {
    return (rule.tag.empty() && !line.tags.empty()) ||
           (!rule.saved_before.empty() && line.saved >= rule.saved_before);
  });
  if (rule.keep) lines.resize(lines.size() - std::min<std::uint64_t>(lines.size(), *rule.keep));
  return lines;
}

Result<RunStore::Collected> RunStore::collect(const GcRule& rule) {
  const Connection& connection = database_->connection;
  Collected collected;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(dropped, dropped_by(rule));
  for (const RunLine& line : dropped) RIDGELINE_CHECK(store::remove_run(connection, line.id));
  RIDGELINE_CHECK(transaction.commit());
  collected.dropped = std::move(dropped);
  auto compacted = connection.run("VACUUM");
  if (compacted) compacted = connection.run("PRAGMA wal_checkpoint(TRUNCATE)");
  if (!compacted) collected.not_compacted = compacted.error().message;
  return collected;
}

}  // namespace ridgeline
