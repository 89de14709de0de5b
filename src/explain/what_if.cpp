#include "explain/what_if.h"

#include <array>

#include "engine/calibration.h"
#include "explain/setup.h"

namespace ridgeline::explain {
namespace {

void scale(Sourced<FlopsPerSecond>& peak, double factor) { peak.value = peak.value * factor; }

void scale_hardware(Hardware& hardware, Knob knob, double factor) {
  if (knob == Knob::peak) {
    for (auto& entry : hardware.peak) scale(entry.second, factor);
  } else if (knob == Knob::bandwidth) {
    hardware.memory.bandwidth->value = hardware.memory.bandwidth->value * factor;
  } else if (knob == Knob::interconnect) {
    for (Link& link : hardware.links) link.bandwidth.value = link.bandwidth.value * factor;
  }
}

void scale_calibration(Calibration& c, Knob knob, double factor) {
  if (knob == Knob::compute_efficiency) {
    for (double& share : c.compute_efficiency) share *= factor;
  } else if (knob == Knob::memory_efficiency) {
    c.memory_efficiency *= factor;
  } else if (knob == Knob::overheads) {
    for (Seconds* time : {&c.launch, &c.per_layer, &c.per_expert_layer, &c.per_step, &c.per_sequence})
      *time = *time * factor;
  }
}

/// The link that a collective among all devices is limited by.
const Link* link_of(const Setup& setup) {
  const unsigned devices = setup.parallelism.devices();
  const auto& links = setup.hardware.links;
  if (devices <= 1 || links.empty()) return nullptr;
  return &links.front();
}

}  // namespace

std::string_view to_string(Knob knob) {
  static constexpr std::array<std::string_view, 9> names{"peak FLOP/s",
                                                         "memory bandwidth",
                                                         "interconnect",
                                                         "compute efficiency",
                                                         "memory efficiency",
                                                         "overheads",
                                                         "batch",
                                                         "context",
                                                         "tokens"};
  return names[static_cast<std::size_t>(knob)];
}

Result<WhatIf> WhatIf::make(const Setup& setup) {
  WhatIf what_if(setup);
  RIDGELINE_CHECK(engine::validate(setup.calibration));
  RIDGELINE_TRY(device, engine::view(setup.hardware, setup.precision, setup.parallelism.devices()));
  RIDGELINE_TRY(step, lower_step(setup));
  what_if.now_ = cost_step(step, device, setup.calibration);
  what_if.step_ = std::move(step);
  return what_if;
}

double WhatIf::value(Knob knob) const {
  const SequenceGroup& group = setup_.shape.groups.front();
  const bool one_group = setup_.shape.groups.size() == 1;
  switch (knob) {
    case Knob::peak:
      return setup_.hardware.peak.at(compute_format(setup_.precision.compute())).value.value();
    case Knob::bandwidth:
      return setup_.hardware.memory.bandwidth->value.value();
    case Knob::interconnect:
      return link_of(setup_) == nullptr ? 0 : link_of(setup_)->bandwidth.value.value();
    case Knob::batch:
      return one_group ? group.sequences : 0;
    case Knob::context:
      return one_group ? group.past_tokens : 0;
    case Knob::tokens:
      return one_group ? group.new_tokens : 0;
    default:
      return 0;
  }
}

std::optional<StepPoint> WhatIf::scaled(Knob knob, double factor) const {
  Hardware hardware = setup_.hardware;
  Calibration calibration = setup_.calibration;
  scale_hardware(hardware, knob, factor);
  scale_calibration(calibration, knob, factor);
  if (!engine::validate(calibration)) return std::nullopt;
  const auto device = engine::view(hardware, setup_.precision, setup_.parallelism.devices());
  if (!device) return std::nullopt;
  return cost_step(step_, *device, calibration);
}

StepShape WhatIf::shape_with(Knob knob, std::uint32_t number) const {
  StepShape step = setup_.shape;
  SequenceGroup& group = step.groups.front();
  (knob == Knob::batch     ? group.sequences
   : knob == Knob::context ? group.past_tokens
                           : group.new_tokens) = number;
  return step;
}

std::optional<StepPoint> WhatIf::with(Knob knob, std::uint32_t number) const {
  Setup setup = setup_;
  setup.shape = shape_with(knob, number);
  const auto point = solve(setup);
  if (!point) return std::nullopt;
  return *point;
}

bool as_fast_with(const WhatIf& proposal, Knob knob, double factor) {
  const auto point = proposal.scaled(knob, factor);
  return point && point->latency < proposal.now().latency * 1.005;
}

}  // namespace ridgeline::explain
