#pragma once
// What looks odd in a log, in sentences. docs/logs.md says what is behind each.

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/mlperf_log.h"

namespace ridgeline::formats {

/// Of an audit whose figures are filled in; the configuration is that beside the log, if any.
std::vector<std::string> oddities(const LogAudit&, const std::optional<MlperfConf>&);

}  // namespace ridgeline::formats
