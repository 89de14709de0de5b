#pragma once
// Text of others inside Markdown, and on a terminal: names of files, systems and metrics.

#include <cstddef>
#include <string>

namespace ridgeline::report {

/// No markup, no HTML, no line of its own.
std::string escaped(const std::string& text);
/// In backticks, within which nothing is markup but backticks.
std::string code(const std::string& text);
/// A block that a reader unfolds.
std::string folded(const std::string& summary, const std::string& block);

/// Without signs that move a terminal's cursor or colour it.
std::string visible(const std::string& text);
/// The same on one line of at most so many columns.
std::string in_a_line(const std::string& text, std::size_t columns);

}  // namespace ridgeline::report
