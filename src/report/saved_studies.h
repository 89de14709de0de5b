#pragma once
// Studies that are kept: lists of them, and one as it was printed.

#include <string>
#include <vector>

#include "ridgeline/study_report.h"
#include "ridgeline/study_store.h"

namespace ridgeline::report {

/// A result as it is kept, its id and time still to be given.
SavedStudy saved_study(const Study&, const StudyResult&);

std::string list_text(const std::vector<SavedStudy>&);
/// Schema ridgeline.studies/1.
std::string list_json(const std::vector<SavedStudy>&);
std::string ids_text(const std::vector<SavedStudy>&);
/// What is kept beside the study, and its page.
std::string text(const SavedStudy&);

}  // namespace ridgeline::report
