#include <fmt/format.h>

#include <cmath>
#include <type_traits>

#include "ridgeline/economics.h"

namespace ridgeline {
namespace {

template <class Q>
Status check_positive(const char* what, const std::optional<Sourced<Q>>& given, double most = 1e300) {
  if (!given) return Status::success();
  double value = 0;
  if constexpr (std::is_same_v<Q, double>) {
    value = given->value;
  } else {
    value = given->value.value();
  }
  if (value > 0 && value <= most) return Status::success();
  const std::string range = most < 1e300 ? fmt::format(" and at most {:g}", most) : "";
  return bad_input(fmt::format("{} is {:g}; must be above 0{}", what, value, range));
}

}  // namespace

Status check(const Economics& e) {
  RIDGELINE_CHECK(check_positive("the price for an hour", e.rent));
  RIDGELINE_CHECK(check_positive("the price of a device", e.device_price));
  RIDGELINE_CHECK(check_positive("the number of years", e.years, 100));
  RIDGELINE_CHECK(check_positive("the lifetime", e.lifetime, 100));
  RIDGELINE_CHECK(check_positive("the utilisation", e.utilisation, 1));
  RIDGELINE_CHECK(check_positive("the price of electricity", e.electricity));
  RIDGELINE_CHECK(check_positive("the carbon intensity", e.carbon_per_joule));
  RIDGELINE_CHECK(check_positive("the power at work", e.active));
  RIDGELINE_CHECK(check_positive("the idle power", e.idle));
  RIDGELINE_CHECK(check_positive("the embodied carbon", e.embodied));
  if (e.pue && !(e.pue->value >= 1 && e.pue->value <= 10))
    return bad_input(fmt::format("the PUE is {:g}; must be at least 1 and at most 10", e.pue->value));
  if (e.active && e.idle && e.idle->value > e.active->value) {
    return bad_input(fmt::format("the idle power, {:g} W, is above the power at work, {:g} W",
                                 e.idle->value.value(), e.active->value.value()));
  }
  if (e.rent && e.electricity)
    return bad_input("a price for an hour includes electricity; leave out the price of electricity");
  if (e.rent && (e.years || e.device_price))
    return bad_input("give a price for an hour, or a device's price and the years to pay it off, not both");
  return Status::success();
}

}  // namespace ridgeline
