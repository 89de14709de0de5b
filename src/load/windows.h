#pragma once
// A run cut into equal windows.

#include <algorithm>
#include <vector>

#include "ridgeline/scenario.h"

namespace ridgeline::load {

/// Equal stretches from 0 on; the last one also holds what comes after it.
class Grid {
 public:
  Grid(Nanoseconds width, std::size_t windows) : width_(width), windows_(windows) {}
  /// So many over [0, end], the last one shorter where they do not divide it.
  static Grid over(Nanoseconds end, std::size_t windows) {
    const auto count = static_cast<std::int64_t>(windows);
    return Grid(Nanoseconds((end.count() + count - 1) / count), windows);
  }

  std::size_t size() const { return windows_; }
  Seconds width() const { return to_seconds(width_); }
  Nanoseconds start(std::size_t window) const { return width_ * static_cast<std::int64_t>(window); }
  std::size_t window_at(Nanoseconds time) const {
    return std::min(static_cast<std::size_t>(time / width_), windows_ - 1);
  }
  /// What ends at a window's very end is still inside it.
  std::size_t window_of_end(Nanoseconds time) const {
    return window_at(std::max(time - Nanoseconds(1), Nanoseconds(0)));
  }
  /// Calls add(window, seconds) with the part of [from, to) in each window.
  template <class Add>
  void spread(Nanoseconds from, Nanoseconds to, Add&& add) const {
    for (std::size_t w = window_at(from); from < to; ++w) {
      const Nanoseconds until = w + 1 < windows_ ? std::min(to, start(w + 1)) : to;
      add(w, to_seconds(until - from).value());
      from = until;
    }
  }

 private:
  Nanoseconds width_;
  std::size_t windows_;
};

/// What arrived, completed and waited in each window (the latter where phases are known), and P99 of the
/// latencies of those that completed in it (nearest rank, absent where they are too few). Of a digest, the
/// grid must be its stretches.
std::vector<Window> make_windows(const Run&, const Grid&);
/// The digest's own stretches.
Grid grid_of(const RunDigest&);

}  // namespace ridgeline::load
