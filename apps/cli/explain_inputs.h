#pragma once
// `explain --inputs RESULT`: every value that a result used, the weakest kind first.

#include <string>

#include "app.h"

namespace ridgeline::cli {

struct InputsFlags {
  std::string of;     ///< a document, or the id of a kept run
  std::string store;  ///< of it

  void add_to(CLI::App&);
};

/// The text of a document that is a file, or of a kept run by its id or the first digits of one.
Result<std::string> document_of(const std::string& file_or_id, const std::string& store);

int explain_inputs(const Context&, const InputsFlags&);

}  // namespace ridgeline::cli
