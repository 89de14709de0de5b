#pragma once
// Means and rates with intervals.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ridgeline/units.h"
#include "stats/interval.h"

namespace ridgeline::stats {

/// Arithmetic mean; compensated, so that a million latencies lose no digits. Requires a value.
double mean(std::span<const double> values);

/// mean +- t s / sqrt(n) with Student's t, for independent values. Absent below two values.
std::optional<Interval> mean_interval(std::span<const double> values, double confidence = default_confidence);

/// The values that intervals for dependent data need at least: five batches of five.
constexpr std::size_t least_batched = 25;

/// The same for a stationary series whose neighbours depend on each other, as queueing latencies do:
/// Student's t over the means of up to 20 equal consecutive batches (the few values before them that do not
/// fill a batch count for the mean only). Holds when a batch is long against the correlation. Absent below
/// least_batched.
std::optional<Interval> batch_means_interval(std::span<const double> values,
                                             double confidence = default_confidence);

/// A batch of a series: the sum of an amount over it, and its size (values, or seconds).
struct Batch {
  double amount = 0, size = 0;
};
/// Interval of a ratio, amount over size, of dependent data: the spread of amount_b - ratio size_b is what is
/// left when the batches are not all alike, and Student's t over it, divided by the mean size, is the half
/// width (ratio estimator). Absent below two batches, or without size.
std::optional<Interval> ratio_interval(std::span<const Batch> batches, double ratio,
                                       double confidence = default_confidence);

/// Work done at a time: completions that bear the same time stamp are one event.
struct Completion {
  Nanoseconds at{0};
  double amount = 1;
};

/// Interval of a completion rate (amount per second) about `rate`, for dependent events: ratio_interval() of
/// up to 20 batches of consecutive events. `completions` ascend in time and start at `start`. Absent below
/// least_batched distinct times.
std::optional<Interval> rate_interval(std::span<const Completion> completions, Nanoseconds start, double rate,
                                      double confidence = default_confidence);

}  // namespace ridgeline::stats
