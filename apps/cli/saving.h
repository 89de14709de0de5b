#pragma once
// Keeping runs: where the store is, and the flags of the commands that save.

#include <functional>
#include <string>
#include <vector>

#include "app.h"
#include "ridgeline/store.h"

namespace ridgeline::cli {

/// The flag's file, or $RIDGELINE_STORE, or runs.db among this user's data.
Result<std::string> store_path(const std::string& flag);
Result<RunStore> open_store(const std::string& flag, StoreOptions::Access);
/// "2026-11-28T10:19:41Z", so many days ago.
std::string utc_time(double days_ago = 0);

struct SaveFlags {
  bool save = false, no_save = false;
  std::vector<std::string> tags;
  std::string note, store;

  /// A simulation can be had again and is saved when --save asks for it; a measurement unless --no-save says
  /// not to.
  enum class When { asked, unless_refused };
  void add_to(CLI::App&, When);

  /// Prints the run as show_run() does, then keeps it. Where the store cannot take it one line on stderr says
  /// why, and the run goes into a file in the current folder; the exit code is the run's own. Only where that
  /// fails too is it 2.
  int show(const Context&, const Result<Run>&, const InputsOf& inputs) const;

  struct Kept {
    std::string id;        ///< in the store; empty where it is not
    int code = exit_fine;  ///< 2 where it is in no file either
  };
  /// Keeps a run as show() does, unless the flags say not to.
  Kept keep(const Context&, const Run&, const Summary&, const InputsOf& inputs) const;

 private:
  bool keeps() const { return save && !no_save; }
};

}  // namespace ridgeline::cli
