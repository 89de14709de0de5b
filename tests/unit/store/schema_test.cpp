// Files of other versions, other programs, and damaged ones.

#include "store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../../support/random_runs.h"
#include "ridgeline/store.h"
#include "store/run_blob.h"
#include "stores.h"

namespace ridgeline::store {
namespace {

using ::testing::HasSubstr;

// Schema 1 as it was released: kept here for ever, as files with it are.
constexpr const char* schema_1 = R"(
  CREATE TABLE runs(
    id TEXT PRIMARY KEY NOT NULL, saved TEXT NOT NULL, command TEXT NOT NULL, note TEXT NOT NULL,
    origin TEXT NOT NULL, scenario TEXT NOT NULL, system TEXT NOT NULL, workload TEXT NOT NULL,
    version TEXT NOT NULL, machine TEXT NOT NULL, seed TEXT NOT NULL, verdict TEXT NOT NULL, queries INTEGER NOT NULL);
  CREATE TABLE contents(run TEXT PRIMARY KEY NOT NULL REFERENCES runs ON DELETE CASCADE, bytes BLOB NOT NULL);
  CREATE TABLE tags(
    run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, tag TEXT NOT NULL, PRIMARY KEY(run, tag)) WITHOUT ROWID;
  PRAGMA application_id = 0x5264676c;
  PRAGMA user_version = 1;)";

Connection raw(const std::string& path) {
  return *Connection::open(path, Connection::Mode::create, std::chrono::milliseconds(1000));
}

TEST(Schema, AFileOfVersion1IsUpgradedWithItsRunsWhole) {
  const Folder folder;
  const ridgeline::Run run = testing_runs::random_run(3);
  const std::string blob = write_run(run), id = id_of(blob);
  {
    const Connection old = raw(folder.path("runs.db"));
    ASSERT_TRUE(old.run(schema_1));
    auto insert = *old.prepare(
        "INSERT INTO runs VALUES(?, '2026-01-01T00:00:00Z', 'c', 'n', 'measured', 'Server', "
        "'s', 'w', 'v', 'm', '7', 'VALID', 5)");
    ASSERT_TRUE(insert.bind(1, id).run());
    auto content = *old.prepare("INSERT INTO contents VALUES(?, ?)");
    ASSERT_TRUE(content.bind(1, id).bind_blob(2, blob).run());
    auto tag = *old.prepare("INSERT INTO tags VALUES(?, 'kept')");
    ASSERT_TRUE(tag.bind(1, id).run());
  }
  auto store =
      RunStore::open(at(folder.path("runs.db"), StoreOptions::Access::read));  // reading upgrades too
  ASSERT_TRUE(store) << store.error().message;
  const auto lines = *store->list("kept");
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].queries, 5u);
  EXPECT_FALSE(lines[0].p99);  // version 1 did not keep it
  const auto read = store->load(id);
  ASSERT_TRUE(read) << read.error().message;
  testing_runs::expect_equal(run, read->run);
  EXPECT_EQ(*raw(folder.path("runs.db")).number("PRAGMA user_version"), schema_version);
  EXPECT_TRUE(save(*store, small_run(1)));
}

TEST(Schema, AMigrationThatFailsLeavesTheFileAsItWas) {
  const Folder folder;
  {
    const Connection old = raw(folder.path("runs.db"));
    ASSERT_TRUE(old.run(schema_1));
    ASSERT_TRUE(old.run("CREATE TABLE inputs(in_the_way)"));
  }
  EXPECT_FALSE(RunStore::open(at(folder.path("runs.db"))));
  const Connection after = raw(folder.path("runs.db"));
  EXPECT_EQ(*after.number("PRAGMA user_version"), 1);
  EXPECT_EQ(*after.number("SELECT count(*) FROM pragma_table_info('runs')"), 13);
}

TEST(Schema, ANewerFileIsRefusedAndNotTouched) {
  const Folder folder;
  ASSERT_TRUE(RunStore::open(at(folder.path("runs.db"))));
  ASSERT_TRUE(raw(folder.path("runs.db")).run("PRAGMA user_version = 99"));
  for (const auto access : {StoreOptions::Access::read, StoreOptions::Access::write}) {
    const auto store = RunStore::open(at(folder.path("runs.db"), access));
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().message, folder.path("runs.db") +
                                         ": made by a newer Ridgeline (schema 99, and this one knows up to " +
                                         std::to_string(schema_version) +
                                         "); use that one, or "
                                         "give another file");
  }
  EXPECT_EQ(*raw(folder.path("runs.db")).number("PRAGMA user_version"), 99);
}

TEST(Schema, AnotherProgramsFileIsNotTouched) {
  const Folder folder;
  ASSERT_TRUE(raw(folder.path("runs.db")).run("CREATE TABLE theirs(x)"));
  const auto store = RunStore::open(at(folder.path("runs.db")));
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("another program's SQLite file"));
  EXPECT_EQ(*raw(folder.path("runs.db")).number("SELECT count(*) FROM sqlite_master"), 1);
}

TEST(Schema, WhatIsNoDatabaseSaysSo) {
  const Folder folder;
  std::ofstream(folder.path("runs.db")) << std::string(10'000, 'x');
  for (const auto access : {StoreOptions::Access::read, StoreOptions::Access::write}) {
    const auto store = RunStore::open(at(folder.path("runs.db"), access));
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().message,
              folder.path("runs.db") +
                  ": not a store of runs, or damaged; move it away, and a new one will be made");
  }
}

TEST(Schema, ARunThatChangedOnTheDiskIsNotPassedOffAsTheOneSaved) {
  const Folder folder;
  auto store = *RunStore::open(at(folder.path("runs.db")));
  const std::string id = save(store, small_run(1))->id;
  ASSERT_TRUE(raw(folder.path("runs.db")).run("UPDATE contents SET bytes = bytes || x'00'"));
  const auto read = store.load(id);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("run " + id + " is not what was saved"));
}

TEST(Schema, PagesOverwrittenInTheMiddleAreNoticedOrHarmless) {
  const Folder folder;
  std::vector<std::string> ids;
  {
    auto store = *RunStore::open(at(folder.path("runs.db")));
    for (std::uint64_t seed = 0; seed < 30; ++seed) ids.push_back(save(store, small_run(seed, 500))->id);
  }
  const auto size = std::filesystem::file_size(folder.path("runs.db"));
  for (std::uint64_t page = 1; page * 4096 < size; page += 3) {
    const std::string copy = folder.path("copy.db");
    std::filesystem::copy_file(folder.path("runs.db"), copy,
                               std::filesystem::copy_options::overwrite_existing);
    {
      std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>(page * 4096));
      file << std::string(4096, 'z');
    }
    const auto store = RunStore::open(at(copy, StoreOptions::Access::read));
    if (!store) continue;
    (void)store->list();
    for (const std::string& id : ids) {
      const auto read = store->load(id);
      EXPECT_TRUE(!read || run_id(read->run) == id);
    }
  }
}

}  // namespace
}  // namespace ridgeline::store
