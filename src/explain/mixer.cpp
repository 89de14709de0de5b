#include "explain/mixer.h"

#include <algorithm>
#include <optional>

namespace ridgeline::explain {
namespace {

FieldMask join(const std::vector<FieldMask>& factors, std::size_t set) {
  FieldMask mask = 0;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    if (((set >> i) & 1U) != 0) mask |= factors[i];
  }
  return mask;
}

/// What an impossible set of factors lacks: going from nothing to all of them through the set, the factor
/// at which mixtures become impossible, and the one at which they are possible again.
std::pair<std::size_t, std::size_t> conflict(Mixer& mixer, const std::vector<FieldMask>& factors,
                                             std::size_t set) {
  std::vector<std::size_t> order;
  for (const bool inside : {true, false}) {
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if ((((set >> i) & 1U) != 0) == inside) order.push_back(i);
    }
  }
  std::optional<std::size_t> spoiler;
  FieldMask mask = 0;
  for (const std::size_t i : order) {
    mask |= factors[i];
    const bool possible = mixer.possible(mask);
    if (!spoiler && !possible) spoiler = i;
    if (spoiler && possible) return {*spoiler, i};
  }
  return {order.front(), order.back()};  // not reached: all of the proposal is possible
}

}  // namespace

const Result<LoweredStep>& Mixer::lowered(FieldMask mask) {
  mask &= lowering_fields;
  const auto found = lowered_.find(mask);
  if (found != lowered_.end()) return found->second;
  return lowered_.emplace(mask, lower_step(mixed(baseline_, proposal_, mask))).first->second;
}

const Result<engine::DeviceView>& Mixer::device(FieldMask mask) {
  mask &= device_fields;
  const auto found = devices_.find(mask);
  if (found != devices_.end()) return found->second;
  Hardware hardware = baseline_.hardware;
  mix_hardware(hardware, proposal_.hardware, mask);
  auto view =
      engine::view(hardware, side(precision, mask).precision, side(parallelism, mask).parallelism.devices());
  return devices_.emplace(mask, std::move(view)).first->second;
}

bool Mixer::possible(FieldMask mask) { return lowered(mask) && device(mask); }

StepPoint Mixer::at(FieldMask mask) {
  const FieldMask key = mask & calibration_fields;
  auto found = calibrations_.find(key);
  if (found == calibrations_.end()) {
    found = calibrations_.emplace(key, baseline_.calibration).first;
    mix_calibration(found->second, proposal_.calibration, key);
  }
  return cost_step(*lowered(mask), *device(mask), found->second);
}

std::vector<FieldMask> Mixer::factors() {
  std::vector<FieldMask> factors;
  const bool whole_calibration = (changed_ & calibration_kind) != 0;
  for (unsigned i = 0; i < fields; ++i) {
    const FieldMask field = 1U << i;
    if ((changed_ & field) == 0 || (whole_calibration && (field & calibration_fields) != 0)) continue;
    factors.push_back(field);
  }
  if (whole_calibration) {
    const auto at =
        std::find_if(factors.begin(), factors.end(), [](FieldMask f) { return f > calibration_kind; });
    factors.insert(at, calibration_fields);
  }
  // Only these can be refused; each joining leaves one factor fewer.
  const auto can_clash = [](FieldMask f) {
    return (f & ((lowering_fields | device_fields) & ~(bandwidth | capacity | calibration_kind))) != 0;
  };
  for (bool again = true; again;) {
    again = false;
    std::vector<FieldMask> open;
    std::copy_if(factors.begin(), factors.end(), std::back_inserter(open), can_clash);
    for (std::size_t set = 1; set + 1 < (std::size_t{1} << open.size()) && !again; ++set) {
      if (possible(join(open, set))) continue;
      const auto [spoiler, mender] = conflict(*this, open, set);
      const FieldMask first = std::min(open[spoiler], open[mender]), joined = open[spoiler] | open[mender];
      std::erase_if(factors, [&](FieldMask f) { return f != first && (f & joined) != 0; });
      std::replace(factors.begin(), factors.end(), first, joined);
      again = true;
    }
  }
  return factors;
}

}  // namespace ridgeline::explain
