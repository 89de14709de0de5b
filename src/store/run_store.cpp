#include <fmt/format.h>

#include <algorithm>

#include "ridgeline/store.h"
#include "store/open.h"
#include "store/run_blob.h"
#include "store/run_rows.h"
#include "store/sqlite.h"

namespace ridgeline {
namespace {

using store::Connection;
using store::Transaction;

}  // namespace

struct RunStore::Database {
  Connection connection;
};

RunStore::RunStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
RunStore::RunStore(RunStore&&) noexcept = default;
RunStore& RunStore::operator=(RunStore&&) noexcept = default;
RunStore::~RunStore() = default;

Result<RunStore> RunStore::open(const StoreOptions& options) {
  RIDGELINE_TRY(connection, store::open(options));
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
