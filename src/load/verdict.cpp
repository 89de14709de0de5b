#include "load/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "stats/early_stopping.h"
#include "stats/quantile.h"

namespace ridgeline::load {
namespace {

using Reasons = std::vector<std::string>;

constexpr double most_lateness = 0.01;  // of the latency limit

std::string plain(Seconds t) { return t >= Seconds(1000) ? fmt::format("{:.0f} s", t.value()) : show(t); }

/// Both as text; with all digits where three would look the same.
std::pair<std::string, std::string> apart(Seconds a, Seconds b) {
  auto texts = std::make_pair(plain(a), plain(b));
  if (a != b && texts.first == texts.second) {
    texts = {fmt::format("{:.9f} s", a.value()), fmt::format("{:.9f} s", b.value())};
  }
  return texts;
}

std::string percentile_name(double p) { return fmt::format("P{:g}", p * 100); }

/// "90th percentile", "92nd percentile", "99.9th percentile".
std::string ordinal(double p) {
  const std::string number = fmt::format("{:g}", p * 100);
  const bool whole = number.find('.') == std::string::npos, teen = number.size() == 2 && number[0] == '1';
  const char last = whole && !teen ? number.back() : '0';
  return number + (last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th") + " percentile";
}

/// The time that min_duration is held against.
Seconds time_that_counts(const Run& run, const Seen& seen) {
  if (run.scenario.kind == ScenarioKind::offline) return to_seconds(seen.end);
  return to_seconds(is_open_loop(run.scenario.kind) ? seen.last_scheduled : seen.last_issued);
}

void judge_duration(const Run& run, const Seen& seen, Reasons& reasons) {
  const Seconds ran = time_that_counts(run, seen), asked = to_seconds(run.scenario.min_duration);
  if (ran >= asked) return;
  const auto texts = apart(ran, asked);
  reasons.push_back(fmt::format("ran {} of the {} that the scenario asks for", texts.first, texts.second));
}

/// Latencies are of those that were answered, and would praise a system for giving up.
void judge_lost(const Run& run, const Summary& summary, Reasons& reasons) {
  if (summary.lost() == 0) return;
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  reasons.push_back(fmt::format("{} of {} {} got no answer: {}", summary.lost(),
                                offline ? summary.samples + summary.lost() : summary.issued(),
                                offline ? "samples" : "queries", describe_lost(run)));
}

void judge_count(const Run& run, const Summary& summary, Reasons& reasons) {
  const bool offline = run.scenario.kind == ScenarioKind::offline;
  const std::uint64_t seen = offline ? summary.samples : summary.queries;
  if (seen >= run.scenario.min_queries) return;
  reasons.push_back(fmt::format("completed {} of the {} {} that the scenario asks for", seen,
                                run.scenario.min_queries, offline ? "samples" : "queries"));
}

/// LoadGen's equal issue: every sample of the data set was asked for as often as every other.
void judge_passes(const Run& run, const Summary& summary, Reasons& reasons) {
  const std::uint64_t dataset = run.scenario.dataset_samples;
  const bool applies = is_open_loop(run.scenario.kind) || run.scenario.kind == ScenarioKind::offline;
  if (!applies || dataset == 0 || summary.samples % dataset == 0) return;
  reasons.push_back(fmt::format("{} samples are not a whole number of passes over the data set of {}",
                                summary.samples, dataset));
}

/// SingleStream and MultiStream: enough queries for an early-stopping estimate.
void judge_estimate(const Run& run, const Seen& seen, Reasons& reasons) {
  const double p = run.scenario.percentile;
  const std::uint64_t needed = stats::least_for_estimate(p);
  if (seen.queries >= needed) return;
  reasons.push_back(
      fmt::format("early stopping needs {} queries at the {}, had {}", needed, ordinal(p), seen.queries));
}

/// The percentile within its limit, and early stopping's proof that it is. `what` starts the sentence, and is
/// empty for the latency. Both go by how many are over, which a digest knows exactly.
void judge_times(const Scenario& s, const Times& times, Nanoseconds limit, std::string_view what,
                 Reasons& reasons) {
  const std::uint64_t rank = stats::nearest_rank(times.size(), s.percentile), over = times.over(limit);
  const auto texts = apart(to_seconds(times.at_rank(rank)), to_seconds(limit));
  const bool exceeds = over >= times.size() - rank;
  if (exceeds && stats::supports_quantile(times.size(), s.percentile)) {
    reasons.push_back(fmt::format("{}{} {} exceeds the limit of {}", what, percentile_name(s.percentile),
                                  texts.first, texts.second));
    return;
  }
  if (stats::enough_queries(times.size(), over, s.percentile)) return;
  const std::uint64_t needed = stats::queries_under_needed(over, s.percentile) + over;
  reasons.push_back(
      fmt::format("{}early stopping needs {} queries at the {} when {} exceed the limit of {}, had {}", what,
                  needed, ordinal(s.percentile), over, texts.second, times.size()));
}

void judge_limits(const Scenario& s, const Seen& seen, Reasons& reasons) {
  constexpr Nanoseconds none{0};
  if (s.latency_limit() != none) judge_times(s, seen.latency, s.latency_limit(), "", reasons);
  const auto judge_tokens = [&](Nanoseconds limit, const Times& times, std::string_view name) {
    if (limit == none) return;
    if (times.size() == 0) {
      reasons.push_back(fmt::format("{} has a limit, and no query reported a first token and another", name));
      return;
    }
    judge_times(s, times, limit, fmt::format("{}: ", name), reasons);
  };
  judge_tokens(s.ttft_limit, seen.first_token, "TTFT");
  judge_tokens(s.tpot_limit, seen.per_token, "TPOT");
}

/// Of those on the whole latency and on the first token, which a late issue eats into; 0: none.
Nanoseconds tightest_limit(const Scenario& s) {
  const Nanoseconds whole = s.latency_limit(), first = s.ttft_limit, none{0};
  if (whole == none || first == none) return std::max(whole, first);
  return std::min(whole, first);
}

/// A client that is late charges its own delay to the system, or hides a burst from it.
void judge_lateness(const Run& run, const Summary& summary, Reasons& reasons) {
  const Seconds limit = to_seconds(tightest_limit(run.scenario));
  if (!summary.lateness_p99 || limit == Seconds(0) || *summary.lateness_p99 <= most_lateness * limit) return;
  const auto texts = apart(*summary.lateness_p99, most_lateness * limit);
  reasons.push_back(
      fmt::format("queries were issued late: P99 of the lateness {} exceeds {}, 1 % of the limit of {}",
                  texts.first, texts.second, plain(limit)));
}

}  // namespace

Verdict judge(const Run& run, const Summary& summary, const Seen& seen) {
  Reasons reasons;
  if (run.interrupted) reasons.push_back("the run was interrupted before the scenario was complete");
  judge_lost(run, summary, reasons);
  if (seen.queries == 0) {
    reasons.push_back("no query completed");
  } else {
    judge_duration(run, seen, reasons);
    judge_count(run, summary, reasons);
    judge_passes(run, summary, reasons);
    switch (run.scenario.kind) {
      case ScenarioKind::single_stream:
      case ScenarioKind::multi_stream:
        judge_estimate(run, seen, reasons);
        break;
      case ScenarioKind::server:
      case ScenarioKind::interactive:
      case ScenarioKind::constant_stream:
      case ScenarioKind::closed_loop:
        judge_limits(run.scenario, seen, reasons);
        judge_lateness(run, summary, reasons);
        break;
      case ScenarioKind::offline:
        break;
    }
  }
  Verdict verdict;
  verdict.valid = reasons.empty();
  verdict.reasons = std::move(reasons);
  return verdict;
}

}  // namespace ridgeline::load
