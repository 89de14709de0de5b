#pragma once
// A limit on a metric, in one line: metric, operator, limit. "p99 > +5%", "tpot_p50 > 40ms", "throughput <
// -3%".
//
//   criterion   = metric operator limit
//   metric      = a name of the vocabulary
//   operator    = ">" | ">=" | "<" | "<="
//   limit       = sign number "%"           relative change: +5% is 5 % more than before
//               | sign number [unit]        absolute change: +2ms
//               | number [unit]             value: 40ms, 100/s, 0.95, 99%
//   number      = digits ["." digits] [("e" | "E") [sign] digits]
//
// Blanks are free between the parts. The unit must be one of the metric's kind; a zero needs none, and counts
// and shares have none. One comparison a criterion. What a criterion means for runs or studies is up to
// whoever uses it: here nothing is measured.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline {

enum class CriterionUnit { seconds, per_second, share, joules, count, bytes, watts, dollars };

/// A name that criteria may use.
struct CriterionMetric {
  std::string_view name;
  CriterionUnit unit = CriterionUnit::seconds;
};

/// The names that there are, and what has them: "a run", "a prediction".
struct CriterionVocabulary {
  std::string_view of;
  std::span<const CriterionMetric> metrics;
};

enum class Comparison { above, at_least, below, at_most };
std::string_view to_string(Comparison);  ///< ">", ">=", "<", "<="
/// Whether `value` is on the side that the comparison names: compares(above, 3, 2).
bool compares(Comparison, double value, double limit);
/// Above and at_least.
bool is_upward(Comparison);

enum class LimitKind {
  value,     ///< of the metric itself
  change,    ///< of the difference, in the metric's unit
  relative,  ///< of the difference as a share of what it was
};
std::string_view to_string(LimitKind);

struct Criterion {
  std::string metric;
  CriterionUnit metric_unit = CriterionUnit::seconds;
  Comparison comparison = Comparison::above;
  LimitKind kind = LimitKind::value;
  double number = 0;      ///< as written, with its sign
  std::string_view unit;  ///< as written: "ms"; empty where there is none
  double limit = 0;       ///< SI; shares and relative changes as 0.05
  bool operator==(const Criterion&) const = default;
};

/// bad_input: three lines, of which the first says what is wrong, at which column (of code points, from 1),
/// and what would be right; the others are the text and a caret under that column.
Result<Criterion> parse_criterion(std::string_view text, const CriterionVocabulary&);
/// One a line; empty lines, and what follows a '#', are skipped. Errors name the file and line.
Result<std::vector<Criterion>> parse_criteria(std::string_view text, const std::string& path,
                                              const CriterionVocabulary&);
/// "p99 > +5%": parse_criterion() gives the same criterion again.
std::string to_string(const Criterion&);
/// The limit alone: "+5%".
std::string limit_text(const Criterion&);

}  // namespace ridgeline
