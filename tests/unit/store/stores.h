#pragma once
// Stores in files of their own, and small runs that differ.

#include <string>

#include "folder.h"
#include "ridgeline/store.h"

namespace ridgeline::store {

inline StoreOptions at(const std::string& path, StoreOptions::Access access = StoreOptions::Access::write) {
  StoreOptions options;
  options.path = path;
  options.access = access;
  return options;
}

/// Of `queries` queries 10 ms apart, each done after 3 ms.
inline SavedRun small_run(std::uint64_t seed, std::size_t queries = 3) {
  SavedRun saved;
  saved.saved = "2026-01-02T03:04:05Z";
  saved.command = "ridgeline simulate";
  saved.run.scenario.seed = seed;
  saved.run.system = "toy";
  saved.run.version = "0.1.0";
  saved.run.machine = "virtual time";
  for (std::size_t i = 0; i < queries; ++i) {
    QueryRecord q;
    q.scheduled = q.issued = std::chrono::milliseconds(10 * i);
    q.completed = q.scheduled + std::chrono::milliseconds(3);
    saved.run.queries.push_back(q);
  }
  return saved;
}

inline Result<RunStore::Saved> save(RunStore& store, const SavedRun& saved) {
  return store.save(saved, summarize(saved.run));
}
/// Into a store that is closed again; the id.
inline std::string save_at(const std::string& path, const SavedRun& saved) {
  auto store = *RunStore::open(at(path));
  return save(store, saved)->id;
}

}  // namespace ridgeline::store
