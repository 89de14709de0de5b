#pragma once
// `ridgeline explain A.json B.json`, of two predictions.

#include "app.h"
#include "ridgeline/explanation.h"

namespace ridgeline::cli {

/// What `predict --json` printed, by the file's first lines.
bool is_prediction(const std::string& path);

/// Of both documents as this catalog predicts them. bad_input: a document that is none, of what the catalog
/// lacks, or with another latency than is predicted now.
Result<Explanation> explain_predictions(const Context&, const std::vector<std::string>& paths,
                                        const CompareOptions&);

}  // namespace ridgeline::cli
