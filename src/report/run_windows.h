#pragma once
// How a run went: latency by phase, windows, and what heat did to it.

#include <string>
#include <vector>

#include "report/json_parts.h"
#include "report/table.h"
#include "ridgeline/simulation.h"

namespace ridgeline::report {

struct PhaseRow {
  const char* name;
  Seconds LatencySplit::* mean;
};
/// In the order of a query's life, those that took any time.
std::vector<PhaseRow> phase_rows(const LatencySplits&);
/// Their means and totals, of all queries and of the slowest hundredth.
Table phases_table(const LatencySplits&);
/// A row for each of the run's windows.
Table windows_table(const Run&);
/// What the run kept of its first speed and the energy it took, a line each; empty where unknown.
std::string endurance_text(const Run&);

/// Tables that follow a run's text, or nothing when neither phases nor windows were recorded: latency by
/// phase where something besides queueing and the service itself took time, windows where there are any, and
/// what the run kept of its first speed.
std::string course_text(const Run&);

/// "latency_by_phase_seconds", "windows" and "endurance": null where unknown.
Json course_json(const Run&);

}  // namespace ridgeline::report
