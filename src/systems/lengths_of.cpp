#include "systems/lengths_of.h"

namespace ridgeline::systems {

std::vector<TokenLengths> lengths_of(const Schedule& schedule, const Query& query) {
  const auto& all = schedule.lengths;
  if (all.empty()) return {};
  if (schedule.scenario.kind != ScenarioKind::offline)
    return std::vector<TokenLengths>(query.samples, all[query.id % all.size()]);
  std::vector<TokenLengths> each;
  each.reserve(query.samples);
  for (std::size_t i = 0; i < query.samples; ++i) each.push_back(all[i % all.size()]);
  return each;
}

}  // namespace ridgeline::systems
