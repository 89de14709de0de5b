#include "ridgeline/ledger_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/study_store.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "stores.h"

namespace ridgeline::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Outcome = RunStore::Saved::Outcome;

SavedLedger small_ledger(const std::string& json, const std::string& saved = "2026-01-02T03:04:05Z") {
  SavedLedger ledger;
  ledger.saved = saved;
  ledger.lab = "queues";
  ledger.track = "post";
  ledger.learner = "Ada";
  ledger.version = "0.1.0";
  ledger.entries = 12345678901234;
  ledger.json = json;
  return ledger;
}

class Ledgers : public ::testing::Test {
 protected:
  std::vector<std::string> documents() {
    std::vector<std::string> all;
    const std::vector<SavedLedger> ledgers = *store_.list();
    for (const SavedLedger& ledger : ledgers) all.push_back(store_.load(ledger.id)->json);
    return all;
  }
  Folder folder_;
  LedgerStore store_ = *LedgerStore::open(at(folder_.path("runs.db")));
};

TEST_F(Ledgers, ComeBackAsTheyWereSaved) {
  const SavedLedger ledger = small_ledger("{\"learner\": \"\xc3\x84\"}\n");
  const auto saved = store_.save(ledger);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->outcome, Outcome::added);
  const auto read = store_.load(saved->id.substr(0, 5));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->id, saved->id);
  EXPECT_EQ(read->entries, ledger.entries);
  for (const auto part : {&SavedLedger::saved, &SavedLedger::lab, &SavedLedger::track, &SavedLedger::learner,
                          &SavedLedger::version, &SavedLedger::json})
    EXPECT_EQ((*read).*part, ledger.*part);
  EXPECT_EQ(store_.save(ledger)->outcome, Outcome::present);
  EXPECT_EQ(store_.list()->size(), 1U);
}

TEST_F(Ledgers, ALongerOneTakesThePlaceOfThoseItHolds) {
  const std::string first = store_.save(small_ledger("a"))->id;
  ASSERT_TRUE(store_.save(small_ledger("another learner's", "2026-01-03T00:00:00Z")));
  const SavedLedger grown = small_ledger("ab", "2026-01-04T00:00:00Z");
  const std::string second = store_.save(grown, {first})->id;
  EXPECT_THAT(documents(), ElementsAre("another learner's", "ab"));
  // It never takes its own place, and one that is gone already is no error.
  ASSERT_TRUE(store_.save(grown, {first, second}));
  EXPECT_THAT(documents(), ElementsAre("another learner's", "ab"));
}

TEST_F(Ledgers, AreRemoved) {
  const std::string id = store_.save(small_ledger("a"))->id;
  EXPECT_EQ(*store_.remove(id.substr(0, 6)), id);
  EXPECT_THAT(documents(), IsEmpty());
  const auto gone = store_.load(id);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(gone.error().message, HasSubstr("no ledger '" + id + "'; `ridgeline lab ledgers` shows"));
  EXPECT_FALSE(store_.load(""));
}

TEST_F(Ledgers, WhatChangedOnTheDiskIsNotPassedOffAsWhatWasSaved) {
  const std::string id = store_.save(small_ledger("a"))->id;
  ASSERT_TRUE(
      Connection::open(folder_.path("runs.db"), Connection::Mode::write, std::chrono::milliseconds(1000))
          ->run("UPDATE ledgers SET json = json || ' '"));
  const auto read = store_.load(id);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("ledger " + id + " is not what was saved"));
}

// A page that goes on sending does not fill the disk.
TEST(RoomForLedgers, IsLittle) {
  const Folder folder;
  StoreOptions options = at(folder.path("runs.db"));
  options.most_ledger_bytes = 1'000;
  LedgerStore store = *LedgerStore::open(options);
  const std::string large(400, 'x');
  ASSERT_TRUE(store.save(small_ledger("a" + large)));
  ASSERT_TRUE(store.save(small_ledger("b" + large)));
  const auto refused = store.save(small_ledger("c" + large));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(refused.error().message,
              HasSubstr("may have 1000 bytes together, and with this one they would have 1203"));
  EXPECT_EQ(store.list()->size(), 2U);
  EXPECT_TRUE(store.save(small_ledger("small")));
}

TEST(LedgersOfOldFiles, AFileOfVersion3GainsTheTableAndKeepsItsStudies) {
  const Folder folder;
  std::filesystem::copy_file(std::string(RIDGELINE_TEST_DIR) + "/golden/store/studies-3.db",
                             folder.path("runs.db"));
  auto store = LedgerStore::open(at(folder.path("runs.db")));
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_TRUE(store->save(small_ledger("a")));
  EXPECT_EQ(StudyStore::open(at(folder.path("runs.db")))->list()->size(), 1U);
}

}  // namespace
}  // namespace ridgeline::store
