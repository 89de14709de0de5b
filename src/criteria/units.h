#pragma once
// The units that limits may have, by the kind of metric.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ridgeline/criterion.h"

namespace ridgeline::criteria {

/// One of these is number * multiply / divide in SI: two factors, so that 40 ms is exactly 0.04 s.
struct Unit {
  std::string_view name;
  double multiply = 1, divide = 1;
};

/// Without '%', which means another thing with each kind of limit.
std::span<const Unit> units_of(CriterionUnit);
const Unit* find_unit(CriterionUnit, std::string_view name);
/// Whether a number alone is right: counts and shares.
bool needs_no_unit(CriterionUnit);
/// "a time", "a share".
std::string_view what_is(CriterionUnit);
/// "ns, us, ms, s, min, h".
std::string unit_list(CriterionUnit, LimitKind);

}  // namespace ridgeline::criteria
