#pragma once
// Ledgers in the store: what the server is asked for, and `lab ledgers`.

#include <string>

#include "app.h"
#include "ridgeline/result.h"

namespace ridgeline::cli {

/// JSON, of all of them and of one by its id.
Result<std::string> kept_ledgers(const std::string& store_flag);
Result<std::string> kept_ledger(const std::string& store_flag, const std::string& id);
/// Checks and keeps it, in place of shorter ones that it goes on from; {"id", "outcome"}: "added" or
/// "present". bad_input where it is no ledger.
Result<std::string> keep_ledger(const std::string& store_flag, const std::string& json);

void add_lab_ledgers(CLI::App& lab, Context&);

}  // namespace ridgeline::cli
