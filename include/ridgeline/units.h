#pragma once
// Physical quantities as types: SI doubles that do not mix. `Bytes / BytesPerSecond` is `Seconds`;
// `Bytes + Seconds` does not compile. Time that orders events is an integer: `Nanoseconds`.

#include <chrono>
#include <cmath>
#include <cstdint>

namespace ridgeline {

/// A double in SI units, with its dimension as exponents of time (s), data (B), work (FLOP), energy (J)
/// and money (USD). A quantity whose exponents are all zero is a plain double.
template <int Time, int Data, int Work, int Energy, int Money>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(double si) : value_(si) {}
  /// The number in SI units.
  constexpr double value() const { return value_; }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value_ + b.value_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value_ - b.value_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.value_); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(a.value_ * k); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.value_ / k); }
  constexpr Quantity& operator+=(Quantity b) {
    value_ += b.value_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity b) {
    value_ -= b.value_;
    return *this;
  }
  friend constexpr auto operator<=>(Quantity a, Quantity b) = default;

 private:
  double value_ = 0.0;
};

namespace detail {
template <int T, int D, int W, int E, int M>
constexpr auto make_quantity(double si) {
  if constexpr (T == 0 && D == 0 && W == 0 && E == 0 && M == 0) {
    return si;
  } else {
    return Quantity<T, D, W, E, M>(si);
  }
}
}  // namespace detail

template <int T, int D, int W, int E, int M, int T2, int D2, int W2, int E2, int M2>
constexpr auto operator*(Quantity<T, D, W, E, M> a, Quantity<T2, D2, W2, E2, M2> b) {
  return detail::make_quantity<T + T2, D + D2, W + W2, E + E2, M + M2>(a.value() * b.value());
}
template <int T, int D, int W, int E, int M, int T2, int D2, int W2, int E2, int M2>
constexpr auto operator/(Quantity<T, D, W, E, M> a, Quantity<T2, D2, W2, E2, M2> b) {
  return detail::make_quantity<T - T2, D - D2, W - W2, E - E2, M - M2>(a.value() / b.value());
}

using Seconds = Quantity<1, 0, 0, 0, 0>;
using Hertz = Quantity<-1, 0, 0, 0, 0>;
using Bytes = Quantity<0, 1, 0, 0, 0>;
using BytesPerSecond = Quantity<-1, 1, 0, 0, 0>;
/// A FLOP is one multiply or one add: a multiply-accumulate is two. Integer operations count alike.
using Flops = Quantity<0, 0, 1, 0, 0>;
using FlopsPerSecond = Quantity<-1, 0, 1, 0, 0>;
/// Arithmetic intensity and ridge points, FLOP/B.
using FlopsPerByte = Quantity<0, -1, 1, 0, 0>;
using Joules = Quantity<0, 0, 0, 1, 0>;
using Watts = Quantity<-1, 0, 0, 1, 0>;
using Dollars = Quantity<0, 0, 0, 0, 1>;

constexpr Seconds milliseconds(double ms) { return Seconds(ms * 1e-3); }
constexpr Seconds microseconds(double us) { return Seconds(us * 1e-6); }

/// Event time: integer nanoseconds since the start of a run. Never a double, so that order is exact.
using Nanoseconds = std::chrono::nanoseconds;

constexpr Seconds to_seconds(Nanoseconds t) { return Seconds(static_cast<double>(t.count()) * 1e-9); }
/// Rounds to the nearest nanosecond, halves away from zero. Requires |t| < 292 years.
inline Nanoseconds to_nanoseconds(Seconds t) { return Nanoseconds(std::llround(t.value() * 1e9)); }

}  // namespace ridgeline
