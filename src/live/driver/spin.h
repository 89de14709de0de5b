#pragma once
// Spinning to a time, and what is seen on the way: a thread that reads the clock without pause knows when it
// was taken off its core.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "ridgeline/units.h"

namespace ridgeline::live {

class SpinWatch {
 public:
  using Clock = std::chrono::steady_clock;
  explicit SpinWatch(Nanoseconds threshold) : threshold_(threshold) {}

  /// Returns at `target`, or when `enough` says so.
  template <class Enough>
  void spin_until(Clock::time_point target, Enough enough) {
    const auto start = Clock::now();
    auto last = start;
    while (last < target && !enough()) {
      const auto now = Clock::now();
      if (now - last > threshold_) count_gap(now - last);
      last = now;
    }
    watched_ += last - start;
  }
  void spin_until(Clock::time_point target) {
    spin_until(target, [] { return false; });
  }

  Nanoseconds watched() const { return watched_; }
  Nanoseconds lost() const { return lost_; }
  Nanoseconds longest() const { return longest_; }
  std::uint64_t gaps() const { return gaps_; }
  Nanoseconds threshold() const { return threshold_; }
  void add(const SpinWatch& other) {
    watched_ += other.watched_;
    lost_ += other.lost_;
    longest_ = std::max(longest_, other.longest_);
    gaps_ += other.gaps_;
  }

 private:
  void count_gap(Nanoseconds gap) {
    ++gaps_;
    lost_ += gap;
    longest_ = std::max(longest_, gap);
  }

  Nanoseconds threshold_, watched_{0}, lost_{0}, longest_{0};
  std::uint64_t gaps_ = 0;
};

}  // namespace ridgeline::live
