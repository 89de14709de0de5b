#pragma once
// VALID or INVALID, and why.

#include "load/seen.h"

namespace ridgeline::load {

/// Judges a run by its scenario's rules. Uses the summary's counts, duration and lateness; each reason is one
/// sentence with the number seen and the number asked for.
Verdict judge(const Run&, const Summary&, const Seen&);

}  // namespace ridgeline::load
