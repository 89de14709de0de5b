#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ridgeline/gate.h"

namespace ridgeline {
namespace {

/// A criterion's numbers turned so that the bad direction is up.
class Turned {
 public:
  explicit Turned(const Criterion& criterion) : criterion_(criterion), up_(is_upward(criterion.comparison)) {}

  bool beyond(double value) const { return compares(criterion_.comparison, value, criterion_.limit); }
  double turned(double value) const { return up_ ? value : -value; }
  double limit() const { return turned(criterion_.limit); }
  /// The end of an interval that is nearest to the good side, and the one nearest to the bad side.
  std::optional<double> good_end(const Estimate& e) const { return up_ ? e.low : e.high; }
  std::optional<double> bad_end(const Estimate& e) const { return up_ ? e.high : e.low; }

 private:
  const Criterion& criterion_;
  bool up_;
};

Judgement told(Outcome outcome, std::string reason) { return {outcome, true, std::move(reason)}; }
Judgement absent(std::string reason) { return {Outcome::cannot_tell, false, std::move(reason)}; }

Judgement by_value(bool beyond) {
  return beyond ? told(Outcome::failed, "beyond the limit") : told(Outcome::passed, "within the limit");
}

Judgement judge_value(const Criterion& criterion, const Observation& seen) {
  if (!seen.head) return absent(fmt::format("HEAD has no {}", criterion.metric));
  const Turned turned(criterion);
  const Estimate& estimate = *seen.head;
  const bool beyond = turned.beyond(estimate.value);
  if (seen.head_certainty == Certainty::exact) return by_value(beyond);
  const auto good = turned.good_end(estimate), bad = turned.bad_end(estimate);
  if (good && turned.beyond(*good))
    return told(Outcome::failed, "all of HEAD's interval is beyond the limit");
  if (bad && !turned.beyond(*bad))
    return told(Outcome::passed, "none of HEAD's interval is beyond the limit");
  if (good || bad) return told(Outcome::cannot_tell, "the limit is within HEAD's interval");
  // What is too short to say how sure it is gets no benefit of the doubt.
  if (beyond) return told(Outcome::failed, "beyond the limit by its value: HEAD supports no interval");
  return told(Outcome::cannot_tell, "within the limit, but HEAD supports no interval");
}

std::string with_size(std::string reason, const Observation& seen) {
  if (seen.queries_needed) reason += fmt::format("; {} queries a run would show 5 %", *seen.queries_needed);
  return reason;
}

Judgement judge_change(const Criterion& criterion, const Observation& seen) {
  if (!seen.base || !seen.head) {
    const char* who = seen.base ? "HEAD has no" : seen.head ? "BASE has no" : "neither side has";
    return absent(fmt::format("{} {}", who, criterion.metric));
  }
  const bool relative = criterion.kind == LimitKind::relative;
  const auto& change = relative ? seen.relative : seen.absolute;
  if (!change) {
    return absent(seen.absolute ? "no relative change: BASE is 0"
                                : fmt::format("these runs give no difference of {}", criterion.metric));
  }
  const Turned turned(criterion);
  const bool beyond = turned.beyond(change->value);
  if (seen.change_certainty == Certainty::exact) return by_value(beyond);
  const auto good = turned.good_end(*change), bad = turned.bad_end(*change);
  if (seen.evidence == Evidence::unknown || !good || !bad) {
    return told(Outcome::cannot_tell, with_size(fmt::format("{} the limit, but the runs support no interval",
                                                            beyond ? "beyond" : "within"),
                                                seen));
  }
  const bool shown = seen.evidence == Evidence::shown;
  const bool asks_for_less = turned.limit() < 0;
  if (beyond) {
    const bool real = asks_for_less ? turned.turned(*good) > turned.limit() : shown;
    if (real) return told(Outcome::failed, "beyond the limit, and shown");
    return told(Outcome::cannot_tell,
                with_size(asks_for_less ? "beyond the limit, which is within the interval"
                                        : "beyond the limit, but no difference is shown",
                          seen));
  }
  if (!turned.beyond(*bad)) return told(Outcome::passed, "none of the interval is beyond the limit");
  if (shown) return told(Outcome::passed, "shown, and within the limit");
  return told(Outcome::cannot_tell,
              with_size("no difference is shown, but one beyond the limit is not excluded", seen));
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  static constexpr std::string_view names[] = {"passed", "failed", "can't tell"};
  return names[static_cast<std::size_t>(outcome)];
}

Judgement judge(const Criterion& criterion, const Observation& seen) {
  return criterion.kind == LimitKind::value ? judge_value(criterion, seen) : judge_change(criterion, seen);
}

std::size_t GateReport::count(Outcome outcome) const {
  return static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(),
                    [outcome](const CriterionResult& r) { return r.judgement.outcome == outcome; }));
}

Outcome GateReport::outcome() const {
  if (!broken.empty() || count(Outcome::failed) > 0) return Outcome::failed;
  return count(Outcome::cannot_tell) > 0 ? Outcome::cannot_tell : Outcome::passed;
}

bool GateReport::fails() const {
  return outcome() == Outcome::failed ||
         (strictness == Strictness::strict && outcome() == Outcome::cannot_tell);
}

}  // namespace ridgeline
