#include "ridgeline/study_store.h"

#include <fmt/format.h>

#include "store/open.h"
#include "store/run_blob.h"
#include "store/run_rows.h"

namespace ridgeline {
namespace {

using store::Connection;
using store::Statement;
using store::Transaction;

constexpr const char* study_columns =
    "SELECT id, saved, command, note, version, model, objectives, text, "
    "(SELECT group_concat(tag, char(10)) FROM (SELECT tag FROM study_tags WHERE study = id ORDER BY tag)), "
    "points, explored, front, interrupted FROM studies ";

SavedStudy study_of(const Statement& row) {
  SavedStudy study;
  int column = 0;
  for (std::string* text : {&study.id, &study.saved, &study.command, &study.note, &study.version,
                            &study.model, &study.objectives, &study.text})
    *text = row.text(column++);
  study.tags = store::split_lines(row.text(column++));
  for (std::uint64_t* count : {&study.points, &study.explored, &study.front})
    *count = static_cast<std::uint64_t>(row.number(column++));
  study.interrupted = row.number(column) != 0;
  return study;
}

/// False: there is such a study, and nothing was done.
Result<bool> add_study(const Connection& connection, const std::string& id, const SavedStudy& study) {
  RIDGELINE_TRY(insert,
                connection.prepare("INSERT OR IGNORE INTO studies(id, saved, command, note, version, model, "
                                   "objectives, text, page, json, csv, points, explored, front, interrupted) "
                                   "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  int parameter = 0;
  for (const std::string* text :
       {&id, &study.saved, &study.command, &study.note, &study.version, &study.model, &study.objectives,
        &study.text, &study.page, &study.json, &study.csv})
    insert.bind(++parameter, std::string_view(*text));
  for (const std::uint64_t count : {study.points, study.explored, study.front})
    insert.bind(++parameter, static_cast<std::int64_t>(count));
  insert.bind(++parameter, std::int64_t{study.interrupted});
  RIDGELINE_CHECK(insert.run());
  return connection.changed() > 0;
}

Result<std::string> whole_study_id(const Connection& connection, const std::string& prefix) {
  RIDGELINE_TRY(rows, connection.prepare(
                          "SELECT id FROM studies WHERE id >= ?1 AND id < ?1 || 'g' ORDER BY id LIMIT 4"));
  rows.bind(1, prefix);
  std::vector<std::string> found;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) return store::only_one(connection, "study", prefix, found);
    found.push_back(rows.text(0));
  }
}

}  // namespace

std::string study_id(const SavedStudy& study) { return store::id_of(study.text + '\0' + study.json); }

struct StudyStore::Database {
  Connection connection;
};

StudyStore::StudyStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
StudyStore::StudyStore(StudyStore&&) noexcept = default;
StudyStore& StudyStore::operator=(StudyStore&&) noexcept = default;
StudyStore::~StudyStore() = default;

Result<StudyStore> StudyStore::open(const StoreOptions& options) {
  RIDGELINE_TRY(connection, store::open(options));
  return StudyStore(std::make_unique<Database>(Database{std::move(connection)}));
}

Result<RunStore::Saved> StudyStore::save(const SavedStudy& study) {
  for (const std::string& tag : study.tags) RIDGELINE_CHECK(store::check_tag(tag));
  const Connection& connection = database_->connection;
  RunStore::Saved result;
  result.id = study_id(study);
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(added, add_study(connection, result.id, study));
  if (!added) result.outcome = RunStore::Saved::Outcome::present;
  if (!added && !study.note.empty()) {
    RIDGELINE_TRY(update, connection.prepare("UPDATE studies SET note = ? WHERE id = ?"));
    RIDGELINE_CHECK(update.bind(1, study.note).bind(2, result.id).run());
  }
  RIDGELINE_TRY(insert, connection.prepare("INSERT OR IGNORE INTO study_tags(study, tag) VALUES(?, ?)"));
  for (const std::string& tag : study.tags) RIDGELINE_CHECK(insert.bind(1, result.id).bind(2, tag).run());
  RIDGELINE_CHECK(transaction.commit());
  return result;
}

Result<std::vector<SavedStudy>> StudyStore::list(const std::string& tag) const {
  const std::string which =
      "WHERE ?1 = '' OR id IN (SELECT study FROM study_tags WHERE tag = ?1) ORDER BY saved, rowid";
  RIDGELINE_TRY(rows, database_->connection.prepare((study_columns + which).c_str()));
  rows.bind(1, tag);
  std::vector<SavedStudy> studies;
  for (;;) {
    RIDGELINE_TRY(more, rows.next());
    if (!more) return studies;
    studies.push_back(study_of(rows));
  }
}

Result<SavedStudy> StudyStore::load(const std::string& prefix) const {
  const Connection& connection = database_->connection;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::reads));
  RIDGELINE_TRY(id, whole_study_id(connection, prefix));
  RIDGELINE_TRY(row, connection.prepare((std::string(study_columns) + "WHERE id = ?").c_str()));
  row.bind(1, id);
  RIDGELINE_TRY(found, row.next());
  SavedStudy study = found ? study_of(row) : SavedStudy{};
  RIDGELINE_TRY(documents, connection.prepare("SELECT page, json, csv FROM studies WHERE id = ?"));
  documents.bind(1, id);
  RIDGELINE_TRY(has_them, documents.next());
  if (has_them) {
    study.page = documents.text(0);
    study.json = documents.text(1);
    study.csv = documents.text(2);
  }
  if (study_id(study) != id)
    return unavailable(
        fmt::format("{}: study {} is not what was saved: the file is damaged", connection.path(), id));
  return study;
}

Result<std::string> StudyStore::remove(const std::string& prefix) {
  const Connection& connection = database_->connection;
  RIDGELINE_TRY(transaction, Transaction::begin(connection, Transaction::Kind::writes));
  RIDGELINE_TRY(id, whole_study_id(connection, prefix));
  RIDGELINE_TRY(remove, connection.prepare("DELETE FROM studies WHERE id = ?"));
  RIDGELINE_CHECK(remove.bind(1, id).run());
  RIDGELINE_CHECK(transaction.commit());
  return id;
}

}  // namespace ridgeline
