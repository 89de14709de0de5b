#include <fmt/format.h>
#include <fmt/ranges.h>

#include "gate/metrics.h"
#include "gate/observe.h"

namespace ridgeline {
namespace {

void warn_of(const gate::Side& side, std::string_view who, std::vector<std::string>& warnings) {
  if (side.run.interrupted) warnings.push_back(fmt::format("{} was interrupted", who));
  if (!side.summary.verdict.valid)
    warnings.push_back(fmt::format("{} is INVALID: {}", who, fmt::join(side.summary.verdict.reasons, "; ")));
}

/// What else than the change could make the difference.
void warn_of_settings(const Run& a, const Run& b, std::vector<std::string>& warnings) {
  const auto differ = [&warnings](std::string_view what, std::string_view in_a, std::string_view in_b) {
    if (in_a != in_b)
      warnings.push_back(fmt::format("the runs differ in {}: {} against {}", what, in_a, in_b));
  };
  const auto rate = [](const Run& run) { return fmt::format("{:g} queries/s", run.scenario.target_qps); };
  differ("origin", to_string(a.origin), to_string(b.origin));
  differ("scenario", to_string(a.scenario.kind), to_string(b.scenario.kind));
  differ("target rate", rate(a), rate(b));
  differ("users", fmt::format("{}", a.scenario.users), fmt::format("{}", b.scenario.users));
  differ("workload", a.workload, b.workload);
  differ("machine", a.machine, b.machine);
}

}  // namespace

Result<GateReport> check(const Run& base, const Run& head, std::span<const Criterion> criteria,
                         const GateOptions& options) {
  if (criteria.empty()) return bad_input("no criterion to check");
  RIDGELINE_TRY(difference, compare(base, head, options.comparison));
  const gate::Side of_base(base), of_head(head);
  GateReport report;
  report.base = options.base_name;
  report.head = options.head_name;
  report.strictness = options.strictness;
  report.warnings = gate::reversed(criteria, gate_run_metrics());
  warn_of(of_base, "BASE", report.warnings);
  warn_of(of_head, "HEAD", report.warnings);
  warn_of_settings(base, head, report.warnings);
  for (const Criterion& c : criteria) {
    CriterionResult result{c, gate::observe(c.metric, difference, of_base, of_head), {}};
    result.judgement = judge(c, result.seen);
    report.results.push_back(std::move(result));
  }
  report.difference = std::move(difference);
  return report;
}

}  // namespace ridgeline
