#pragma once
// Keeps studies beside the runs, in the same SQLite file (docs/store.md). What store.h says of processes, of
// losses and of failures holds here too. Native only.

#include "ridgeline/store.h"

namespace ridgeline {

/// A study's result as it was printed, and the file that gives it again.
struct SavedStudy {
  std::string id;     ///< 16 hexadecimal digits; see study_id()
  std::string saved;  ///< when, UTC: "2026-11-28T10:19:41Z"
  std::string command, note;
  std::vector<std::string> tags;  ///< ascending
  /// For the list.
  std::string version, model, objectives;
  std::uint64_t points = 0, explored = 0, front = 0;
  bool interrupted = false;
  std::string text;  ///< the study file
  std::string page;  ///< for people
  std::string json;  ///< schema ridgeline.study/1
  std::string csv;   ///< the front
};

/// A hash of the file and the JSON: the same study has the same id as long as its result is the same.
std::string study_id(const SavedStudy&);

class StudyStore {
 public:
  /// As RunStore::open(); a file that has runs only gains the tables.
  static Result<StudyStore> open(const StoreOptions&);
  StudyStore(StudyStore&&) noexcept;
  StudyStore& operator=(StudyStore&&) noexcept;
  ~StudyStore();

  /// All of it or nothing; the id is computed here. A study that is there already keeps its time and command,
  /// and gains the tags, and the note unless that is empty. bad_input: a tag that RunStore refuses too.
  Result<RunStore::Saved> save(const SavedStudy&);
  /// Oldest first, without page, JSON and CSV; with a tag only those that have it.
  Result<std::vector<SavedStudy>> list(const std::string& tag = "") const;
  /// By an id or the first digits of one. bad_input: none such, or several. Unavailable: what is kept is not
  /// what was saved.
  Result<SavedStudy> load(const std::string& id) const;
  /// Returns the whole id.
  Result<std::string> remove(const std::string& id);

 private:
  struct Database;
  explicit StudyStore(std::unique_ptr<Database>);
  std::unique_ptr<Database> database_;
};

}  // namespace ridgeline
