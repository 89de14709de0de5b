// Disks that are full, folders that may not be written, files that are not there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

#include "ridgeline/store.h"
#include "store/sqlite.h"
#include "stores.h"

namespace ridgeline::store {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

/// Runs it in a process of its own, which it may limit, and gives its text.
std::string in_child(const std::function<std::string()>& work) {
  int ends[2];
  if (pipe(ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    const std::string text = work();
    const auto written = write(ends[1], text.data(), text.size());
    _exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  close(ends[1]);
  std::string text;
  char block[4096];
  for (ssize_t got; (got = read(ends[0], block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status)) << "the child ended by a signal";
  return text;
}

/// As a user whom permissions hold for: root they do not.
void drop_rights() {
  if (geteuid() == 0 && setuid(65534) != 0) _exit(9);
}

std::string message(const Result<RunStore>& store) { return store ? "opened" : store.error().message; }

// Random times do not compress: 100'000 queries of some 6 bytes are far more than 60 pages of 4 kB.
SavedRun large_run() {
  SavedRun saved = small_run(77);
  std::uint64_t state = 1;
  for (int i = 0; i < 100'000; ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    QueryRecord q;
    q.scheduled = q.issued = Nanoseconds(static_cast<std::int64_t>(state >> 30));
    q.completed = q.scheduled + Nanoseconds(static_cast<std::int64_t>(state >> 40));
    saved.run.queries.push_back(q);
  }
  return saved;
}

/// What was there before is there after, whole.
void expect_whole(const std::string& path, const std::string& id) {
  auto store = RunStore::open(at(path));
  ASSERT_TRUE(store) << store.error().message;
  EXPECT_EQ(store->list()->size(), 1u);
  EXPECT_TRUE(store->load(id));
  EXPECT_TRUE(save(*store, small_run(2)));
  const auto raw = *Connection::open(path, Connection::Mode::write, std::chrono::milliseconds(1000));
  auto check = *raw.prepare("PRAGMA integrity_check");
  ASSERT_TRUE(*check.next());
  EXPECT_EQ(check.text(0), "ok");
}

TEST(Failures, AFullDiskLosesOnlyTheNewRun) {
  const Folder folder;
  std::string id;
  {
    StoreOptions options = at(folder.path("runs.db"));
    options.most_pages = 60;
    auto store = *RunStore::open(options);
    id = save(store, small_run(1))->id;
    const auto kept = save(store, large_run());
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().message,
              folder.path("runs.db") + ": the disk is full, and the store keeps what it had");
    EXPECT_EQ(kept.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(store.load(id));  // and the connection goes on
  }
  expect_whole(folder.path("runs.db"), id);
}

TEST(Failures, AWriteThatFailsHalfwayLosesOnlyTheNewRun) {
  const Folder folder;
  const std::string id = save_at(folder.path("runs.db"), small_run(1));
  const std::string said = in_child([&folder] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{200'000, 200'000};  // of every file: the log breaks off at some page
    setrlimit(RLIMIT_FSIZE, &limit);
    auto store = *RunStore::open(at(folder.path("runs.db")));
    const auto kept = save(store, large_run());
    return kept ? "saved" : kept.error().message;
  });
  EXPECT_THAT(said, HasSubstr(": the store cannot be read or written ("));
  expect_whole(folder.path("runs.db"), id);
}

TEST(Failures, AFolderThatMayNotBeWrittenSaysSo) {
  const Folder folder;
  fs::permissions(folder.path(), fs::perms(0555));
  const std::string made = in_child([&folder] {
    drop_rights();
    return message(RunStore::open(at(folder.path("runs.db"))));
  });
  EXPECT_EQ(made,
            folder.path("runs.db") + ": the store cannot be opened; is the folder there, and writable?");
  const std::string below = in_child([&folder] {
    drop_rights();
    return message(RunStore::open(at(folder.path("home/runs.db"))));
  });
  EXPECT_EQ(below, folder.path("home/runs.db") + ": the store's folder cannot be made: Permission denied");
}

TEST(Failures, AStoreThatMayNotBeWrittenCanStillBeRead) {
  const Folder folder;
  const std::string id = save_at(folder.path("runs.db"), small_run(1));
  fs::permissions(folder.path("runs.db"), fs::perms(0444));
  fs::permissions(folder.path(), fs::perms(0555));
  const std::string read = in_child([&] {
    drop_rights();
    const auto store = RunStore::open(at(folder.path("runs.db"), StoreOptions::Access::read));
    if (!store) return store.error().message;
    const auto run = store->load(id);
    return run ? run->run.system : run.error().message;
  });
  EXPECT_EQ(read, "toy");
  const std::string written = in_child([&folder] {
    drop_rights();
    return message(RunStore::open(at(folder.path("runs.db"))));
  });
  EXPECT_EQ(written, folder.path("runs.db") + ": the store may not be written");
}

TEST(Failures, WhatIsNotThereIsNotMadeToBeRead) {
  const Folder folder;
  EXPECT_EQ(message(RunStore::open(at(folder.path("runs.db"), StoreOptions::Access::read))),
            folder.path("runs.db") + ": no store is there; no run has been saved to it");
  EXPECT_FALSE(fs::exists(folder.path("runs.db")));
  EXPECT_THAT(message(RunStore::open(at(folder.path()))), HasSubstr("cannot be opened"));
  EXPECT_THAT(message(RunStore::open(at("/dev/null/runs.db"))), HasSubstr("folder cannot be made"));
}

TEST(Failures, AStoreThatOthersHoldIsBusyNotBroken) {
  const Folder folder;
  auto store = *RunStore::open(at(folder.path("runs.db")));
  const auto other =
      *Connection::open(folder.path("runs.db"), Connection::Mode::write, std::chrono::milliseconds(0));
  ASSERT_TRUE(other.run("BEGIN IMMEDIATE"));
  StoreOptions impatient = at(folder.path("runs.db"));
  impatient.patience = std::chrono::milliseconds(10);
  auto second = *RunStore::open(impatient);
  const auto kept = save(second, small_run(1));
  ASSERT_FALSE(kept);
  EXPECT_THAT(kept.error().message, HasSubstr("other processes keep the store busy"));
  ASSERT_TRUE(other.run("ROLLBACK"));
  EXPECT_TRUE(save(second, small_run(1)));
}

}  // namespace
}  // namespace ridgeline::store
