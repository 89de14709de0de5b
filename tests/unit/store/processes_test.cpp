// Several processes at once, and processes that are killed.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <set>
#include <thread>

#include "base/random.h"
#include "ridgeline/store.h"
#include "store/sqlite.h"
#include "stores.h"

namespace ridgeline::store {
namespace {

std::string integrity(const std::string& path) {
  const auto raw = Connection::open(path, Connection::Mode::write, std::chrono::milliseconds(5000));
  if (!raw) return raw.error().message;
  auto check = raw->prepare("PRAGMA integrity_check");
  if (!check) return check.error().message;
  const auto row = check->next();
  return row ? check->text(0) : row.error().message;
}

/// Starts a process that does it and ends; no store may be open here.
pid_t start(const std::function<bool()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(work() ? 0 : 1);
  return child;
}

bool save_range(const std::string& path, std::uint64_t from, std::uint64_t to) {
  auto store = RunStore::open(at(path));
  for (std::uint64_t seed = from; store && seed < to; ++seed) {
    if (!save(*store, small_run(seed, 50))) return false;
  }
  return bool(store);
}

// From the moment the file is made: all of them find none and want to make it.
TEST(Processes, SeveralMayWriteAtOnce) {
  const Folder folder;
  constexpr std::uint64_t each = 25, writers = 4;
  std::vector<pid_t> children;
  for (std::uint64_t w = 0; w < writers; ++w)
    children.push_back(
        start([&, w] { return save_range(folder.path("runs.db"), w * each, (w + 1) * each); }));
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  }
  EXPECT_EQ(integrity(folder.path("runs.db")), "ok");
  const auto store = *RunStore::open(at(folder.path("runs.db"), StoreOptions::Access::read));
  const auto lines = *store.list();
  EXPECT_EQ(lines.size(), writers * each);
  for (const RunLine& line : lines) EXPECT_TRUE(store.load(line.id)) << line.id;
}

/// Saves runs from a seed on for ever, and writes each seed into the pipe once its run is saved.
void save_and_tell(const std::string& path, std::uint64_t seed, int pipe_end) {
  auto store = RunStore::open(at(path));
  for (; store; ++seed) {
    if (!save(*store, small_run(seed, 50))) _exit(1);
    if (write(pipe_end, &seed, sizeof seed) != sizeof seed) _exit(1);
  }
  _exit(1);
}

/// Starts such a process, lets it save so many runs and go on for `then`, kills it, and gives the seeds that
/// it told of.
std::set<std::uint64_t> killed(const std::string& path, std::uint64_t first_seed, std::uint64_t runs,
                               std::chrono::microseconds then) {
  std::set<std::uint64_t> told;
  int ends[2];
  if (pipe(ends) != 0) return told;
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    save_and_tell(path, first_seed, ends[1]);
  }
  close(ends[1]);
  std::uint64_t seed = 0;
  while (told.size() < runs && read(ends[0], &seed, sizeof seed) == sizeof seed) told.insert(seed);
  std::this_thread::sleep_for(then);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  while (read(ends[0], &seed, sizeof seed) == sizeof seed) told.insert(seed);
  close(ends[0]);
  return told;
}

/// What must hold of the store after `deaths` of them: it is sound, every run in it is whole, those that were
/// told of are there, and besides them at most the one in progress of each.
void expect_sound(const std::string& path, const std::set<std::string>& told, std::size_t deaths) {
  const auto store = RunStore::open(at(path));
  ASSERT_TRUE(store) << store.error().message;
  ASSERT_EQ(integrity(path), "ok");
  const auto lines = *store->list();
  std::set<std::string> there;
  for (const RunLine& line : lines) {
    there.insert(line.id);
    const auto run = store->load(line.id);
    ASSERT_TRUE(run) << run.error().message;  // load() checks the hash
  }
  for (const std::string& id : told) ASSERT_TRUE(there.contains(id)) << "lost: " << id;
  ASSERT_LE(there.size(), told.size() + deaths);
}

// 200 times in all, each tenth on a new file. A quarter die while they open the store, or make it; the others
// some time into a save, of which one takes about a millisecond.
TEST(Processes, KilledAtAnyMomentTheyTearNothing) {
  const Folder folder;
  RandomStream moments(5, "moments of death");
  std::uint64_t next_seed = 0;
  for (int file = 0; file < 20; ++file) {
    const std::string path = folder.path(std::to_string(file) + ".db");
    std::set<std::string> ids;
    for (std::size_t death = 1; death <= 10; ++death) {
      const auto runs = moments.below(4);
      const auto told = killed(path, next_seed, runs, std::chrono::microseconds(moments.below(3000)));
      ASSERT_GE(told.size(), runs);
      for (const std::uint64_t seed : told) ids.insert(run_id(small_run(seed, 50).run));
      next_seed += told.size() + 1;  // the run in progress may be there or not
      expect_sound(path, ids, death);
      if (HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace ridgeline::store
