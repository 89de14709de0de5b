#include "explore/search_space.h"

#include <algorithm>
#include <cmath>

#include "explore/screen.h"

namespace ridgeline::studies {
namespace {

/// Above every objective, so that whatever is feasible is better in all of them.
constexpr double infeasible_from = 1e30;
/// What a point breaks, in units of the limit it breaks. Points that cannot be predicted come after all that
/// can, and those outside the space last.
constexpr double unpredicted = 1e6, outside = 1e9;

bool is_ordered(const StudyAxis& axis) {
  const bool name = axis.kind == AxisKind::model || axis.kind == AxisKind::hardware ||
                    axis.kind == AxisKind::precision || axis.kind == AxisKind::kv_cache;
  return !name && std::is_sorted(axis.values.begin(), axis.values.end(),
                                 [](const AxisValue& a, const AxisValue& b) { return a.number < b.number; });
}

/// How far the value is beyond the limit, as a share of it.
double excess(double value, double limit) {
  if (std::isnan(value)) return 1;
  return std::abs(value - limit) / std::max(std::abs(limit), 1e-12);
}

std::uint64_t index_of(const Study& study, const std::vector<std::uint32_t>& point) {
  std::uint64_t index = 0;
  for (std::size_t i = 0; i < point.size(); ++i) index = index * study.axes[i].values.size() + point[i];
  return index;
}

}  // namespace

StudySpace::StudySpace(const Study& study, const ExploreOptions& options, Tally& tally)
    : study_(study), options_(options), tally_(tally) {
  for (const StudyAxis& axis : study.axes)
    variables_.push_back({static_cast<std::uint32_t>(axis.values.size()), is_ordered(axis)});
}

std::size_t StudySpace::objectives() const { return study_.objectives.size(); }

std::vector<double> StudySpace::fitness_of(const Digits& digits, const Evaluated& point) const {
  double broken = 0;
  std::uint32_t missing = 0;
  Keys keys{};
  if (point.fate == Fate::excluded) {
    broken = outside + condition_excess(study_, digits);
  } else if (point.fate != Fate::predicted) {
    broken = unpredicted;
  } else {
    for (const StudyConstraint& c : study_.constraints) {
      const double value = point.values[c.metric];
      if (!std::isnan(value) && compares(c.criterion.comparison, value, c.criterion.limit)) continue;
      broken += 1e-9 + excess(value, c.criterion.limit);
    }
    keys = keys_of(study_, point.values, missing);
    for (std::size_t i = 0; i < study_.objectives.size(); ++i) broken += missing >> i & 1U;
    broken = std::min(broken, unpredicted / 2);
  }
  if (broken == 0)
    return {keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(study_.objectives.size())};
  return std::vector<double>(study_.objectives.size(), infeasible_from * (1 + broken));
}

std::vector<std::vector<double>> StudySpace::evaluate(const std::vector<std::vector<std::uint32_t>>& points) {
  std::vector<std::uint64_t> indices, unseen;
  for (const auto& point : points) {
    indices.push_back(index_of(study_, point));
    if (seen_.try_emplace(indices.back()).second) unseen.push_back(indices.back());
  }
  std::vector<Evaluated> found(unseen.size());
  predict_each(study_, unseen, options_.threads, found);
  for (std::size_t i = 0; i < unseen.size(); ++i) {
    const Digits digits = digits_of(study_, unseen[i]);
    tally_.add(study_, unseen[i], digits, found[i]);
    seen_[unseen[i]] = fitness_of(digits, found[i]);
  }
  std::vector<std::vector<double>> fitness;
  for (const std::uint64_t index : indices) fitness.push_back(seen_[index]);
  return fitness;
}

bool StudySpace::goes_on(std::size_t generation) {
  if (options_.progress) options_.progress({generation, study_.search->generations, "searching"});
  stopped_ = (options_.stop != nullptr && *options_.stop) ||
             (options_.most_points > 0 && tally_.explored >= options_.most_points);
  return !stopped_;
}

Result<bool> search(const Study& study, const ExploreOptions& options, Tally& tally) {
  if (!options.search)
    return unavailable("the study asks for a search, and this build has none: it was made without pagmo2");
  if (options.resume)
    return bad_input("a search keeps no journal; begin anew: the same seed chooses the same points");
  StudySpace space(study, options, tally);
  RIDGELINE_CHECK(options.search(space, *study.search));
  return !space.was_stopped();
}

}  // namespace ridgeline::studies
