#pragma once
// Figures as people read them. An absent figure is a dash, never a zero.

#include <optional>
#include <string>

#include "base/text.h"
#include "ridgeline/catalog.h"
#include "ridgeline/engine.h"
#include "ridgeline/scenario.h"

namespace ridgeline::report {

inline constexpr const char* absent = "–";

/// "104 ms [102, 107]", both ends in the value's own prefix; an open end is a dash.
std::string with_interval(const Estimate&, std::string_view unit);
std::string with_interval(const std::optional<Estimate>&, std::string_view unit);
/// Rates keep their unit: "0.725 samples/s [0.700, 0.750]", never "725 msamples/s".
std::string samples_per_second(const std::optional<Estimate>&);
/// "+12 %", "-3.1 %": at least two digits.
std::string signed_percent(double share);
std::string signed_percent(const std::optional<double>& share);
/// "29 %".
std::string percent(double share);
/// "datasheet: NVIDIA H100 datasheet, 2023-03"
std::string show(const Provenance&);
/// Four significant digits and no exponent: "3.332", "88150".
std::string plain(double);
/// "19.1 ms [17.0 ms, 21.4 ms] 90 %"; the value alone without an interval.
template <class Quantity>
std::string with_90(Quantity value, const std::optional<std::pair<Quantity, Quantity>>& interval) {
  if (!interval) return show(value);
  return show(value) + " [" + show(interval->first) + ", " + show(interval->second) + "] 90 %";
}
/// "tensor 4, pipeline 2, data 8, expert 8": tensor always, the others beyond 1.
std::string show(const Parallelism&);
/// 8030261248 as "8.03 billion".
std::string count(double);

}  // namespace ridgeline::report
