#pragma once
// A page of whatever a document is about.

#include <string>

#include "report/page.h"
#include "ridgeline/result.h"

namespace ridgeline::report {

/// `path` is for messages. bad_input: a document of which there is no page, with those that have one; or one
/// that lacks what its kind must have.
Result<std::string> document_page(const ReadDocument&, const PageSource&, const std::string& path);

}  // namespace ridgeline::report
