#pragma once
// What a run's JSON holds so that it can be read back: everything, exactly. The rest of the document is for
// readers of figures, in seconds.

#include <string>

#include "report/json_parts.h"
#include "ridgeline/store.h"

namespace ridgeline::report {

/// All of a run's document but its head.
Json to_json(const Run&, const Summary&);
/// A document of its own schema without the queries, for those who have them otherwise. It cannot be read
/// back.
std::string json_without_queries(const Run&, const Summary&);
/// Under "record": all that is not in the document's columns, by the names of run_fields.h.
Json record_json(const Run&);
/// The scenario's part of it.
/// What HostNoise has, or null.
Json host_noise_json(const Run&);
Json scenario_record(const Scenario&);
/// Under "saved": what was kept beside the run.
Json saved_json(const SavedRun&);

/// A run as json(Run, Summary) or json(SavedRun, Summary) wrote it; `path` is for messages. Figures that are
/// not finite come back as NaN. bad_input: no such document, or a key that is missing, unknown or of the
/// wrong kind.
Result<SavedRun> read_run(const std::string& text, const std::string& path);

}  // namespace ridgeline::report
