#pragma once
// Graded ledgers of a lab: a rubric sheet each, and a table of the class.

#include <string>
#include <vector>

#include "ridgeline/lab.h"

namespace ridgeline::report {

struct GradedLedger {
  std::string file;
  LabGrade grade;
};

/// How many of those who got a question had all its points.
struct GradedQuestion {
  std::string lab, part, id;
  unsigned asked = 0, answered = 0, right = 0;
};
/// In the order in which the ledgers have them.
std::vector<GradedQuestion> questions_of(const std::vector<GradedLedger>&);

/// Learners' texts are cut to a line; of several ledgers the class follows.
std::string text(const std::vector<GradedLedger>&);
/// Sheets to print or to fill in: what was asked, what the learner wrote, the key, points, what to look for,
/// and room for the teacher. No markup or HTML of a learner takes effect.
std::string markdown(const std::vector<GradedLedger>&);
/// Schema ridgeline.lab-grade/1.
std::string json(const std::vector<GradedLedger>&);

}  // namespace ridgeline::report
