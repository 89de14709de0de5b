#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../../support/random_runs.h"
#include "ridgeline/store.h"
#include "stores.h"

namespace ridgeline::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> ids(const std::vector<RunLine>& lines) {
  std::vector<std::string> ids;
  for (const RunLine& line : lines) ids.push_back(line.id);
  return ids;
}

class Store : public ::testing::Test {
 protected:
  std::string add(std::uint64_t seed, const std::string& saved, const std::vector<std::string>& tags = {}) {
    SavedRun run = small_run(seed);
    run.saved = saved;
    run.tags = tags;
    return save(store_, run)->id;
  }
  std::vector<std::string> dropped(const GcRule& rule) { return ids(*store_.dropped_by(rule)); }

  Folder folder_;
  RunStore store_ = *RunStore::open(at(folder_.path("deep/er/runs.db")));
};

// Kept by the version that wrote form 1: two queries of 64 tokens in and 4 out. One such file stays for ever.
TEST(OldStore, TheFirstFormIsStillRead) {
  const Folder folder;
  std::filesystem::copy_file(std::string(RIDGELINE_TEST_DIR) + "/golden/store/form-1.db",
                             folder.path("runs.db"));
  auto store = RunStore::open(at(folder.path("runs.db")));
  ASSERT_TRUE(store) << store.error().message;
  const auto saved = store->load("f980aa4f2bdda5f5");
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->note, "a run of the first form");
  ASSERT_EQ(saved->run.queries.size(), 2u);
  EXPECT_EQ(saved->run.queries[1].tokens, 4u);
  EXPECT_TRUE(saved->run.failures.empty());
}

// Kept by the version that wrote form 2: two queries that slept a millisecond each.
TEST(OldStore, TheSecondFormIsStillRead) {
  const Folder folder;
  std::filesystem::copy_file(std::string(RIDGELINE_TEST_DIR) + "/golden/store/form-2.db",
                             folder.path("runs.db"));
  auto store = RunStore::open(at(folder.path("runs.db")));
  ASSERT_TRUE(store) << store.error().message;
  const auto saved = store->load("82dbceb169d92457");
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_EQ(saved->note, "a run of the second form");
  ASSERT_EQ(saved->run.queries.size(), 2u);
  EXPECT_GE(saved->run.queries[1].latency(), std::chrono::milliseconds(1));
  EXPECT_EQ(saved->run.host_noise, nullptr);
}

TEST_F(Store, GivesBackWhatItWasGiven) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SavedRun saved;
    saved.saved = "2026-11-28T10:19:41Z";
    saved.command = "ridgeline bench 'x y'";
    saved.note = "a note";
    saved.tags = {"a", "b-2"};
    saved.inputs = {{"hardware.peak", "1 PFLOP/s", {ProvenanceKind::datasheet, "a sheet", "2024-03"}},
                    {"calibration.launch", "5 us", {ProvenanceKind::assumed, "", ""}}};
    saved.run = testing_runs::random_run(seed);
    saved.run.digest = nullptr;  // a random one does not add up, and what is saved is summed up
    const auto kept = save(store_, saved);
    ASSERT_TRUE(kept) << kept.error().message;
    EXPECT_EQ(kept->id, run_id(saved.run));
    const auto read = store_.load(kept->id);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->id, kept->id);
    EXPECT_EQ(read->saved, saved.saved);
    EXPECT_EQ(read->command, saved.command);
    EXPECT_EQ(read->note, saved.note);
    EXPECT_EQ(read->tags, saved.tags);
    ASSERT_EQ(read->inputs.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(read->inputs[i].key, saved.inputs[i].key);
      EXPECT_EQ(read->inputs[i].value, saved.inputs[i].value);
      EXPECT_EQ(read->inputs[i].provenance, saved.inputs[i].provenance);
    }
    testing_runs::expect_equal(saved.run, read->run);
  }
}

TEST_F(Store, ListsWhatTheSummarySays) {
  SavedRun saved = small_run(~0ULL, 200);
  const Summary summary = summarize(saved.run);
  const auto kept = store_.save(saved, summary);
  const auto lines = *store_.list();
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].id, kept->id);
  EXPECT_EQ(lines[0].queries, 200u);
  EXPECT_EQ(lines[0].p99->value(), 0.003);  // every latency is 3 ms
  EXPECT_EQ(lines[0].throughput, summary.throughput->value);
  EXPECT_EQ(lines[0].seed, "18446744073709551615");
  EXPECT_EQ(lines[0].scenario, "SingleStream");
  EXPECT_EQ(lines[0].verdict, "INVALID");  // far below ten minutes
}

TEST_F(Store, UnknownFiguresAreAbsentNotZero) {
  ASSERT_TRUE(save(store_, small_run(1, 0)));
  const auto lines = *store_.list();
  EXPECT_FALSE(lines[0].p99);
  EXPECT_FALSE(lines[0].throughput);
}

TEST_F(Store, ARunThatIsThereGainsTagsAndANoteAndKeepsItsTime) {
  SavedRun saved = small_run(1);
  saved.tags = {"one"};
  saved.note = "first";
  EXPECT_EQ(save(store_, saved)->outcome, RunStore::Saved::Outcome::added);
  saved.tags = {"two", "one"};
  saved.note = "";
  saved.saved = "2027-01-01T00:00:00Z";
  EXPECT_EQ(save(store_, saved)->outcome, RunStore::Saved::Outcome::present);
  auto read = *store_.load(run_id(saved.run));
  EXPECT_THAT(read.tags, ElementsAre("one", "two"));
  EXPECT_EQ(read.note, "first");
  EXPECT_EQ(read.saved, "2026-01-02T03:04:05Z");
  saved.note = "second";
  ASSERT_TRUE(save(store_, saved));
  EXPECT_EQ(store_.load(run_id(saved.run))->note, "second");
  EXPECT_EQ(store_.list()->size(), 1u);
}

TEST_F(Store, TagsAreWords) {
  SavedRun saved = small_run(1);
  for (const char* tag : {"", "two words", "a,b", "a\nb"}) {
    saved.tags = {tag};
    EXPECT_THAT(save(store_, saved).error().message, HasSubstr("must be letters, digits")) << tag;
  }
  EXPECT_THAT(*store_.list(), IsEmpty());
}

TEST_F(Store, AnIdMayBeCutShortWhileItIsTheOnlyOne) {
  const std::string a = add(1, "2026-01-01T00:00:00Z");
  std::string b;
  for (std::uint64_t seed = 2; b.empty() || b[0] != a[0]; ++seed) b = add(seed, "2026-01-01T00:00:00Z");
  const auto several = store_.load(a.substr(0, 1));
  ASSERT_FALSE(several);
  EXPECT_THAT(several.error().message, HasSubstr("is the start of several runs"));
  std::size_t shared = 1;
  while (a[shared] == b[shared]) ++shared;
  EXPECT_EQ(store_.load(a.substr(0, shared + 1))->id, a);
  EXPECT_THAT(store_.load("").error().message, HasSubstr("no run ''"));
  EXPECT_THAT(store_.load("%").error().message, HasSubstr("no run '%'"));
  EXPECT_EQ(store_.load("xyz").error().kind, ErrorKind::bad_input);
}

TEST_F(Store, RemovesARunWithAllThatBelongsToIt) {
  const std::string a = add(1, "2026-01-01T00:00:00Z", {"t"}), b = add(2, "2026-01-02T00:00:00Z", {"t"});
  EXPECT_EQ(*store_.remove(a), a);
  EXPECT_THAT(ids(*store_.list("t")), ElementsAre(b));
  EXPECT_FALSE(store_.load(a));
  EXPECT_FALSE(store_.remove(a));
}

TEST_F(Store, CollectsByAgeCountAndTagAndSparesTaggedRuns) {
  const std::string a = add(1, "2026-01-01T00:00:00Z"), b = add(2, "2026-02-01T00:00:00Z"),
                    c = add(3, "2026-03-01T00:00:00Z"), keep = add(4, "2026-01-01T00:00:00Z", {"baseline"}),
                    try_1 = add(5, "2026-01-05T00:00:00Z", {"try"}),
                    try_2 = add(6, "2026-01-06T00:00:00Z", {"try"});
  EXPECT_THAT(dropped({}), IsEmpty());
  GcRule old;
  old.saved_before = "2026-02-01T00:00:00Z";
  EXPECT_THAT(dropped(old), ElementsAre(a));
  GcRule newest;
  newest.keep = 1;
  EXPECT_THAT(dropped(newest), ElementsAre(a, b));
  newest.keep = 9;
  EXPECT_THAT(dropped(newest), IsEmpty());
  GcRule tried;
  tried.tag = "try";
  EXPECT_THAT(dropped(tried), ElementsAre(try_1, try_2));
  tried.keep = 1;
  EXPECT_THAT(dropped(tried), ElementsAre(try_1));

  const auto collected = store_.collect(tried);
  ASSERT_TRUE(collected) << collected.error().message;
  EXPECT_EQ(collected->not_compacted, "");
  EXPECT_THAT(ids(collected->dropped), ElementsAre(try_1));
  EXPECT_EQ(store_.list()->size(), 5u);
  EXPECT_EQ(store_.load(keep)->tags.size(), 1u);
  EXPECT_TRUE(store_.load(c));
}

TEST_F(Store, CollectGivesTheSpaceBack) {
  const std::string big = save(store_,
                               [] {
                                 SavedRun saved = small_run(1);
                                 Nanoseconds at{0};
                                 for (std::int64_t i = 0; i < 100'000; ++i) {
                                   QueryRecord q;
                                   q.scheduled = at += Nanoseconds(1'000'000 + i * i % 977);
                                   q.completed = at + Nanoseconds(1'000'000 + i * i % 983);
                                   saved.run.queries.push_back(q);
                                 }
                                 return saved;
                               }())
                              ->id;
  GcRule all;
  all.keep = 0;
  ASSERT_TRUE(store_.collect({}));
  const auto before = std::filesystem::file_size(folder_.path("deep/er/runs.db"));
  ASSERT_TRUE(store_.collect(all));
  EXPECT_LT(std::filesystem::file_size(folder_.path("deep/er/runs.db")), before / 4);
}

TEST_F(Store, TwoConnectionsSeeEachOther) {
  auto other = *RunStore::open(at(folder_.path("deep/er/runs.db"), StoreOptions::Access::read));
  const std::string id = add(1, "2026-01-01T00:00:00Z");
  EXPECT_TRUE(other.load(id));
}

}  // namespace
}  // namespace ridgeline::store
