#pragma once
// Random pairs of setups from the catalog, often alike in much.

#include <array>
#include <utility>

#include "base/random.h"
#include "ridgeline/explanation.h"

namespace ridgeline::test {

class Draw {
 public:
  explicit Draw(const Catalog& catalog) : catalog_(catalog) {}

  /// Two setups, often alike in much.
  std::pair<Setup, Setup> pair() {
    const Setup a = setup();
    Setup b = setup();
    if (chance(0.5)) {
      b.model = a.model;
    }
    if (chance(0.5)) {
      b.calibration = a.calibration;
    }
    if (chance(0.5)) {
      b.precision = a.precision;
    }
    if (chance(0.5)) {
      b.parallelism = a.parallelism;
    }
    b.shape = shape_of(b.model);
    if (chance(0.4)) {
      b.shape = a.shape;
    }
    if (chance(0.2)) {
      b.hardware = a.hardware;
    }
    return {a, b};
  }

 private:
  bool chance(double p) { return random_.uniform() < p; }
  double between(double low, double high) { return low + (high - low) * random_.uniform(); }
  std::uint32_t power_of_two(std::uint64_t most) { return 1U << random_.below(most); }

  Setup setup() {
    Setup s;
    const auto& models = catalog_.all_models();
    const auto& devices = catalog_.all_hardware();
    do {
      s.model = models[random_.below(models.size())];
    } while (s.model.id.starts_with("stable") || s.model.id == "sdxl");  // thousands of operators
    s.hardware = devices[random_.below(devices.size())];
    constexpr std::array formats{Precision::fp16, Precision::fp16, Precision::bf16, Precision::int8,
                                 Precision::fp8};
    s.precision = PrecisionPlan::uniform(formats[random_.below(formats.size())]);
    if (chance(0.3)) {
      s.precision.weights = Precision::int4;
    }
    s.calibration = calibration();
    if (chance(0.4)) {
      s.parallelism.tensor = power_of_two(4);
    }
    s.shape = shape_of(s.model);
    if (chance(0.3)) {
      s.price_per_hour = Dollars(between(0.5, 5));
    }
    return s;
  }

  Calibration calibration() {
    if (chance(0.3)) {
      return Calibration::ideal();
    }
    if (chance(0.5)) {
      return Calibration::textbook(between(0.1, 1), milliseconds(between(0, 0.3)));
    }
    Calibration c;
    c.kind = CalibrationKind::fitted;
    c.overlap = Overlap::partial;
    for (double& share : c.compute_efficiency) {
      share = between(0.05, 1);
    }
    for (double& share : c.memory_share) {
      share = between(0.5, 1);
    }
    c.memory_efficiency = between(0.3, 1);
    c.launch = microseconds(between(0, 10));
    c.per_step = microseconds(between(0, 1000));
    c.hop = microseconds(between(1, 10));
    c.link_efficiency = between(0.3, 1);
    return c;
  }

  StepShape shape_of(const Model& model) {
    const std::uint32_t batch = chance(0.3) ? 1 : 1 + static_cast<std::uint32_t>(random_.below(300));
    if (generates(model)) {
      if (chance(0.25)) {
        return StepShape::prefill(batch, 2 + static_cast<std::uint32_t>(random_.below(2000)));
      }
      return StepShape::decode(batch, chance(0.3) ? 0 : static_cast<std::uint32_t>(random_.below(4000)));
    }
    const auto* t = std::get_if<Transformer>(&model.architecture);
    return t != nullptr && t->patch_tokens == 0 ? StepShape::prefill(batch, 128) : StepShape::samples(batch);
  }

  const Catalog& catalog_;
  RandomStream random_{11, "claims"};
};

}  // namespace ridgeline::test
