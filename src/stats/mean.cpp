#include "stats/mean.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "stats/distributions.h"

namespace ridgeline::stats {
namespace {

constexpr std::size_t most_batches = 20;
constexpr std::size_t least_in_batch = 5;

std::size_t batches_of(std::size_t n) { return std::min(most_batches, n / least_in_batch); }

/// Half width of Student's interval for the mean of values, which are independent.
double half_width(std::span<const double> values, double centre, double confidence) {
  double squares = 0;
  for (const double x : values) squares += (x - centre) * (x - centre);
  const double n = static_cast<double>(values.size());
  return student_t(values.size() - 1, confidence) * std::sqrt(squares / (n - 1) / n);
}

/// Events with one time each, from completions in time order.
std::vector<Completion> distinct_times(std::span<const Completion> completions) {
  std::vector<Completion> events;
  for (const Completion& c : completions) {
    if (!events.empty() && events.back().at == c.at) {
      events.back().amount += c.amount;
    } else {
      events.push_back(c);
    }
  }
  return events;
}

}  // namespace

double mean(std::span<const double> values) {
  assert(!values.empty());
  double sum = 0, lost = 0;  // Kahan
  for (const double x : values) {
    const double y = x - lost;
    const double next = sum + y;
    lost = (next - sum) - y;
    sum = next;
  }
  return sum / static_cast<double>(values.size());
}

std::optional<Interval> mean_interval(std::span<const double> values, double confidence) {
  if (values.size() < 2) return std::nullopt;
  const double centre = mean(values);
  const double half = half_width(values, centre, confidence);
  return Interval{centre - half, centre + half};
}

std::optional<Interval> batch_means_interval(std::span<const double> values, double confidence) {
  if (values.size() < least_batched) return std::nullopt;
  const std::size_t batches = batches_of(values.size()), length = values.size() / batches;
  const std::size_t skipped = values.size() - batches * length;
  std::vector<double> means;
  for (std::size_t i = 0; i < batches; ++i)
    means.push_back(mean(values.subspan(skipped + i * length, length)));
  const double half = half_width(means, mean(means), confidence), centre = mean(values);
  return Interval{centre - half, centre + half};
}

std::optional<Interval> ratio_interval(std::span<const Batch> batches, double ratio, double confidence) {
  if (batches.size() < 2) return std::nullopt;
  std::vector<double> surplus;
  double size = 0;
  for (const Batch& b : batches) {
    surplus.push_back(b.amount - ratio * b.size);
    size += b.size;
  }
  if (size <= 0) return std::nullopt;
  const double mean_size = size / static_cast<double>(batches.size());
  const double half = half_width(surplus, mean(surplus), confidence) / mean_size;
  return Interval{ratio - half, ratio + half};
}

std::optional<Interval> rate_interval(std::span<const Completion> completions, Nanoseconds start, double rate,
                                      double confidence) {
  const auto events = distinct_times(completions);
  if (events.size() < least_batched) return std::nullopt;
  const std::size_t batches = batches_of(events.size());
  std::vector<Batch> parts;
  Nanoseconds from = start;
  for (std::size_t i = 0; i < batches; ++i) {
    Batch part;
    const std::size_t end = events.size() * (i + 1) / batches;
    for (std::size_t k = events.size() * i / batches; k < end; ++k) part.amount += events[k].amount;
    part.size = to_seconds(events[end - 1].at - from).value();
    parts.push_back(part);
    from = events[end - 1].at;
  }
  auto interval = ratio_interval(parts, rate, confidence);
  if (interval) interval->low = std::max(0.0, interval->low);
  return interval;
}

}  // namespace ridgeline::stats
