#pragma once
// One reader a format. Each gets a parsed document and turns it into a Run.

#include <string>
#include <vector>

#include "formats/json_fields.h"
#include "ridgeline/formats.h"

namespace ridgeline::formats {

/// The element that was asked for; an error names how many there are.
Result<const Json*> choose(const Json& list, const std::string& path, const char* key,
                           const RunImportOptions& options);

Result<ImportedRun> import_vllm(const Json&, const std::string& path);
Result<ImportedRun> import_guidellm(const Json&, const std::string& path, const RunImportOptions&);
Result<ImportedRun> import_genai_perf(const Json&, const std::string& path, const RunImportOptions&);
/// profile_export.jsonl, a record a line.
Result<ImportedRun> import_aiperf(const std::vector<Json>& records, const std::string& path);
Result<ImportedRun> import_csv(const std::string& path);

}  // namespace ridgeline::formats
