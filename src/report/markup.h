#pragma once
// Text of others inside Markdown: names of files, systems and metrics.

#include <string>

namespace ridgeline::report {

/// No markup, no HTML, no line of its own.
std::string escaped(const std::string& text);
/// In backticks, within which nothing is markup but backticks.
std::string code(const std::string& text);
/// A block that a reader unfolds.
std::string folded(const std::string& summary, const std::string& block);

}  // namespace ridgeline::report
