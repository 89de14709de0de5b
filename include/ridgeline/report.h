#pragma once
// Render results as text, JSON and Markdown. Computes nothing: every figure is in the result already.

#include <string>
#include <string_view>

#include "ridgeline/audit.h"
#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"
#include "ridgeline/explanation.h"
#include "ridgeline/measurement.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

/// What a person reads on a terminal; ends with a newline.
std::string text(const Hardware&);
std::string text(const Model&);
std::string text(const Profile&);
std::string text(const ProfileDifference&);
std::string text(const Run&, const Summary&);
std::string text(const HostProbe&);
std::string text(const AuditReport&);
/// Every value a result used, with its source: what --explain-inputs prints.
std::string inputs_text(const Profile&);

/// One JSON document, two-space indent, trailing newline; "schema" names its form and version. Times in
/// seconds, sizes in bytes: SI, with the unit in the key. Unknown is null, never 0.
std::string json(const Hardware&);
std::string json(const Model&);
std::string json(const Profile&);
std::string json(const ProfileDifference&);
std::string json(const Run&, const Summary&);
std::string json(const HostProbe&);
std::string json(const AuditReport&);

std::string markdown(const AuditReport&);

// ---------------------------------------------------------------------------------------------- catalog
// lists

std::string list_text(const Catalog&, bool hardware, bool models);
std::string list_json(const Catalog&, bool hardware, bool models);
std::string ids_text(const Catalog&, bool hardware, bool models);
/// What `check` complained of.
std::string check_json(const Catalog&, const std::vector<std::string>& complaints);

}  // namespace ridgeline::report
