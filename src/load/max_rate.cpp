#include "ridgeline/max_rate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "load/longest.h"
#include "stats/early_stopping.h"
#include "stats/mean.h"

namespace ridgeline {
namespace {

constexpr int most_doublings = 60;

/// The search under one seed.
class Search {
 public:
  Search(Scenario scenario, const MaxRateOptions& options, const RunScenario& run)
      : scenario_(std::move(scenario)), options_(options), run_(run) {
    found_.seed = scenario_.seed;
  }

  Result<SeedRate> find() {
    double rate = scenario_.target_qps > 0 ? scenario_.target_qps : options_.start;
    RIDGELINE_TRY(first_valid, try_rate(rate));
    const double factor = first_valid ? 2 : 0.5;
    for (int i = 0; i < most_doublings && (found_.valid == 0 || !found_.invalid); ++i) {
      rate *= factor;
      if (rate < least_rate() || rate > options_.greatest) break;
      RIDGELINE_TRY(valid, try_rate(rate));
      static_cast<void>(valid);
    }
    RIDGELINE_CHECK(bracketed());
    while (*found_.invalid - found_.valid > options_.tolerance * found_.valid) {
      RIDGELINE_TRY(valid, try_rate(0.5 * (found_.valid + *found_.invalid)));
      static_cast<void>(valid);
    }
    return found_;
  }

 private:
  /// Below it the schedule would be longer than check(Scenario) allows.
  double least_rate() const {
    return std::max(options_.least, static_cast<double>(scenario_.min_queries) / load::longest.value());
  }

  Result<bool> try_rate(double rate) {
    scenario_.target_qps = rate;
    RIDGELINE_TRY(run, run_(scenario_));
    ++found_.runs;
    const Verdict verdict = summarize(run).verdict;
    if (run.interrupted) return unavailable(fmt::format("interrupted at {:g} queries/s", rate));
    if (verdict.valid) {
      found_.valid = rate;
    } else {
      found_.invalid = rate;
      found_.reasons = verdict.reasons;
    }
    return verdict.valid;
  }

  Status bracketed() const {
    if (found_.valid == 0) {
      return infeasible(fmt::format("no rate from {:g} queries/s up is VALID under seed {}: {}",
                                    *found_.invalid, found_.seed, fmt::join(found_.reasons, "; ")));
    }
    if (found_.invalid) return Status::success();
    return bad_input(
        fmt::format("every rate up to {:g} queries/s is VALID: the limit does not bind", found_.valid));
  }

  Scenario scenario_;
  const MaxRateOptions& options_;
  const RunScenario& run_;
  SeedRate found_;
};

Status check(const Scenario& s, const MaxRateOptions& options) {
  if (s.kind != ScenarioKind::server && s.kind != ScenarioKind::interactive) {
    return bad_input(
        fmt::format("the largest rate is of Server and Interactive; {} has none", to_string(s.kind)));
  }
  constexpr Nanoseconds none{0};
  if (s.target_latency == none && s.ttft_limit == none && s.tpot_limit == none) {
    return bad_input("the largest rate needs a limit: target_latency, ttft_limit or tpot_limit");
  }
  if (options.seeds == 0 || options.seeds > 1000) {
    return bad_input(fmt::format("seeds must be 1 to 1000; it is {}", options.seeds));
  }
  if (!(options.tolerance >= 1e-6 && options.tolerance <= 0.5)) {
    return bad_input(fmt::format("tolerance must be 1e-6 to 0.5; it is {:g}", options.tolerance));
  }
  if (!(options.start > 0 && options.least > 0 && options.greatest > options.least)) {
    return bad_input("start and least must be above 0, and greatest above least");
  }
  return Status::success();
}

}  // namespace

Result<MaxRate> find_max_rate(const Scenario& scenario, const MaxRateOptions& options,
                              const RunScenario& run) {
  RIDGELINE_CHECK(check(scenario, options));
  MaxRate result;
  std::vector<double> rates;
  Scenario next = scenario;
  // A short run at a low rate would fail for want of queries, and send the search the wrong way.
  next.min_queries = std::max(next.min_queries, stats::least_for_estimate(next.percentile));
  for (std::uint32_t i = 0; i < options.seeds; ++i) {
    next.seed = scenario.seed + i;
    RIDGELINE_TRY(found, Search(next, options, run).find());
    next.target_qps = found.valid;  // a good guess for the next seed
    rates.push_back(found.valid);
    result.seeds.push_back(std::move(found));
  }
  result.mean.value = stats::mean(rates);
  if (const auto interval = stats::mean_interval(rates)) {
    result.mean.low = interval->low;
    result.mean.high = interval->high;
  }
  const auto ends = std::minmax_element(rates.begin(), rates.end());
  result.smallest = *ends.first;
  result.largest = *ends.second;
  return result;
}

}  // namespace ridgeline
