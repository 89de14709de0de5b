// A run of a million simulated queries into the store and out of it, against its memory written to a file as
// it is and synced. Both run in turn inside one benchmark; `ratio` is the store's time over the file's. The
// time is that of the disk in great part: read `seconds` with it in mind.

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "base/random.h"
#include "ridgeline/store.h"

namespace ridgeline {
namespace {

/// One server, Poisson arrivals at 0.8 of what it can do.
Run simulated_run(std::uint64_t seed, std::size_t queries) {
  RandomStream gaps(seed, "gaps");
  Run run;
  run.origin = RunOrigin::simulated;
  const Nanoseconds service = std::chrono::milliseconds(5);
  Nanoseconds at{0}, free{0};
  for (std::size_t i = 0; i < queries; ++i) {
    QueryRecord q;
    q.scheduled = q.issued = at += gaps.exponential_gap(Hertz(160));
    Phases phases;
    phases.queueing = std::max(free - at, Nanoseconds(0));
    phases.prefill = service;
    q.completed = free = std::max(free, at) + service;
    run.queries.push_back(q);
    run.phases.push_back(phases);
  }
  return run;
}

bool write_plainly(const std::string& path, const Run& run) {
  const int file = open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
  const std::size_t queries = run.queries.size() * sizeof run.queries[0];
  const std::size_t phases = run.phases.size() * sizeof run.phases[0];
  const bool written =
      file >= 0 && write(file, run.queries.data(), queries) == static_cast<ssize_t>(queries) &&
      write(file, run.phases.data(), phases) == static_cast<ssize_t>(phases) && fsync(file) == 0;
  return close(file) == 0 && written;
}

void save_and_load(benchmark::State& state) {
  using Clock = std::chrono::steady_clock;
  const auto folder =
      std::filesystem::temp_directory_path() / ("ridgeline_bench_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  StoreOptions options;
  options.path = (folder / "runs.db").string();
  double saving = 0, loading = 0, plain = 0;
  std::uint64_t seed = 0;
  for (auto _ : state) {
    SavedRun saved;
    saved.run = simulated_run(++seed, static_cast<std::size_t>(state.range(0)));
    const auto start = Clock::now();
    auto store = RunStore::open(options);
    const auto kept = store ? store->save(saved, Summary{}) : Result<RunStore::Saved>(store.error());
    const auto kept_at = Clock::now();
    const auto loaded = kept ? store->load(kept->id) : Result<SavedRun>(kept.error());
    const auto loaded_at = Clock::now();
    if (!loaded || run_id(loaded->run) != kept->id)
      return state.SkipWithError("what came back is not what was saved");
    const auto again = Clock::now();
    if (!write_plainly((folder / "plain").string(), saved.run))
      return state.SkipWithError("the plain file failed");
    plain += std::chrono::duration<double>(Clock::now() - again).count();
    saving += std::chrono::duration<double>(kept_at - start).count();
    loading += std::chrono::duration<double>(loaded_at - kept_at).count();
    if (seed == 1)
      state.counters["bytes/query"] = static_cast<double>(std::filesystem::file_size(options.path + "-wal")) /
                                      static_cast<double>(state.range(0));
  }
  std::filesystem::remove_all(folder);
  const auto n = static_cast<double>(seed);
  state.counters["save_s"] = saving / n;
  state.counters["load_s"] = loading / n;
  state.counters["ratio"] = saving / plain;
}
BENCHMARK(save_and_load)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->Iterations(5);

}  // namespace
}  // namespace ridgeline
