#pragma once
// Bars that start where the one before ended, so that one sees that parts add up to a whole.

#include <string>
#include <vector>

#include "report/chart.h"

namespace ridgeline::report {

struct WaterfallStep {
  std::string name;
  double value = 0;    ///< finite; may be negative
  std::string kind;    ///< "compute", "memory", "network", "overhead", "less", "more", "total"
  bool total = false;  ///< drawn from zero; what follows starts at its end
};

/// The smallest steps between totals are drawn together where there are many; the table has each. `unit` is
/// that of the values: "s". Parts are signed where the first step is a total.
Chart waterfall_chart(const std::vector<WaterfallStep>&, std::string_view unit, const std::string& id,
                      const std::string& title, const std::string& caption);

}  // namespace ridgeline::report
