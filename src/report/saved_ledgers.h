#pragma once
// Ledgers that are kept: lists of them.

#include <string>
#include <vector>

#include "ridgeline/ledger_store.h"

namespace ridgeline::report {

std::string list_text(const std::vector<SavedLedger>&);
/// Schema ridgeline.ledgers/1.
std::string list_json(const std::vector<SavedLedger>&);
std::string ids_text(const std::vector<SavedLedger>&);

}  // namespace ridgeline::report
