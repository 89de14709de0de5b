#pragma once
// How a run went: latency by phase, windows, and what heat did to it.

#include <string>

#include "report/json_parts.h"
#include "ridgeline/simulation.h"

namespace ridgeline::report {

/// Tables that follow a run's text, or nothing when neither phases nor windows were recorded: latency by
/// phase where something besides queueing and the service itself took time, windows where there are any, and
/// what the run kept of its first speed.
std::string course_text(const Run&);

/// "latency_by_phase_seconds", "windows" and "endurance": null where unknown.
Json course_json(const Run&);

}  // namespace ridgeline::report
