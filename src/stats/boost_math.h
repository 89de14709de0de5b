#pragma once
// The parts of Boost.Math that statistics use, on base/portable_math.h in place of the C library's functions,
// so that results are the same to the bit on every platform. Boost's functions name what they call by a macro
// of its own, BOOST_MATH_STD_USING_CORE; its SSE2 code sums in another order than its plain code.

#pragma push_macro("__SSE2__")
#undef __SSE2__
#include <boost/math/tools/config.hpp>
#undef BOOST_HAS_EXPM1
#undef BOOST_HAS_LOG1P
#undef BOOST_MATH_STD_USING_CORE
#define BOOST_MATH_STD_USING_CORE        \
  using std::abs;                        \
  using std::ceil;                       \
  using std::fabs;                       \
  using std::floor;                      \
  using std::fmod;                       \
  using std::frexp;                      \
  using std::ldexp;                      \
  using std::modf;                       \
  using std::sqrt;                       \
  using ridgeline::stats::boosted::acos; \
  using ridgeline::stats::boosted::asin; \
  using ridgeline::stats::boosted::cos;  \
  using ridgeline::stats::boosted::exp;  \
  using ridgeline::stats::boosted::log;  \
  using ridgeline::stats::boosted::pow;  \
  using ridgeline::stats::boosted::sin;

#include "base/portable_math.h"

namespace ridgeline::stats::boosted {
inline double exp(double x) { return portable_exp(x); }
inline double log(double x) { return portable_log(x); }
inline double pow(double x, double y) { return portable_pow(x, y); }
double sin(double x);   ///< of |x| <= pi, within 1e-15
double cos(double x);   ///< the same
double asin(double x);  ///< within 1e-15; pi / 2 beyond 1
double acos(double x);
}  // namespace ridgeline::stats::boosted

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/erf.hpp>
#pragma pop_macro("__SSE2__")

namespace ridgeline::stats {

// No exceptions, and no long double: in WebAssembly that is 128-bit software arithmetic.
using BoostPolicy = boost::math::policies::policy<
    boost::math::policies::promote_double<false>,
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;

}  // namespace ridgeline::stats
