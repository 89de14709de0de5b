#include "explore/survival.h"

#include <algorithm>

#include "base/portable_math.h"
#include "base/random.h"

namespace ridgeline::studies {
namespace {

/// Draws are fewer where contenders are so many that comparing them would take minutes.
constexpr double most_comparisons = 2e9;

struct Contender {
  std::size_t device = 0;
  std::uint64_t index = 0;
  Raw raw;
};

std::vector<Contender> contenders_of(const Study& study, const Tally& tally) {
  std::vector<Contender> all;
  Evaluator evaluator(study);
  for (std::size_t d = 0; d < tally.devices.size(); ++d) {
    for (const Member& m : tally.devices[d].sorted())
      all.push_back({d, m.index, evaluator.evaluate(m.index).raw});
  }
  return all;
}

}  // namespace

FrontSurvival survive(const Study& study, const Tally& tally, const std::vector<Member>& front) {
  const std::vector<Contender> contenders = contenders_of(study, tally);
  FrontSurvival result;
  result.contenders = contenders.size();
  const double n = std::max<double>(1, static_cast<double>(contenders.size()));
  result.draws = std::min(study.draws, static_cast<std::size_t>(std::max(20.0, most_comparisons / (n * n))));
  std::vector<RandomStream> streams;
  for (std::size_t d = 0; d < study.devices.size(); ++d) {
    const StudyDevice& device = study.devices[d];
    streams.emplace_back(study.seed, "error of predictions on " + device.hardware.id);
    if (device.calibration.spread <= 0 && !tally.devices[d].members().empty())
      result.unknown.push_back(device.hardware.id);
  }
  // Nothing to draw: no device of a contender has a known error.
  if (std::none_of(contenders.begin(), contenders.end(),
                   [&](const Contender& c) { return study.devices[c.device].calibration.spread > 0; }))
    return result;
  std::vector<std::uint64_t> on(front.size(), 0), feasible(front.size(), 0);
  // Where a front point stands among the contenders.
  std::vector<std::size_t> front_of(contenders.size(), front.size());
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    for (std::size_t f = 0; f < front.size(); ++f) {
      if (front[f].index == contenders[c].index) front_of[c] = f;
    }
  }
  std::vector<double> times(study.devices.size()), first(study.devices.size());
  for (std::size_t draw = 0; draw < result.draws; ++draw) {
    for (std::size_t d = 0; d < times.size(); ++d) {
      const Calibration& c = study.devices[d].calibration;
      times[d] = portable_exp(c.spread * streams[d].normal());
      first[d] = portable_exp(c.first_token_spread * streams[d].normal());
    }
    Archive drawn(study.objectives.size());
    std::vector<std::pair<std::size_t, Keys>> kept;
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const Contender& c = contenders[i];
      const Values values =
          values_of(study.kind, stretched(study.kind, c.raw, times[c.device], first[c.device]));
      if (!standing_of(study, values).keeps_all()) continue;
      std::uint32_t missing = 0;
      const Keys keys = keys_of(study, values, missing);
      drawn.add({i, 0, keys});
      if (front_of[i] == front.size()) continue;
      ++feasible[front_of[i]];
      kept.emplace_back(front_of[i], keys);
    }
    // By keys and not by index: points that have become equal are all on the front.
    for (const auto& [f, keys] : kept) {
      on[f] += std::any_of(drawn.members().begin(), drawn.members().end(),
                           [&seen = keys](const Member& m) { return m.keys == seen; });
    }
  }
  const auto share = [&](std::uint64_t times_seen) {
    return static_cast<double>(times_seen) / static_cast<double>(result.draws);
  };
  for (std::size_t f = 0; f < front.size(); ++f) {
    result.on_front.push_back(share(on[f]));
    result.feasible.push_back(share(feasible[f]));
  }
  return result;
}

}  // namespace ridgeline::studies
