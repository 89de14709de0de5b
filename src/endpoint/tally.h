#pragma once
// What is counted while an endpoint runs, for /metrics and the report.

#include <array>
#include <cstdint>
#include <span>

#include "ridgeline/units.h"

namespace ridgeline::endpoint {

/// Durations by upper bounds, as Prometheus has histograms.
class Buckets {
 public:
  explicit Buckets(std::span<const double> bounds) : bounds_(bounds) {}

  void record(Seconds time) {
    std::size_t i = 0;
    while (i < bounds_.size() && time.value() > bounds_[i]) ++i;
    ++counts_[i];
    sum_ += time.value();
  }
  std::span<const double> bounds() const { return bounds_; }
  std::uint64_t count(std::size_t bucket) const { return counts_[bucket]; }  ///< the last one has no bound
  double sum() const { return sum_; }

 private:
  std::span<const double> bounds_;
  std::array<std::uint64_t, 32> counts_{};
  double sum_ = 0;
};

// The bounds are vLLM's, so that rules written for it work here (v1/metrics/loggers.py).
inline constexpr std::array first_token_bounds{0.001, 0.005, 0.01, 0.02,  0.04,  0.06,  0.08, 0.1,
                                               0.25,  0.5,   0.75, 1.0,   2.5,   5.0,   7.5,  10.0,
                                               20.0,  40.0,  80.0, 160.0, 640.0, 2560.0};
inline constexpr std::array token_bounds{0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,  0.3,  0.4, 0.5,
                                         0.75, 1.0,   2.5,  5.0,   7.5, 10.0, 20.0, 40.0, 80.0};
inline constexpr std::array request_bounds{0.3,  0.5,   0.8,   1.0,   1.5,   2.0,    2.5,
                                           5.0,  10.0,  15.0,  20.0,  30.0,  40.0,   50.0,
                                           60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0};

/// Durations are simulated ones.
struct Tally {
  std::uint64_t prompt_tokens = 0, output_tokens = 0, completed = 0;
  Buckets first_token{first_token_bounds}, token{token_bounds}, request{request_bounds};
};

}  // namespace ridgeline::endpoint
