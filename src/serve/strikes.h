#pragma once
// What takes the processor from a running service, again and again.

#include <functional>
#include <string_view>

#include "base/random.h"
#include "ridgeline/units.h"

namespace ridgeline::serve {

/// A Poisson process in the time that workers compute: it stands still while they idle or are struck, so that
/// a service of length S is struck rate * S times on average, each time for a length drawn anew.
class Strikes {
 public:
  using Length = std::function<Nanoseconds(RandomStream&)>;

  /// A rate of 0 never strikes. Gaps and lengths have streams of these names.
  Strikes(Hertz rate, std::uint64_t seed, std::string_view gaps, std::string_view lengths, Length length)
      : rate_(rate), gaps_(seed, gaps), lengths_(seed, lengths), length_(std::move(length)) {
    if (strikes()) until_ = next_gap();
  }

  bool strikes() const { return rate_.value() > 0; }
  /// Computing time until the next one.
  Nanoseconds until() const { return until_; }
  /// Requires time <= until().
  void compute(Nanoseconds time) {
    if (strikes()) until_ -= time;
  }
  /// The one that is due: how long it takes. Draws the next one.
  Nanoseconds strike() {
    until_ = next_gap();
    return length_(lengths_);
  }

  static constexpr Nanoseconds never = Nanoseconds::max();

 private:
  /// A rare strike may lie beyond the clock: cut at 30 years of computing.
  Nanoseconds next_gap() {
    const double gap = gaps_.exponential() / rate_.value();
    return to_nanoseconds(Seconds(gap < 1e9 ? gap : 1e9));
  }

  Hertz rate_;
  RandomStream gaps_, lengths_;
  Length length_;
  Nanoseconds until_ = never;
};

}  // namespace ridgeline::serve
