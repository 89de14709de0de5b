#pragma once
// What the gate found, for people and for programs. Computes nothing.

#include <string>
#include <vector>

#include "ridgeline/gate.h"

namespace ridgeline::report {

/// Whether text carries colours (ANSI SGR).
enum class Colour { off, on };

/// A page for a terminal; ends with a newline.
std::string text(const GateReport&, Colour = Colour::off);
/// A pull-request comment that fits one screen: verdict, table, sparkline, the rest folded.
std::string markdown(const GateReport&);
/// Workflow commands of GitHub Actions: an error for each criterion that fails, a warning for each that
/// cannot be told and for each warning, and a notice of the verdict.
std::string github_annotations(const GateReport&);
/// Schema ridgeline.gate/1.
std::string json(const GateReport&);
/// A JUnit test suite with a case for each criterion; what cannot be told is skipped, or a failure where
/// strict.
std::string junit(const GateReport&);

/// The heights of the values from least to greatest, zero included, in eight steps: "▁▂▄█". Empty of none.
std::string sparkline(const std::vector<double>&);

}  // namespace ridgeline::report
