#pragma once
// How `ridgeline tail` shows its result.

#include <string>

#include "ridgeline/tail.h"

namespace ridgeline::report {

/// `origin` says where the moments or samples come from: "given", "column latency_ms of run.csv".
std::string text(const Tail&, const std::string& origin);
/// Schema "ridgeline.tail/1"; times in seconds.
std::string json(const Tail&, const std::string& origin);

}  // namespace ridgeline::report
