#include "ridgeline/study_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/schema.h"
#include "store/sqlite.h"
#include "stores.h"

namespace ridgeline::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Schema 2 as it was released, without studies: kept here for ever, as files with it are.
constexpr const char* schema_2 = R"(
  CREATE TABLE runs(
    id TEXT PRIMARY KEY NOT NULL, saved TEXT NOT NULL, command TEXT NOT NULL, note TEXT NOT NULL,
    origin TEXT NOT NULL, scenario TEXT NOT NULL, system TEXT NOT NULL, workload TEXT NOT NULL,
    version TEXT NOT NULL, machine TEXT NOT NULL, seed TEXT NOT NULL, verdict TEXT NOT NULL, queries INTEGER NOT NULL,
    p99_seconds REAL, samples_per_second REAL);
  CREATE TABLE contents(run TEXT PRIMARY KEY NOT NULL REFERENCES runs ON DELETE CASCADE, bytes BLOB NOT NULL);
  CREATE TABLE tags(
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY(run, tag)) WITHOUT ROWID;
  CREATE TABLE inputs(
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, position INTEGER NOT NULL,
    key TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, source TEXT NOT NULL, date TEXT NOT NULL,
    PRIMARY KEY(run, position)) WITHOUT ROWID;
  PRAGMA application_id = 0x5264676c;
  PRAGMA user_version = 2;)";

Connection raw_file(const std::string& path) {
  return *Connection::open(path, Connection::Mode::create, std::chrono::milliseconds(1000));
}

SavedStudy small_study(const std::string& text, const std::string& saved = "2026-01-02T03:04:05Z") {
  SavedStudy study;
  study.saved = saved;
  study.command = "ridgeline explore";
  study.version = "0.1.0";
  study.model = "toy";
  study.objectives = "minimise ttft";
  study.points = 12345678901234;
  study.explored = 77;
  study.front = 3;
  study.interrupted = true;
  study.text = text;
  study.page = "a page\nof two lines\n";
  study.json = "{\"schema\": \"ridgeline.study/1\"}\n";
  study.csv = "index\n0\n";
  return study;
}

class Studies : public ::testing::Test {
 protected:
  std::vector<std::string> texts(const std::string& tag = "") {
    std::vector<std::string> all;
    const std::vector<SavedStudy> studies = *store_.list(tag);
    for (const SavedStudy& study : studies) all.push_back(study.text);
    return all;
  }
  Folder folder_;
  StudyStore store_ = *StudyStore::open(at(folder_.path("runs.db")));
};

TEST_F(Studies, ComeBackAsTheyWereSaved) {
  SavedStudy study = small_study("model: toy\n");
  study.tags = {"quarter", "a"};
  study.note = "for the board";
  const auto saved = store_.save(study);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->outcome, RunStore::Saved::Outcome::added);
  EXPECT_EQ(saved->id, study_id(study));
  const auto read = store_.load(saved->id.substr(0, 5));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, saved->id);
  EXPECT_THAT(read->tags, ElementsAre("a", "quarter"));
  for (const auto part :
       {&SavedStudy::saved, &SavedStudy::command, &SavedStudy::note, &SavedStudy::version, &SavedStudy::model,
        &SavedStudy::objectives, &SavedStudy::text, &SavedStudy::page, &SavedStudy::json, &SavedStudy::csv})
    EXPECT_EQ((*read).*part, study.*part);
  EXPECT_EQ(read->points, study.points);
  EXPECT_EQ(read->explored, study.explored);
  EXPECT_EQ(read->front, study.front);
  EXPECT_TRUE(read->interrupted);
}

TEST_F(Studies, TheSameResultIsKeptOnceAndGainsTagsAndNote) {
  const SavedStudy study = small_study("model: toy\n");
  ASSERT_TRUE(store_.save(study));
  SavedStudy again = study;
  again.saved = "2027-01-01T00:00:00Z";
  again.tags = {"later"};
  again.note = "seen again";
  EXPECT_EQ(store_.save(again)->outcome, RunStore::Saved::Outcome::present);
  const auto all = *store_.list();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].saved, study.saved);
  EXPECT_EQ(all[0].note, "seen again");
  EXPECT_THAT(all[0].tags, ElementsAre("later"));
  // Another result of the same file is another study.
  again.json += " ";
  EXPECT_EQ(store_.save(again)->outcome, RunStore::Saved::Outcome::added);
}

TEST_F(Studies, AreListedOldestFirstAndRemoved) {
  SavedStudy tagged = small_study("b", "2026-02-01T00:00:00Z");
  tagged.tags = {"kept"};
  ASSERT_TRUE(store_.save(tagged));
  ASSERT_TRUE(store_.save(small_study("a", "2026-01-01T00:00:00Z")));
  EXPECT_THAT(texts(), ElementsAre("a", "b"));
  EXPECT_THAT(texts("kept"), ElementsAre("b"));
  EXPECT_EQ(*store_.remove(study_id(tagged)), study_id(tagged));
  EXPECT_THAT(texts(), ElementsAre("a"));
  EXPECT_THAT(texts("kept"), IsEmpty());
  const auto gone = store_.load(study_id(tagged));
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().message,
              HasSubstr("no study '" + study_id(tagged) + "'; `ridgeline studies list` shows"));
  EXPECT_FALSE(store_.load(""));
}

TEST_F(Studies, WhatChangedOnTheDiskIsNotPassedOffAsWhatWasSaved) {
  const std::string id = store_.save(small_study("a"))->id;
  ASSERT_TRUE(raw_file(folder_.path("runs.db")).run("UPDATE studies SET json = json || ' '"));
  const auto read = store_.load(id);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("study " + id + " is not what was saved"));
}

TEST_F(Studies, TagsAreThoseOfRuns) {
  SavedStudy study = small_study("a");
  study.tags = {"not this"};
  EXPECT_FALSE(store_.save(study));
  EXPECT_THAT(texts(), IsEmpty());
}

TEST(StudiesOfOldFiles, AFileOfVersion2GainsTheTablesAndKeepsItsRuns) {
  const Folder folder;
  ASSERT_TRUE(raw_file(folder.path("runs.db")).run(schema_2));
  {
    auto store = StudyStore::open(at(folder.path("runs.db")));
    ASSERT_TRUE(store) << store.error().message;
    ASSERT_TRUE(store->save(small_study("a")));
  }
  EXPECT_EQ(*raw_file(folder.path("runs.db")).number("PRAGMA user_version"), schema_version);
  const std::string id = save_at(folder.path("runs.db"), small_run(1));
  EXPECT_TRUE(RunStore::open(at(folder.path("runs.db")))->load(id));
  EXPECT_EQ(StudyStore::open(at(folder.path("runs.db")))->list()->size(), 1U);
}

// Kept by the version that made schema 3. Such a file stays for ever.
TEST(StudiesOfOldFiles, TheFirstFormIsStillRead) {
  const Folder folder;
  std::filesystem::copy_file(std::string(RIDGELINE_TEST_DIR) + "/golden/store/studies-3.db",
                             folder.path("runs.db"));
  const auto store = StudyStore::open(at(folder.path("runs.db")));
  ASSERT_TRUE(store) << store.error().message;
  const auto all = *store->list();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].model, "llama-3.1-8b");
  EXPECT_EQ(all[0].front, 4U);
  EXPECT_THAT(all[0].tags, ElementsAre("golden"));
  const auto study = store->load(all[0].id);
  ASSERT_TRUE(study) << study.error().message;
  EXPECT_THAT(study->json, HasSubstr("ridgeline.study/1"));
  EXPECT_THAT(study->csv, HasSubstr("index,equal_points,hardware,concurrency"));
}

}  // namespace
}  // namespace ridgeline::store
