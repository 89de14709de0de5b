#include "stats/resampled.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace ridgeline::stats {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// The rank that is sought: whole weights below it, as nearest_rank().
double rank_of(double total, double level) { return std::min(std::floor(total * level), total - 1); }

double total_of(std::span<const Weighted> series) {
  double total = 0;
  for (const Weighted& w : series) total += w.weight;
  return total;
}

/// Of each value of `of`: the share of `other` below it, equal ones by half.
std::vector<double> shares_below(std::span<const Weighted> of, std::span<const Weighted> other) {
  std::vector<double> shares;
  shares.reserve(of.size());
  const double total = total_of(other);
  double below = 0, up_to = 0;  // weight less than the value, and not greater
  std::size_t less = 0, not_greater = 0;
  for (const Weighted& w : of) {
    while (less < other.size() && other[less].value < w.value) below += other[less++].weight;
    while (not_greater < other.size() && other[not_greater].value <= w.value)
      up_to += other[not_greater++].weight;
    shares.push_back((below + up_to) / 2 / total);
  }
  return shares;
}

}  // namespace

ResampledQuantiles::ResampledQuantiles(std::vector<Weighted> series, std::size_t units,
                                       std::vector<double> levels)
    : sorted_(std::move(series)), levels_(std::move(levels)), before_(units * (levels_.size() + 1)) {
  assert(!sorted_.empty());
  std::sort(sorted_.begin(), sorted_.end(),
            [](const Weighted& a, const Weighted& b) { return a.value < b.value; });
  const double total = total_of(sorted_);
  const std::size_t columns = levels_.size() + 1;
  for (const double level : levels_) {
    const double rank = rank_of(total, level);
    std::size_t at = 0;
    for (double before = 0; at + 1 < sorted_.size() && before + sorted_[at].weight <= rank; ++at)
      before += sorted_[at].weight;
    const std::size_t column = centre_.size();
    for (std::size_t i = 0; i < at; ++i) before_[sorted_[i].unit * columns + column] += sorted_[i].weight;
    centre_.push_back(at);
  }
  for (const Weighted& w : sorted_) before_[w.unit * columns + levels_.size()] += w.weight;
}

void ResampledQuantiles::at(std::span<const double> times, std::span<double> into) const {
  assert(into.size() == levels_.size());
  const std::size_t columns = levels_.size() + 1;
  std::vector<double> sums(columns);
  for (std::size_t unit = 0; unit < times.size(); ++unit) {
    const double* row = &before_[unit * columns];
    for (std::size_t column = 0; column < columns; ++column) sums[column] += times[unit] * row[column];
  }
  const double total = sums.back();
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if (total < 1) {
      into[level] = none;
      continue;
    }
    const double rank = rank_of(total, levels_[level]);
    std::size_t at = centre_[level];
    double before = sums[level];
    const auto weight = [&](std::size_t i) { return sorted_[i].weight * times[sorted_[i].unit]; };
    while (before > rank) before -= weight(--at);
    while (at + 1 < sorted_.size() && before + weight(at) <= rank) before += weight(at++);
    into[level] = sorted_[at].value;
  }
}

std::vector<double> ResampledQuantiles::influence(std::size_t level) const {
  const std::size_t columns = levels_.size() + 1, units = before_.size() / columns;
  double below = 0, all = 0;
  for (std::size_t unit = 0; unit < units; ++unit) {
    below += before_[unit * columns + level];
    all += before_[unit * columns + levels_.size()];
  }
  std::vector<double> of_units(units);
  for (std::size_t unit = 0; unit < units; ++unit)
    of_units[unit] = before_[unit * columns + level] - below / all * before_[unit * columns + levels_.size()];
  return of_units;
}

double ResampledRatio::at(std::span<const double> times) const {
  double top = 0, bottom = 0;
  for (std::size_t unit = 0; unit < times.size(); ++unit) {
    top += times[unit] * amount[unit];
    bottom += times[unit] * size[unit];
  }
  return bottom > 0 ? top / bottom : none;
}

std::vector<double> ResampledRatio::influence() const {
  const double ratio = at(std::vector<double>(size.size(), 1.0));
  std::vector<double> of_units(size.size());
  for (std::size_t unit = 0; unit < size.size(); ++unit) of_units[unit] = amount[unit] - ratio * size[unit];
  return of_units;
}

Placements placements(std::span<const Weighted> a, std::span<const Weighted> b) {
  Placements both{shares_below(a, b), shares_below(b, a)};
  for (double& share : both.of_a) share = 1 - share;
  return both;
}

}  // namespace ridgeline::stats
