#pragma once
// Keeps learners' ledgers beside the runs, in the same SQLite file (docs/store.md). What store.h says of
// processes, of losses and of failures holds here too. What a ledger is, lab.h knows. Native only.

#include "ridgeline/store.h"

namespace ridgeline {

struct SavedLedger {
  std::string id;     ///< 16 hexadecimal digits: a hash of the JSON
  std::string saved;  ///< when, UTC: "2026-11-28T10:19:41Z"
  /// For the list.
  std::string lab, track, learner, version;
  std::uint64_t entries = 0;
  std::string json;  ///< schema ridgeline.ledger/1
};

class LedgerStore {
 public:
  /// As RunStore::open(); a file without ledgers gains the table.
  static Result<LedgerStore> open(const StoreOptions&);
  LedgerStore(LedgerStore&&) noexcept;
  LedgerStore& operator=(LedgerStore&&) noexcept;
  ~LedgerStore();

  /// All of it or nothing; the id is computed here. In place of the ledgers with these ids, which it must
  /// hold all of: a ledger only grows. Unavailable: all ledgers together would be beyond
  /// StoreOptions::most_ledger_bytes.
  Result<RunStore::Saved> save(const SavedLedger&, const std::vector<std::string>& in_place_of = {});
  /// Oldest first, without JSON.
  Result<std::vector<SavedLedger>> list() const;
  /// By an id or the first digits of one. bad_input: none such, or several. Unavailable: what is kept is not
  /// what was saved.
  Result<SavedLedger> load(const std::string& id) const;
  /// Returns the whole id.
  Result<std::string> remove(const std::string& id);

 private:
  struct Database;
  explicit LedgerStore(std::unique_ptr<Database>);
  std::unique_ptr<Database> database_;
};

}  // namespace ridgeline
