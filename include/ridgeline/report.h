#pragma once
// Render results as text, JSON and Markdown. Computes nothing: every figure is in the result already.

#include <optional>
#include <string>
#include <string_view>

#include "ridgeline/audit.h"
#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"
#include "ridgeline/explanation.h"
#include "ridgeline/kernel_validation.h"
#include "ridgeline/max_rate.h"
#include "ridgeline/measurement.h"
#include "ridgeline/mlperf.h"
#include "ridgeline/mlperf_log.h"
#include "ridgeline/offline.h"
#include "ridgeline/repeat.h"
#include "ridgeline/scenario.h"
#include "ridgeline/serving.h"
#include "ridgeline/validation.h"

namespace ridgeline::report {

/// What a person reads on a terminal; ends with a newline.
std::string text(const Hardware&);
std::string text(const Model&);
std::string text(const Profile&);
std::string text(const ProfileDifference&);
std::string text(const Explanation&);
std::string text(const ServingPoint&, const ServingPrediction&);
/// Saturated throughput; with the power of a system where one was asked for.
std::string text(const Model&, const Hardware&, const OfflineWorkload&, const OfflinePrediction&,
                 const std::optional<SystemPower>&);
std::string text(const Run&, const Summary&);
/// Of several runs alike, of which this is the first; the tag that they are kept with, or empty.
std::string text(const Run& first, const std::vector<Repetition>&, const std::string& tag);
std::string text(const MaxRate&);
std::string text(const HostProbe&);
std::string text(const AuditReport&);
std::string text(const BatchAudit&);
std::string text(const LogAudit&);
/// Every value a result used, with its source: what --explain-inputs prints.
std::string inputs_text(const Profile&);

/// One JSON document, two-space indent, trailing newline; "schema" names its form and version. Times in
/// seconds, sizes in bytes: SI, with the unit in the key. Unknown is null, never 0.
std::string json(const Hardware&);
std::string json(const Model&);
std::string json(const Profile&);
std::string json(const ProfileDifference&);
std::string json(const Explanation&);
std::string json(const ServingPoint&, const ServingPrediction&);
std::string json(const Model&, const Hardware&, const OfflineWorkload&, const OfflinePrediction&,
                 const std::optional<SystemPower>&);
std::string json(const Run&, const Summary&);
std::string json(const Run& first, const std::vector<Repetition>&, const std::string& tag);
std::string json(const MaxRate&);
std::string json(const HostProbe&);
std::string json(const AuditReport&);
/// Errors in per cent, also under errors.MODEL.batch_N, without their sign.
std::string json(const BatchAudit&);
std::string json(const LogAudit&);

/// For a page or a comment: a heading, the figures as a table, details folded.
std::string markdown(const AuditReport&);
std::string markdown(const Profile&);
std::string markdown(const ProfileDifference&);
std::string markdown(const Explanation&);
std::string markdown(const ServingPoint&, const ServingPrediction&);
std::string markdown(const Model&, const Hardware&, const OfflineWorkload&, const OfflinePrediction&,
                     const std::optional<SystemPower>&);
std::string markdown(const Run&, const Summary&);
std::string markdown(const MaxRate&);

// ---------------------------------------------------------------------------------------------- validation

/// Errors by group and over all, then rows that are suspect, without a prediction or doubtful, at most
/// `listed` of each, and how many there are.
std::string text(const Validation&, std::size_t listed = 10);
/// All of them. Errors in per cent; of no rows they are null.
std::string json(const Validation&);
/// Coefficients that all rows share, errors, notes, and at most `listed` rows that were left out.
std::string text(const Fit&, std::size_t listed = 5);
/// All of it; errors by group too.
std::string json(const Fit&);
/// Predicted against measured TPOT and TTFT, on logarithmic axes, coloured by stack; a complete SVG document.
std::string svg(const Validation&);
/// Errors of the kernel model by file and by operation.
std::string text(const KernelValidation&);
std::string json(const KernelValidation&);
/// Errors against published results by workload and generation, and what was left out.
std::string text(const MlperfValidation&);
std::string json(const MlperfValidation&);
std::string text(const MlperfFit&);
std::string json(const MlperfFit&);

// ---------------------------------------------------------------------------------------------- catalog
// lists

std::string list_text(const Catalog&, bool hardware, bool models);
std::string list_json(const Catalog&, bool hardware, bool models);
std::string ids_text(const Catalog&, bool hardware, bool models);
/// What `check` complained of.
std::string check_json(const Catalog&, const std::vector<std::string>& complaints);

}  // namespace ridgeline::report
