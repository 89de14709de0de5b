#pragma once
// Text for people: quantities with prefixes, and the nearest name to a misspelt one.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/units.h"

namespace ridgeline {

/// Lower-case ASCII.
std::string to_lower(std::string_view);

/// Edits (insert, delete, replace, swap of neighbours) between two words, letter case ignored.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Up to `most` candidates that a person may have meant by `word`, nearest first: few edits, or containing
/// it.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most = 3);

/// The power of 1000 whose prefix suits `number`, in -4 (p) .. 8 (Y); 0 for zero and what is not finite.
int si_step(double number);
/// `number` / 1000^step to three significant digits.
std::string si_digits(double number, int step);
/// `number` with three significant digits and an SI prefix: si(2.039e12, "B/s") is "2.04 TB/s"; zero is "0
/// B/s".
std::string si(double number, std::string_view unit);

inline std::string show(Seconds t) { return si(t.value(), "s"); }
inline std::string show(Bytes b) { return si(b.value(), "B"); }
inline std::string show(BytesPerSecond r) { return si(r.value(), "B/s"); }
inline std::string show(Flops f) { return si(f.value(), "FLOP"); }
inline std::string show(FlopsPerSecond r) { return si(r.value(), "FLOP/s"); }
inline std::string show(Joules e) { return si(e.value(), "J"); }
inline std::string show(Watts p) { return si(p.value(), "W"); }

}  // namespace ridgeline
