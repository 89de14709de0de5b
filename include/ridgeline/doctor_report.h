#pragma once
// A diagnosis for people and for programs. Computes nothing.

#include <string>

#include "ridgeline/doctor.h"

namespace ridgeline::report {

/// By area; what is not ok with what it costs and what to do.
std::string text(const Diagnosis&);
std::string markdown(const Diagnosis&);
/// Schema ridgeline.doctor/1.
std::string json(const Diagnosis&);

}  // namespace ridgeline::report
