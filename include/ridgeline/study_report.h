#pragma once
// A study's result, for people and for programs. Computes nothing.

#include <string>

#include "ridgeline/study.h"

namespace ridgeline::report {

/// A page for a terminal; ends with a newline.
std::string text(const Study&, const StudyResult&);
/// Schema ridgeline.study/1. No timings in it: the same study gives the same bytes.
std::string json(const Study&, const StudyResult&);
/// The front, a row a point: index, axes, metrics in SI units; unknown is empty.
std::string csv(const Study&, const StudyResult&);
/// The front by its first two objectives. bad_input where there is only one, or no front.
Result<std::string> svg(const Study&, const StudyResult&);

}  // namespace ridgeline::report
