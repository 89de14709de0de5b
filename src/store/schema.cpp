#include "store/schema.h"

#include <fmt/format.h>

#include <iterator>

namespace ridgeline::store {
namespace {

/// "Rdgl", in SQLite's field for the program that a file belongs to.
constexpr std::int64_t application_id = 0x5264676c;

/// Step i makes version i + 1 of version i. What a release has made is not edited: there are files that have
/// it.
constexpr const char* migrations[] = {
    R"(CREATE TABLE runs(
         id TEXT PRIMARY KEY NOT NULL, saved TEXT NOT NULL, command TEXT NOT NULL, note TEXT NOT NULL,
         origin TEXT NOT NULL, scenario TEXT NOT NULL, system TEXT NOT NULL, workload TEXT NOT NULL,
         version TEXT NOT NULL, machine TEXT NOT NULL, seed TEXT NOT NULL,
         verdict TEXT NOT NULL, queries INTEGER NOT NULL);
       CREATE TABLE contents(
         run TEXT PRIMARY KEY NOT NULL REFERENCES runs ON DELETE CASCADE, bytes BLOB NOT NULL);
       CREATE TABLE tags(
         run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, tag TEXT NOT NULL,
         PRIMARY KEY(run, tag)) WITHOUT ROWID;)",
    R"(ALTER TABLE runs ADD COLUMN p99_seconds REAL;
       ALTER TABLE runs ADD COLUMN samples_per_second REAL;
       CREATE TABLE inputs(
         run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, position INTEGER NOT NULL,
         key TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, date TEXT NOT NULL,
         PRIMARY KEY(run, position)) WITHOUT ROWID;)",
    R"(CREATE TABLE studies(
         id TEXT PRIMARY KEY NOT NULL, saved TEXT NOT NULL, command TEXT NOT NULL, note TEXT NOT NULL,
         version TEXT NOT NULL, model TEXT NOT NULL, objectives TEXT NOT NULL,
         points INTEGER NOT NULL, explored INTEGER NOT NULL, front INTEGER NOT NULL, interrupted INTEGER NOT NULL,
         text TEXT NOT NULL, page TEXT NOT NULL, json TEXT NOT NULL, csv TEXT NOT NULL);
       CREATE TABLE study_tags(
         study TEXT NOT NULL REFERENCES studies ON DELETE CASCADE, tag TEXT NOT NULL,
         PRIMARY KEY(study, tag)) WITHOUT ROWID;)",
    R"(CREATE TABLE ledgers(
         id TEXT PRIMARY KEY NOT NULL, saved TEXT NOT NULL, lab TEXT NOT NULL, track TEXT NOT NULL,
         learner TEXT NOT NULL, version TEXT NOT NULL, entries INTEGER NOT NULL, json TEXT NOT NULL);)",
};

/// The file's version, 0 for a new one.
Result<std::int64_t> version_of(const Connection& connection) {
  RIDGELINE_TRY(version, connection.number("PRAGMA user_version"));
  RIDGELINE_TRY(owner, connection.number("PRAGMA application_id"));
  RIDGELINE_TRY(tables, connection.number("SELECT count(*) FROM sqlite_master"));
  if (tables > 0 && owner != application_id)
    return unavailable(
        fmt::format("{}: another program's SQLite file; give a file of its own", connection.path()));
  if (version > schema_version) {
    return unavailable(fmt::format(
        "{}: made by a newer Ridgeline (schema {}, and this one knows up to {}); use that one, or "
        "give another file",
        connection.path(), version, schema_version));
  }
  return version;
}

}  // namespace

const std::int64_t schema_version = std::size(migrations);

const char* migration(std::int64_t to) { return migrations[to - 1]; }

Status bring_up_to_date(const Connection& connection) {
  RIDGELINE_TRY(seen, version_of(connection));
  if (seen == schema_version) return Status::success();
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(version, version_of(connection));  // another process may have been quicker
  while (version < schema_version) RIDGELINE_CHECK(connection.run(migration(++version)));
  RIDGELINE_CHECK(connection.run(fmt::format("PRAGMA application_id = {}", application_id).c_str()));
  RIDGELINE_CHECK(connection.run(fmt::format("PRAGMA user_version = {}", schema_version).c_str()));
  return transaction.commit();
}

}  // namespace ridgeline::store
