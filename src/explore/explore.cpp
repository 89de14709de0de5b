#include <algorithm>

#include "explore/conclude.h"
#include "explore/costs.h"
#include "explore/screen.h"
#include "explore/search_space.h"
#include "explore/sensitivity.h"
#include "explore/survival.h"
#include "explore/verify.h"

namespace ridgeline {
namespace {

using namespace studies;

std::vector<StudyPoint> describe_all(const Study& study, const std::vector<Member>& members) {
  std::vector<StudyPoint> points;
  for (const Member& m : members) points.push_back(describe(study, m));
  return points;
}

void report_errors(const Study& study, const Tally& tally, StudyResult& result) {
  for (const auto& [kind, e] : tally.errors)
    result.errors.push_back({e.does_not_fit, e.count, e.example, study.at(e.example), e.message});
  std::sort(result.errors.begin(), result.errors.end(), [](const StudyError& a, const StudyError& b) {
    return a.count != b.count ? a.count > b.count : a.example < b.example;
  });
}

/// Of each objective; ties go to the better by the other objectives, in their order.
std::vector<std::size_t> best_by_objective(const Study& study, const std::vector<Member>& front) {
  std::vector<std::size_t> best;
  for (std::size_t o = 0; !front.empty() && o < study.objectives.size(); ++o) {
    best.push_back(static_cast<std::size_t>(
        std::min_element(front.begin(), front.end(),
                         [o](const Member& a, const Member& b) { return a.keys[o] < b.keys[o]; }) -
        front.begin()));
  }
  return best;
}

void report_unknown(const Study& study, const Tally& tally, StudyResult& result) {
  for (const auto& [missing, group] : tally.partial) {
    UnknownGroup unknown;
    for (std::size_t o = 0; o < study.objectives.size(); ++o) {
      if ((missing >> o & 1U) != 0)
        unknown.metrics.emplace_back(study_metrics(study.kind)[study.objectives[o].metric].name);
    }
    unknown.count = group.count;
    unknown.points = describe_all(study, group.archive.sorted());
    result.unknown.push_back(std::move(unknown));
  }
}

/// Who could win instead of the best by the first objective: the next by it, and the front.
std::vector<Member> rivals_of(const Tally& tally, const std::vector<Member>& front) {
  std::vector<Member> rivals = tally.top.members();
  if (rivals.empty() || rivals.front().index != front.front().index)
    rivals.insert(rivals.begin(), front.front());
  for (const Member& m : front) {
    if (std::none_of(rivals.begin(), rivals.end(), [&](const Member& r) { return r.index == m.index; }))
      rivals.push_back(m);
  }
  return rivals;
}

}  // namespace

Result<StudyResult> studies::conclude(const Study& study, const Tally& tally, const ExploreOptions& options) {
  StudyResult result;
  result.searched = tally.searched;
  result.points = study.points();
  result.explored = tally.explored;
  result.excluded = tally.excluded;
  result.does_not_fit = tally.does_not_fit;
  result.failed = tally.failed;
  result.fell = tally.fell;
  result.untold = tally.untold;
  result.feasible = tally.feasible;
  const Archive front = tally.front();
  const std::vector<Member> members = front.sorted();
  report_constraints(study, tally, front, result);
  report_errors(study, tally, result);
  report_unknown(study, tally, result);
  result.front = describe_all(study, members);
  result.best = best_by_objective(study, members);
  result.top = describe_all(study, tally.top.members());
  if (result.interrupted()) {
    if (options.keep_journal && !study.search) options.keep_journal(write_journal(study, tally));
    return result;
  }
  if (members.empty()) return result;
  if (study.draws > 0) result.survival = survive(study, tally, members);
  if (study.sensitivity) result.sensitivity = sensitivities(study, rivals_of(tally, members));
  if (study.verify) {
    RIDGELINE_TRY(verified, verify(study, result.front, options));
    result.cut_short = verified.size() < verifications(study, result.front.size());
    result.verified = std::move(verified);
    if (result.cut_short && options.keep_journal && !study.search)
      options.keep_journal(write_journal(study, tally));
  }
  return result;
}

Result<StudyResult> explore(const Study& study, const ExploreOptions& options) {
  Tally tally(study);
  if (study.search) {
    RIDGELINE_TRY(ended, search(study, options, tally));
    tally.searched = ended;
    return conclude(study, tally, options);
  }
  if (options.resume) {
    RIDGELINE_TRY(kept, read_journal(study, *options.resume));
    tally = std::move(kept);
  }
  screen(study, options, tally);
  return conclude(study, tally, options);
}

}  // namespace ridgeline
