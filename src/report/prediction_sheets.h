#pragma once
// The figures of predictions, for whatever form they are printed in.

#include <string>

#include "report/sheet.h"
#include "ridgeline/serving.h"

namespace ridgeline::report {

Sheet prediction_sheet(const Profile&);
Sheet prediction_sheet(const ServingPoint&, const ServingPrediction&);
/// What takes most of an operator's time: "compute", "memory", "network".
std::string bound_by(const OpTime&);

}  // namespace ridgeline::report
