#pragma once
// Reality cannot beat the roofline: a measurement that does is not of what its row says.

#include <string>

#include "ridgeline/validation.h"

namespace ridgeline::calibrate {

/// Times of the datasheet alone, without any overhead: a decode step of the sequences that were in decode,
/// and one prompt's pass.
struct FastestTimes {
  Seconds tpot{}, ttft{};
};

/// The sequences in decode follow from the measurement by Little's law: of `concurrency` users, the share
/// osl TPOT / (osl TPOT + TTFT) of the time decodes. Where one of the two times is missing it is one
/// sequence.
Result<FastestTimes> fastest_times(const Model&, const Hardware&, const MeasuredPoint&);

/// Why the measurement is suspect; empty: it is not.
std::string beats_roofline(const MeasuredPoint&, const FastestTimes&);

}  // namespace ridgeline::calibrate
