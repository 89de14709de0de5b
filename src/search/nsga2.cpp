#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <pagmo/algorithm.hpp>
#include <pagmo/algorithms/nsga2.hpp>
#include <pagmo/algorithms/sga.hpp>
#include <pagmo/batch_evaluators/member_bfe.hpp>
#include <pagmo/bfe.hpp>
#include <pagmo/population.hpp>
#include <pagmo/problem.hpp>

#include "ridgeline/search.h"

namespace ridgeline {
namespace {

using pagmo::vector_double;

/// Ordered variables with fewer values are treated as names: there is nothing between their values.
constexpr std::uint32_t few_values = 8;

/// pagmo has the real variables ahead of the whole ones, and none that cannot vary; here is which of ours
/// each is.
struct Layout {
  std::vector<std::size_t> variable;
  std::size_t reals = 0;

  explicit Layout(const SearchSpace& space) {
    const auto& all = space.variables();
    const auto is_real = [&](std::size_t i) { return all[i].ordered && all[i].values >= few_values; };
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].values > 1) variable.push_back(i);
    }
    std::stable_partition(variable.begin(), variable.end(), is_real);
    reals = static_cast<std::size_t>(std::count_if(variable.begin(), variable.end(), is_real));
  }
};

/// What pagmo asks of a problem. It copies problems freely, so this holds pointers only.
class AsProblem {
 public:
  AsProblem() = default;  // pagmo's problems must be constructible from nothing
  AsProblem(SearchSpace& space, const Layout& layout) : space_(&space), layout_(&layout) {}

  vector_double fitness(const vector_double& x) const { return batch_fitness(x); }
  vector_double batch_fitness(const vector_double& many) const {
    const std::size_t n = layout_->variable.size();
    std::vector<std::vector<std::uint32_t>> points;
    for (std::size_t at = 0; at < many.size(); at += n) points.push_back(point_of(many.data() + at));
    vector_double all;
    for (const std::vector<double>& one : space_->evaluate(points))
      all.insert(all.end(), one.begin(), one.end());
    return all;
  }
  std::pair<vector_double, vector_double> get_bounds() const {
    vector_double low, high;
    for (std::size_t i = 0; i < layout_->variable.size(); ++i) {
      // Half a value more at either end, so that rounding gives the ends their share.
      const double beyond = i < layout_->reals ? 0.4999 : 0;
      low.push_back(-beyond);
      high.push_back(space_->variables()[layout_->variable[i]].values - 1.0 + beyond);
    }
    return {low, high};
  }
  vector_double::size_type get_nobj() const { return space_ == nullptr ? 1 : space_->objectives(); }
  vector_double::size_type get_nix() const {
    return layout_ == nullptr ? 0 : layout_->variable.size() - layout_->reals;
  }

 private:
  std::vector<std::uint32_t> point_of(const double* x) const {
    std::vector<std::uint32_t> point(space_->variables().size(), 0);
    for (std::size_t i = 0; i < layout_->variable.size(); ++i) {
      const double last = space_->variables()[layout_->variable[i]].values - 1.0;
      point[layout_->variable[i]] = static_cast<std::uint32_t>(std::clamp(std::round(x[i]), 0.0, last));
    }
    return point;
  }

  SearchSpace* space_ = nullptr;
  const Layout* layout_ = nullptr;
};

/// One generation at a time, so that somebody may stop it in between; its random numbers go on.
pagmo::algorithm one_generation(const SearchSpace& space, const Layout& layout, unsigned seed) {
  // One variable of a child changes by chance, on average; the distribution indices are Deb's.
  const double mutation = 1.0 / static_cast<double>(layout.variable.size());
  if (space.objectives() == 1)
    return pagmo::algorithm(
        pagmo::sga(1, 0.9, 10, mutation, 20, 2, "exponential", "polynomial", "tournament", seed));
  pagmo::nsga2 method(1, 0.9, 15, mutation, 20, seed);
  method.set_bfe(pagmo::bfe{pagmo::member_bfe{}});
  return pagmo::algorithm(method);
}

}  // namespace

Status search_nsga2(SearchSpace& space, const StudySearch& settings) {
  try {
    const Layout layout(space);
    if (layout.variable.empty()) {
      space.evaluate({std::vector<std::uint32_t>(space.variables().size(), 0)});
      return Status::success();
    }
    const auto seed = static_cast<unsigned>(settings.seed);
    pagmo::population population(pagmo::problem(AsProblem(space, layout)), pagmo::bfe{pagmo::member_bfe{}},
                                 settings.population, seed);
    const pagmo::algorithm method = one_generation(space, layout, seed);
    for (std::size_t g = 0; space.goes_on(g) && g < settings.generations; ++g)
      population = method.evolve(population);
    return Status::success();
  } catch (const std::exception& wrong) {
    std::string message = wrong.what();
    std::replace(message.begin(), message.end(), '\n', ' ');
    return unavailable(fmt::format("the search failed: {}", message));
  }
}

}  // namespace ridgeline
