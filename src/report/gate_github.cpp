#include <fmt/format.h>

#include "report/gate_parts.h"

namespace ridgeline::report {
namespace {

/// As the runner reads them back: toolkit's escapeData().
std::string annotation_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '%') {
      result += "%25";
    } else if (c == '\r') {
      result += "%0D";
    } else if (c == '\n') {
      result += "%0A";
    } else {
      result += c;
    }
  }
  return result;
}

std::string command(const char* level, const std::string& message) {
  return fmt::format("::{} title=ridgeline check::{}\n", level, annotation_text(message));
}

}  // namespace

std::string github_annotations(const GateReport& report) {
  std::string result;
  for (const std::string& broken : report.broken) result += command("error", broken);
  for (const CriterionResult* r : by_outcome(report)) {
    if (r->judgement.outcome == Outcome::passed) continue;
    const bool fails = r->judgement.outcome == Outcome::failed || report.strictness == Strictness::strict;
    const char* prefix = r->judgement.outcome == Outcome::failed ? "" : "can't tell: ";
    result += command(fails ? "error" : "warning", prefix + gate_sentence(*r));
  }
  for (const std::string& warning : report.warnings) result += command("warning", warning);
  return result + command("notice", fmt::format("{}: {}", gate_word(report), gate_counts(report)));
}

}  // namespace ridgeline::report
