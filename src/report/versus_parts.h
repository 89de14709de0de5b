#pragma once
// What the forms of an audit of two systems share.

#include <string>

#include "ridgeline/versus.h"

namespace ridgeline::report {

inline constexpr std::array<const char*, 2> side_names{"A", "B"};

/// "1.23 USD", "4.56 ms", "17.1 /s": in the metric's unit.
std::string metric_text(const VersusMetricKind&, double value);
/// "at most 5.60 J [4.1 J, 7.2 J]"; "unknown" where there is none.
std::string figure_text(const VersusMetricKind&, const VersusFigure&);
/// "2.31 [1.20, 4.40]".
std::string ratio_text(const VersusRatio&);
/// "Memory Bound" as "memory".
std::string bound_text(Regime);
/// "price of B: A is ahead at 41230 USD, B is at 41210 (now 30000)"; `names` of A and B.
std::string break_even_text(const BreakEven&, const std::array<std::string, 2>& names);
/// "8 x NVIDIA H100 SXM 80GB in fp8".
std::string system_text(const VersusSystem&);
/// 0 for A, 1 for B: the side with the higher peak; none where they are equal.
std::optional<std::size_t> higher_peak(const Versus&);

}  // namespace ridgeline::report
