#pragma once
// A study's page: what was asked, the front, and why the rest fell.

#include "report/page.h"
#include "report/study_reader.h"

namespace ridgeline::report {

std::string study_page(const ReadStudy&, const std::vector<Input>&, const PageSource&);

}  // namespace ridgeline::report
