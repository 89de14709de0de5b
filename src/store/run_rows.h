#pragma once
// A run as rows of the tables, inside the caller's transaction.

#include <string>
#include <vector>

#include "ridgeline/store.h"
#include "store/sqlite.h"

namespace ridgeline::store {

/// bad_input: empty, or with other signs than letters, digits, '.', '_' and '-'.
Status check_tag(const std::string&);

/// False: there is such a run, and nothing was done.
Result<bool> add_run(const Connection&, const std::string& id, const SavedRun&, const Summary&);
Status add_content(const Connection&, const std::string& id, const std::string& blob);
Status add_inputs(const Connection&, const std::string& id, const std::vector<Input>&);
Status add_tags(const Connection&, const std::string& id, const std::vector<std::string>&);
Status set_note(const Connection&, const std::string& id, const std::string& note);
Status remove_run(const Connection&, const std::string& id);

/// Oldest first; of one tag unless it is empty.
Result<std::vector<RunLine>> lines(const Connection&, const std::string& tag);
/// The one run's id that starts so.
Result<std::string> whole_id(const Connection&, const std::string& prefix);
/// What is wrong with the digits where not one id starts with them, or that one. `what`: "run", "study",
/// "ledger".
Result<std::string> only_one(const Connection&, const std::string& what, const std::string& prefix,
                             const std::vector<std::string>& found);
/// Of group_concat(tag, char(10)).
std::vector<std::string> split_lines(const std::string&);
Result<SavedRun> read_saved(const Connection&, const std::string& id);

}  // namespace ridgeline::store
