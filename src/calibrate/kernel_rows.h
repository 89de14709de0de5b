#pragma once
// What kernel validation and fitting share: rows that beat the roofline, error summaries, dispatch by shape.

#include <cmath>
#include <string>
#include <vector>

#include "ridgeline/kernel_validation.h"

namespace ridgeline::calibrate {

/// A large L2 before slow memory (L40S) keeps the operands that the harness meant to be cold.
bool stays_warm(const Hardware&);

/// Below what the device can do, so that it is no measurement of this kernel. Where operands stay warm,
/// memory time bounds only what exceeds L2's reach; a skewed expert load is an estimate, so its bound is
/// halved.
Result<bool> beats_roofline(const MeasuredKernel&, const Hardware&);

/// Median and mean of |predicted / measured - 1|, per cent, from the logarithms of the ratios.
KernelErrors summarise(const std::vector<double>& log_ratios);

/// The part of a stack's calibration that a shape belongs to: a format, an operation; 0 for attention.
std::size_t part_of(const KernelShape&);

/// log(predicted / measured); unavailable when the calibration has nothing for the shape.
Result<double> log_ratio(const MeasuredKernel&, const Hardware&, const KernelCalibration&);

}  // namespace ridgeline::calibrate
