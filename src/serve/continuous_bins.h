#pragma once
// Time spent, or things counted, over a run whose length is not known beforehand.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace ridgeline::serve {

/// Equal bins from 0 on; when time outgrows them, pairs are merged and the width doubles, so that between
/// half of them and all are in use. Allocates once.
class TimeBins {
 public:
  /// `bins` is rounded up to an even number.
  explicit TimeBins(std::uint32_t bins) : spent_((bins + 1) / 2 * 2) {}

  /// Times in nanoseconds, 0 <= from <= to.
  void add(std::int64_t from, std::int64_t to) {
    if (spent_.empty()) return;
    reach(to);
    while (from < to) {
      const auto bin = static_cast<std::size_t>(from / width_);
      const std::int64_t end = std::min(to, static_cast<std::int64_t>(bin + 1) * width_);
      spent_[bin] += end - from;
      from = end;
    }
  }
  /// One more thing at this time.
  void count(std::int64_t time) {
    if (spent_.empty()) return;
    reach(time);
    ++spent_[static_cast<std::size_t>(time / width_)];
  }
  void reach(std::int64_t time) {
    while (time >= width_ * static_cast<std::int64_t>(spent_.size())) widen();
  }
  std::int64_t width() const { return width_; }
  std::int64_t spent(std::size_t bin) const { return spent_[bin]; }
  std::size_t size() const { return spent_.size(); }

 private:
  void widen() {
    const std::size_t half = spent_.size() / 2;
    for (std::size_t i = 0; i < half; ++i) spent_[i] = spent_[2 * i] + spent_[2 * i + 1];
    std::fill(spent_.begin() + static_cast<std::ptrdiff_t>(half), spent_.end(), 0);
    width_ *= 2;
  }

  std::vector<std::int64_t> spent_;
  std::int64_t width_ = 1'000'000;
};

}  // namespace ridgeline::serve
