#pragma once
// The formats of verify_loadgen, one function each; `check` gets its rows and first difference.

#include <string>

#include "base/csv.h"
#include "ridgeline/loadgen.h"

namespace ridgeline::load {

Status verify_csv(CsvReader&, const std::string& path, LoadGenCheck& check);  ///< one of the next two
Status verify_schedules(CsvReader&, LoadGenCheck& check);
Status verify_early_stopping(CsvReader&, LoadGenCheck& check);
Status verify_random_numbers(const std::string& text, const std::string& path, LoadGenCheck& check);

}  // namespace ridgeline::load
