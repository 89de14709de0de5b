// Two setups: predict both, attribute what differs, look around the proposal.

#include "ridgeline/explanation.h"

#include <cmath>

#include "explain/details.h"
#include "explain/metrics.h"
#include "explain/sentences.h"
#include "explain/what_if.h"
#include "explain/work.h"

namespace ridgeline {

Result<Profile> predict(const Setup& s) {
  return predict(s.model, s.hardware, s.precision, s.shape, s.calibration, s.parallelism);
}

namespace {

using namespace explain;

Status check(const CompareOptions& options) {
  if (options.exact_factors > 20) return bad_input("exact_factors: at most 20; the solves double with each");
  if (options.permutations < 2) return bad_input("permutations: 2 or more");
  if (!(options.amortisation_years > 0) || !std::isfinite(options.amortisation_years))
    return bad_input("amortisation_years: a positive number");
  return Status::success();
}

Status check_price(const Setup& setup) {
  if (!setup.price_per_hour) return Status::success();
  const double price = setup.price_per_hour->value();
  if (price > 0 && std::isfinite(price)) return Status::success();
  return bad_input("price_per_hour: a positive number of dollars");
}

}  // namespace

Result<Explanation> compare(const Setup& baseline, const Setup& proposal, const CompareOptions& options) {
  RIDGELINE_CHECK(check(options));
  RIDGELINE_CHECK(check_price(baseline));
  RIDGELINE_CHECK(check_price(proposal));
  RIDGELINE_TRY(before, predict(baseline));
  RIDGELINE_TRY(after, predict(proposal));
  RIDGELINE_TRY(work, common_work(baseline, proposal));
  RIDGELINE_TRY(what_if, WhatIf::make(proposal));

  Explanation e;
  e.profiles = difference_of(before, after, work);
  Mixer mixer(baseline, proposal);
  attribute(e, baseline, proposal, mixer, options);
  for (const MetricPart& part : e.latency.parts) {
    if (part.factor != name_of(capacity)) e.profiles.parts.push_back({part.factor, Seconds(part.value)});
  }
  const auto unused = [&](double ratio, Knob knob) {
    return ratio > 1 + same && as_fast_with(what_if, knob, 1 / ratio);
  };
  tell(e.profiles,
       {unused(e.profiles.peak_ratio, Knob::peak), unused(e.profiles.bandwidth_ratio, Knob::bandwidth)});
  e.idle = find_idle(what_if, baseline);
  e.shifts = find_shifts(what_if);
  e.elasticities = find_elasticities(what_if, work);
  e.sentences = details(e, options);
  return e;
}

}  // namespace ridgeline
