#pragma once
// What the forms of a gate's report share: figures as text, and the verdict in a line.

#include <string>
#include <vector>

#include "ridgeline/gate_report.h"

namespace ridgeline::report {

/// "12.0 ms", "415.2 /s", "99 %".
std::string figure_text(double, CriterionUnit);
std::string figure_text(const Estimate&, CriterionUnit);  ///< with its interval, where it has one
/// "+20 % [+15, +25]", "+2.00 ms [+1.50, +2.50]"; an interval of no width is left out.
std::string change_text(const Estimate& relative);
std::string change_text(const Estimate& absolute, CriterionUnit);
/// Of the runs' metrics, as criteria have them.
CriterionUnit unit_of(MetricUnit);

/// A criterion's line of a table.
struct GateRow {
  std::string criterion, metric, base, head, change, limit, outcome, reason;
};
GateRow gate_row(const CriterionResult&);
/// "p99 > +5%: 10.0 ms to 12.0 ms, +20 % [+15, +25]: beyond the limit, and shown".
std::string gate_sentence(const CriterionResult&);
/// What fails first, then what cannot be told, then what passed; else in their own order.
std::vector<const CriterionResult*> by_outcome(const GateReport&);

/// "failed", "passed": can't tell is one of the two, by strictness.
std::string gate_word(const GateReport&);
/// "1 of 3 criteria failed, 1 can't tell"; and what --strict would do, or did.
std::string gate_counts(const GateReport&);
/// "▁▂▃▄▅▆▇█ from +0.1 ms at 10 % to +3.0 ms at 90 %"; empty where the runs support none.
std::string shift_line(const GateReport&);

}  // namespace ridgeline::report
