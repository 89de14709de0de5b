#include "calibrate/errors.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::calibrate {

double median(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

double per_cent(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

void Errors::add(Seconds predicted, Seconds measured,
                 const std::optional<std::pair<Seconds, Seconds>>& interval) {
  add(100 * (predicted / measured - 1));
  if (!interval) return;
  ++with_interval_;
  if (interval->first <= measured && measured <= interval->second) ++inside_;
}

ErrorSummary Errors::summary() const {
  ErrorSummary result;
  result.rows = errors_.size();
  if (errors_.empty()) return result;
  std::vector<double> sizes;
  sizes.reserve(errors_.size());
  double sum = 0;
  for (const double error : errors_) {
    sizes.push_back(std::abs(error));
    sum += std::abs(error);
  }
  result.mape = sum / static_cast<double>(errors_.size());
  result.median = median(std::move(sizes));
  result.bias = median(errors_);
  result.coverage = per_cent(inside_, with_interval_);
  return result;
}

}  // namespace ridgeline::calibrate
