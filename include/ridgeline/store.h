#pragma once
// Keeps runs, with what they were made of, in one SQLite file (docs/store.md). Native only.
//
// Several processes may use a file at once. A process that is killed at any moment loses at most the run that
// it was about to save; what save() returned for is on the disk. Every failure is one clear line, and leaves
// the caller's run as it is.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ridgeline/engine.h"
#include "ridgeline/result.h"
#include "ridgeline/scenario.h"

namespace ridgeline {

/// A run and what is kept beside it.
struct SavedRun {
  std::string id;     ///< 16 hexadecimal digits; see run_id()
  std::string saved;  ///< when, UTC: "2026-11-28T10:19:41Z"
  std::string command, note;
  std::vector<std::string> tags;  ///< ascending
  std::vector<Input> inputs;      ///< values that it used, and where they come from
  Run run;
};

/// A hash of all that the run holds: equal runs have equal ids, on every machine. A simulation that is
/// repeated has the id that it had.
std::string run_id(const Run&);

/// A line of a list: what can be said of a run without reading its queries. Figures are those of the version
/// that saved it.
struct RunLine {
  std::string id, saved, command, note;
  std::vector<std::string> tags;
  std::string origin, scenario, system, workload, version, machine;
  std::string seed;  ///< decimal: SQLite has no unsigned 64-bit integers
  std::string verdict;
  std::uint64_t queries = 0;
  std::optional<Seconds> p99;
  std::optional<double> throughput;  ///< samples a second
};

struct StoreOptions {
  std::string path;
  enum class Access { read, write } access = Access::write;  ///< write: makes the file and its folder
  std::chrono::milliseconds patience{10'000};                ///< with other processes that write
  std::uint64_t most_pages = 0;  ///< of 4 kB that the file may grow to; 0: as many as the disk holds
  std::uint64_t most_ledger_bytes = 256 << 20;  ///< of all ledgers together: a page of a browser sends them
};

/// Which runs to drop: those that all of the given conditions hold for. Without a tag only runs that have
/// none are dropped.
struct GcRule {
  std::string tag;
  std::string saved_before;           ///< as SavedRun::saved; empty: whenever
  std::optional<std::uint64_t> keep;  ///< not the newest so many of those the other conditions leave
  bool drops() const { return !tag.empty() || !saved_before.empty() || keep; }
};

class RunStore {
 public:
  /// Makes the schema, or upgrades an older one. Unavailable: a file that cannot be opened, is no store, is
  /// damaged, or was written by a newer version, which is left untouched.
  static Result<RunStore> open(const StoreOptions&);
  RunStore(RunStore&&) noexcept;
  RunStore& operator=(RunStore&&) noexcept;
  ~RunStore();

  struct Saved {
    std::string id;
    enum class Outcome { added, present } outcome = Outcome::added;
  };
  /// All of it or nothing; the run's id is computed here, its summary is for the list. A run that is there
  /// already keeps its time, command and inputs, and gains the tags, and the note unless that is empty.
  /// bad_input: a tag of other signs than letters, digits, '.', '_' and '-'.
  Result<Saved> save(const SavedRun&, const Summary&);

  /// Oldest first; with a tag only those that have it.
  Result<std::vector<RunLine>> list(const std::string& tag = "") const;
  /// By an id or the first digits of one. bad_input: none such, or several. Unavailable: what is kept is not
  /// what was saved.
  Result<SavedRun> load(const std::string& id) const;
  /// Returns the whole id.
  Result<std::string> remove(const std::string& id);
  /// What the rule drops, oldest first.
  Result<std::vector<RunLine>> dropped_by(const GcRule&) const;
  struct Collected {
    std::vector<RunLine> dropped;
    std::string not_compacted;  ///< why their space was not given back to the disk; empty when it was
  };
  Result<Collected> collect(const GcRule&);

 private:
  struct Database;
  explicit RunStore(std::unique_ptr<Database>);
  std::unique_ptr<Database> database_;
};

}  // namespace ridgeline
