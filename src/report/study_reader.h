#pragma once
// A study's result, back from its document.

#include "report/json_place.h"
#include "ridgeline/study.h"

namespace ridgeline::report {

/// The result is whole. Of the question there is what the document says of it: axes and their values as text,
/// objectives, constraints, conditions, calibration; neither devices nor how the front was simulated.
struct ReadStudy {
  Study study;
  StudyResult result;
  std::string money;  ///< where costs come from
};
/// Points of the front have all objectives, and what refers to a point of it one that is there; else that is
/// the place's complaint.
ReadStudy read_study_document(const JsonPlace&);

}  // namespace ridgeline::report
