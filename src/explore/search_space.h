#pragma once
// A study's points on demand, for a search that chooses them. Each is predicted once and tallied once.

#include <unordered_map>

#include "explore/tally.h"

namespace ridgeline::studies {

class StudySpace final : public SearchSpace {
 public:
  /// All three must outlive it.
  StudySpace(const Study&, const ExploreOptions&, Tally&);

  const std::vector<Variable>& variables() const override { return variables_; }
  std::size_t objectives() const override;
  std::vector<std::vector<double>> evaluate(const std::vector<std::vector<std::uint32_t>>&) override;
  bool goes_on(std::size_t generation) override;
  bool was_stopped() const { return stopped_; }

 private:
  std::vector<double> fitness_of(const Digits&, const Evaluated&) const;

  const Study& study_;
  const ExploreOptions& options_;
  Tally& tally_;
  std::vector<Variable> variables_;
  std::unordered_map<std::uint64_t, std::vector<double>> seen_;  ///< by index
  bool stopped_ = false;
};

/// Lets the method choose the points. True: it came to its end.
Result<bool> search(const Study&, const ExploreOptions&, Tally&);

}  // namespace ridgeline::studies
