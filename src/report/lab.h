#pragma once
// Labs for a terminal and as JSON.

#include <string>
#include <vector>

#include "ridgeline/lab.h"

namespace ridgeline::report {

/// One line each: id, name, minutes, tracks.
std::string list_text(const std::vector<LabEntry>&);
/// Schema "ridgeline.labs/1".
std::string list_json(const std::vector<LabEntry>&);
/// What a learner of the track is asked and given; no key.
std::string text(const Lab&);
/// Schema "ridgeline.lab/1"; no key, nor what makes one.
std::string json(const Lab&);
std::string text(const Lab&, const std::vector<LabKey>&);
/// Schema "ridgeline.lab-keys/1".
std::string json(const Lab&, const std::vector<LabKey>&);

}  // namespace ridgeline::report
