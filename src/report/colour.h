#pragma once
// Colour, for verdicts alone.

#include <string>

namespace ridgeline::report {

/// The text with its verdicts coloured as terminals do: VALID, PASS, OK and "holds" green, INVALID, FAIL,
/// FAILED, BREAKS and DOES NOT FIT red, WARN, LIMITED and MISSING yellow, where they stand as whole words.
/// Everything else is as it was, so columns stay where they are.
std::string coloured(const std::string& text);

enum class ColourWhen { automatic, always, never };
/// automatic: on a terminal that is no dumb one, unless NO_COLOR is set to something (https://no-color.org).
bool wants_colour(ColourWhen, bool terminal);
/// WebAssembly cannot tell, and has none.
bool stdout_is_terminal();

}  // namespace ridgeline::report
