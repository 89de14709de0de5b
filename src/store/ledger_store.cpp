#include "ridgeline/ledger_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/open.h"
#include "store/run_blob.h"
#include "store/run_rows.h"

namespace ridgeline {
namespace {

using store::Connection;
using store::Statement;
using store::Transaction;

constexpr const char* ledger_columns =
    "SELECT id, saved, lab, track, learner, version, entries FROM ledgers ";

SavedLedger ledger_of(const Statement& row) {
  SavedLedger ledger;
  int column = 0;
  for (std::string* text :
       {&ledger.id, &ledger.saved, &ledger.lab, &ledger.track, &ledger.learner, &ledger.version})
    *text = row.text(column++);
  ledger.entries = static_cast<std::uint64_t>(row.number(column));
  return ledger;
}

Status add_ledger(const Connection& connection, const std::string& id, const SavedLedger& ledger) {
  RIDGELINE_TRY(insert,
                connection.prepare("INSERT OR IGNORE INTO ledgers(id, saved, lab, track, learner, version, "
                                   "json, entries) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"));
  int parameter = 0;
  for (const std::string* text :
       {&id, &ledger.saved, &ledger.lab, &ledger.track, &ledger.learner, &ledger.version, &ledger.json})
    insert.bind(++parameter, std::string_view(*text));
  insert.bind(++parameter, static_cast<std::int64_t>(ledger.entries));
  return insert.run();
}

Result<std::string> whole_ledger_id(const Connection& connection, const std::string& prefix) {
  RIDGELINE_TRY(rows, connection.prepare(
                          "SELECT id FROM ledgers WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 4"));
  rows.bind(1, prefix);
  std::vector<std::string> found;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) return store::only_one(connection, "ledger", prefix, found);
    found.push_back(rows.text(0));
  }
}

Status remove_ledger(const Connection& connection, const std::string& id) {
  RIDGELINE_TRY(remove, connection.prepare("DELETE FROM ledgers WHERE id = ?"));
  return remove.bind(1, id).run();
}

Status check_room(const Connection& connection, std::uint64_t most) {
  RIDGELINE_TRY(bytes, connection.number("SELECT coalesce(sum(length(CAST(json AS BLOB))), 0) FROM ledgers"));
  if (static_cast<std::uint64_t>(bytes) <= most) return Status::success();
  return unavailable(
      fmt::format("{}: ledgers may have {} bytes together, and with this one they would have {}; remove some",
                  connection.path(), most, bytes));
}

}  // namespace

struct LedgerStore::Database {
  Connection connection;
  std::uint64_t most_bytes = 0;
};

LedgerStore::LedgerStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
LedgerStore::LedgerStore(LedgerStore&&) noexcept = default;
LedgerStore& LedgerStore::operator=(LedgerStore&&) noexcept = default;
LedgerStore::~LedgerStore() = default;

Result<LedgerStore> LedgerStore::open(const StoreOptions& options) {
  RIDGELINE_TRY(connection, store::open(options));
  return LedgerStore(std::make_unique<Database>(Database{std::move(connection), options.most_ledger_bytes}));
}

Result<RunStore::Saved> LedgerStore::save(const SavedLedger& ledger,
                                          const std::vector<std::string>& in_place_of) {
  const Connection& connection = database_->connection;
  RunStore::Saved result;
  result.id = store::id_of(ledger.json);
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_CHECK(add_ledger(connection, result.id, ledger));
  if (connection.changed() == 0) result.outcome = RunStore::Saved::Outcome::present;
  for (const std::string& id : in_place_of)
    if (id != result.id) RIDGELINE_CHECK(remove_ledger(connection, id));
  RIDGELINE_CHECK(check_room(connection, database_->most_bytes));
  RIDGELINE_CHECK(transaction.commit());
  return result;
}

Result<std::vector<SavedLedger>> LedgerStore::list() const {
  RIDGELINE_TRY(
      rows, database_->connection.prepare((std::string(ledger_columns) + "ORDER BY saved, rowid").c_str()));
  std::vector<SavedLedger> ledgers;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) return ledgers;
    ledgers.push_back(ledger_of(rows));
  }
}

Result<SavedLedger> LedgerStore::load(const std::string& prefix) const {
  const Connection& connection = database_->connection;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::reads));
  RIDGELINE_TRY(id, whole_ledger_id(connection, prefix));
  RIDGELINE_TRY(row, connection.prepare((std::string(ledger_columns) + "WHERE id = ?").c_str()));
  row.bind(1, id);
  RIDGELINE_TRY(found, row.next());
  SavedLedger ledger = found ? ledger_of(row) : SavedLedger{};
  RIDGELINE_TRY(document, connection.prepare("SELECT json FROM ledgers WHERE id = ?"));
  document.bind(1, id);
  RIDGELINE_TRY(has_it, document.next());
  if (has_it) ledger.json = document.text(0);
  if (store::id_of(ledger.json) != id)
    return unavailable(
        fmt::format("{}: ledger {} is not what was saved: the file is damaged", connection.path(), id));
  return ledger;
}

Result<std::string> LedgerStore::remove(const std::string& prefix) {
  const Connection& connection = database_->connection;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(id, whole_ledger_id(connection, prefix));
  RIDGELINE_CHECK(remove_ledger(connection, id));
  RIDGELINE_CHECK(transaction.commit());
  return id;
}

}  // namespace ridgeline
