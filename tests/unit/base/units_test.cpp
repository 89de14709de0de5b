#include "ridgeline/units.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace ridgeline {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) { a + b; };
template <class A, class B>
concept Comparable = requires(A a, B b) { a < b; };

TEST(Units, DimensionsFollowArithmetic) {
  static_assert(std::is_same_v<decltype(Bytes{} / BytesPerSecond{}), Seconds>);
  static_assert(std::is_same_v<decltype(Flops{} / FlopsPerSecond{}), Seconds>);
  static_assert(std::is_same_v<decltype(FlopsPerSecond{} / BytesPerSecond{}), FlopsPerByte>);
  static_assert(std::is_same_v<decltype(Watts{} * Seconds{}), Joules>);
  static_assert(std::is_same_v<decltype(Seconds{} / Seconds{}), double>);
  static_assert(std::is_same_v<decltype(Hertz{} * Seconds{}), double>);
  EXPECT_DOUBLE_EQ((Bytes(16e9) / BytesPerSecond(2e12)).value(), 8e-3);
}

TEST(Units, MixUpsDoNotCompile) {
  static_assert(!Addable<Seconds, Bytes>);
  static_assert(!Addable<Flops, FlopsPerSecond>);
  static_assert(!Addable<Seconds, double>);
  static_assert(!Comparable<Bytes, Flops>);
  static_assert(!std::is_convertible_v<double, Seconds>);
}

TEST(Units, NanosecondsRoundToNearest) {
  EXPECT_EQ(to_nanoseconds(Seconds(1.5e-9)).count(), 2);
  EXPECT_EQ(to_nanoseconds(Seconds(-1.5e-9)).count(), -2);
  EXPECT_EQ(to_nanoseconds(Seconds(1.0)).count(), 1000000000);
  EXPECT_DOUBLE_EQ(to_seconds(Nanoseconds(250)).value(), 2.5e-7);
}

}  // namespace
}  // namespace ridgeline
