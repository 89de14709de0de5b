#pragma once
// A run as bytes, and back, to the bit. docs/store.md describes the format.

#include <string>
#include <string_view>

#include "ridgeline/result.h"
#include "ridgeline/scenario.h"

namespace ridgeline::store {

std::string write_run(const Run&);
/// Unavailable: a version that this build does not know, or bytes that are cut short or make no run.
Result<Run> read_run(std::string_view);

/// FNV-1a of the bytes, 16 hexadecimal digits.
std::string id_of(std::string_view blob);

}  // namespace ridgeline::store
