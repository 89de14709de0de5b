#include "explain/run_comparable.h"

#include <fmt/format.h>

#include <algorithm>

#include "ridgeline/digest.h"

namespace ridgeline::explain {
namespace {

bool is_offline(const Run& run) { return run.scenario.kind == ScenarioKind::offline; }

std::uint64_t queries_of(const Run& run) {
  if (run.digest) return run.digest->queries;
  return is_offline(run) ? run.sample_completions.size() : run.queries.size();
}

double samples_per_query(const Run& run) {
  if (run.digest) return run.digest->samples_per_query;
  double samples = 0;
  for (const QueryRecord& q : run.queries) samples += q.samples;
  return samples / static_cast<double>(run.queries.size());
}

bool same_lengths(const TokenLengthDistribution& a, const TokenLengthDistribution& b) {
  return a.kind == b.kind && a.low == b.low && a.high == b.high && a.input_mean == b.input_mean &&
         a.input_cv == b.input_cv && a.output_mean == b.output_mean && a.output_cv == b.output_cv &&
         a.path == b.path;
}

std::string describe(const TokenLengthDistribution& d) {
  using enum TokenLengthDistribution::Kind;
  switch (d.kind) {
    case system:
      return "the system's own";
    case fixed:
      return fmt::format("{}/{}", d.low.input, d.low.output);
    case uniform:
      return fmt::format("{}-{}/{}-{}", d.low.input, d.high.input, d.low.output, d.high.output);
    case lognormal:
      return fmt::format("lognormal {},{}/{},{}", d.input_mean, d.input_cv, d.output_mean, d.output_cv);
    case empirical:
      return d.path;
  }
  return {};
}

}  // namespace

Status check_comparable(const Run& a, const Run& b, const RunComparison& how) {
  if (how.replicas < 200 || how.replicas > 1'000'000)
    return bad_input(fmt::format("compare: {} replicas; must be 200 to 1000000", how.replicas));
  if (!(how.confidence > 0.5 && how.confidence <= 0.99))
    return bad_input(
        fmt::format("compare: a confidence of {}; must be above 0.5, at most 0.99", how.confidence));
  if (!(how.detect > 0))
    return bad_input(fmt::format("compare: a change of {}; must be above 0", how.detect));
  for (const auto& [run, name] : {std::pair(&a, 'A'), std::pair(&b, 'B')}) {
    if (queries_of(*run) == 0)
      return bad_input(fmt::format("compare: {} completed no query: there is nothing to compare", name));
  }
  if (is_offline(a) != is_offline(b)) {
    return bad_input(
        fmt::format("compare: {} against {}: Offline has all its samples at the start and a rate for its "
                    "result, not latencies; "
                    "compare two Offline runs, or two others",
                    to_string(a.scenario.kind), to_string(b.scenario.kind)));
  }
  if (!is_offline(a) && samples_per_query(a) != samples_per_query(b)) {
    return bad_input(fmt::format(
        "compare: the runs do different work: {:.4g} samples a query against {:.4g}; latencies of "
        "different queries say nothing of each other",
        samples_per_query(a), samples_per_query(b)));
  }
  const TokenLengthDistribution &in_a = a.scenario.lengths, &in_b = b.scenario.lengths;
  const bool both_set = in_a.kind != TokenLengthDistribution::Kind::system &&
                        in_b.kind != TokenLengthDistribution::Kind::system;
  if (both_set && !same_lengths(in_a, in_b)) {
    return bad_input(
        fmt::format("compare: the runs do different work: tokens (input/output) are {} in A and {} in B",
                    describe(in_a), describe(in_b)));
  }
  if (how.paired.value_or(false) &&
      (a.digest || b.digest || is_offline(a) || a.queries.size() != b.queries.size())) {
    return bad_input(
        "compare: the runs cannot be paired: both must have kept as many queries, one for one; leave it to "
        "the runs");
  }
  return Status::success();
}

bool same_schedule(const Run& a, const Run& b) {
  return !a.digest && !b.digest && is_open_loop(a.scenario.kind) && is_open_loop(b.scenario.kind) &&
         std::equal(a.queries.begin(), a.queries.end(), b.queries.begin(), b.queries.end(),
                    [](const QueryRecord& x, const QueryRecord& y) {
                      return x.scheduled == y.scheduled && x.samples == y.samples;
                    });
}

}  // namespace ridgeline::explain
