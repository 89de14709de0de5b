#include <fmt/format.h>

#include <algorithm>

#include "gate/metrics.h"

namespace ridgeline {
namespace {

std::optional<double> value_of(const Prediction& prediction, const std::string& metric) {
  for (const Prediction::Figure& f : prediction.figures) {
    if (f.metric == metric) return f.value;
  }
  return std::nullopt;
}

Estimate point(double value) {
  Estimate e;
  e.value = value;
  e.low = e.high = value;
  return e;
}

Observation observe(const std::string& metric, const Prediction& base, const Prediction& head) {
  Observation seen;
  seen.head_certainty = seen.change_certainty = Certainty::exact;
  seen.base = value_of(base, metric);
  const auto in_head = value_of(head, metric);
  if (in_head) {
    seen.head.emplace();
    seen.head->value = *in_head;
  }
  if (!seen.base || !in_head) return seen;
  const double change = *in_head - *seen.base;
  seen.absolute = point(change);
  if (*seen.base != 0) seen.relative = point(change / *seen.base);
  seen.evidence = change == 0 ? Evidence::not_shown : Evidence::shown;
  return seen;
}

Status comparable(const Prediction& base, const Prediction& head) {
  if (base.kind != head.kind)
    return bad_input(
        fmt::format("these cannot be compared: {} against {}", to_string(base.kind), to_string(head.kind)));
  if (base.model != head.model)
    return bad_input(
        fmt::format("these predictions are of different work: {} against {}", base.model, head.model));
  if (base.work != head.work)
    return bad_input(
        fmt::format("these predictions are of different work: {} against {}", base.work, head.work));
  return Status::success();
}

}  // namespace

Result<GateReport> check(const Prediction& base, const Prediction& head, std::span<const Criterion> criteria,
                         const GateOptions& options) {
  if (criteria.empty()) return bad_input("no criterion to check");
  RIDGELINE_CHECK(comparable(base, head));
  GateReport report;
  report.base = options.base_name;
  report.head = options.head_name;
  report.strictness = options.strictness;
  report.warnings = gate::reversed(criteria, prediction_metrics(head.kind));
  if (!base.misfit.empty())
    report.warnings.push_back(fmt::format("BASE ({}) does not fit: {}", base.subject, base.misfit));
  if (!head.misfit.empty())
    report.broken.push_back(fmt::format("HEAD ({}) does not fit: {}", head.subject, head.misfit));
  for (const Criterion& c : criteria) {
    CriterionResult result{c, observe(c.metric, base, head), {}};
    result.judgement = judge(c, result.seen);
    report.results.push_back(std::move(result));
  }
  return report;
}

}  // namespace ridgeline
