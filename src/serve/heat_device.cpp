#include "serve/heat_device.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace ridgeline::serve {

HeatDevice::HeatDevice(const HeatModel& model)
    : model_(&model),
      network_(model.nodes, model.ambient_celsius.value),
      period_(to_nanoseconds(model.governor.period.value)),
      next_tick_(period_),
      last_seen_(model.ambient_celsius.value),
      slots_(1) {
  slots_[0].celsius = network_.hottest();
}

Watts HeatDevice::active_power() const {
  return model_->idle.value + model_->steps[step_].power * (model_->active.value - model_->idle.value);
}

void HeatDevice::idle_until(Nanoseconds at) {
  assert(at >= now_);
  pass(false, at - now_);
}

void HeatDevice::stall(Nanoseconds time) { pass(true, time); }

void HeatDevice::pass(bool active, Nanoseconds time) {
  while (time > Nanoseconds(0)) {
    const Nanoseconds stretch = std::min(time, until_tick());
    spend(active ? active_power() : model_->idle.value, stretch);
    time -= stretch;
  }
}

Nanoseconds HeatDevice::compute(double& left, double compute_share, Nanoseconds most) {
  const Nanoseconds start = now_;
  while (left > 0 && most > Nanoseconds(0)) {
    const double slowdown = compute_share / clock() + (1 - compute_share);
    const Nanoseconds stretch = std::min(most, until_tick());
    const double needed = left * slowdown;
    if (needed <= static_cast<double>(stretch.count())) {
      const Nanoseconds rest(std::llround(needed));
      spend(active_power(), rest);
      left = 0;
      break;
    }
    spend(active_power(), stretch);
    left -= static_cast<double>(stretch.count()) / slowdown;
    most -= stretch;
  }
  return now_ - start;
}

void HeatDevice::spend(Watts power, Nanoseconds time) {
  const Seconds seconds = to_seconds(time);
  network_.advance(power, seconds);
  Slot& slot = slots_.back();
  slot.seconds += seconds.value();
  slot.clock_seconds += clock() * seconds.value();
  slot.joules += (power * seconds).value();
  slot.celsius = network_.hottest();
  now_ += time;
  if (now_ == next_tick_) govern();
}

void HeatDevice::govern() {
  const Governor& governor = model_->governor;
  const double seen = network_.celsius(governor.sensor);
  const double ahead = seen + Governor::foresight * (seen - last_seen_);
  last_seen_ = seen;
  if (std::min(seen, ahead) > governor.trip_celsius.value) {
    step_ = std::min(step_ + 1, model_->steps.size() - 1);
  } else if (std::max(seen, ahead) < governor.release_celsius.value && step_ > 0) {
    --step_;
  }
  next_tick_ += period_;
  const double celsius = slots_.back().celsius;
  slots_.emplace_back();
  slots_.back().celsius = celsius;
}

}  // namespace ridgeline::serve
