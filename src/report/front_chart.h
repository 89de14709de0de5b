#pragma once
// The front as a picture of a page.

#include "report/chart.h"
#include "ridgeline/study.h"

namespace ridgeline::report {

/// Requires two objectives and a point on the front.
Chart front_chart(const Study&, const StudyResult&);

}  // namespace ridgeline::report
