#pragma once
// From an index of the grid to a deployment.

#include <array>
#include <optional>

#include "ridgeline/engine.h"
#include "ridgeline/serving.h"
#include "ridgeline/study.h"

namespace ridgeline::studies {

inline constexpr std::size_t most_axes = 32;
/// The value of each axis, by its position.
using Digits = std::array<std::uint32_t, most_axes>;

Digits digits_of(const Study&, std::uint64_t index);
/// Those of the next index.
void advance(const Study&, Digits&);
bool holds(const Study&, const StudyCondition&, const Digits&);
/// Whether all conditions hold.
bool belongs(const Study&, const Digits&);
/// How far the conditions that do not hold are from it: of each the difference as a share of the right side.
double condition_excess(const Study&, const Digits&);

/// What the axes say of a point. Axes that a study has not got are at these defaults.
struct Point {
  std::size_t device = 0;
  Precision precision = Precision::fp16;
  unsigned tensor = 1, pipeline = 1, data = 1, replicas = 1;
  std::optional<unsigned> expert;
  std::size_t model = 0;
  std::optional<Precision> kv_cache;
  unsigned prefill_replicas = 0, prefill_tensor = 1, prefill_pipeline = 1, prefill_data = 1;
  std::optional<double> price_per_hour;
  double memory_fraction = ServingPoint().memory_fraction;
  std::uint32_t isl = 1024, osl = 1024, context = 0, batch = 1;
  double max_batch = 0, concurrency = 1;
  unsigned devices() const {
    return tensor * pipeline * data * replicas +
           prefill_tensor * prefill_pipeline * prefill_data * prefill_replicas;
  }
};
Point point_at(const Study&, const Digits&);
Parallelism parallelism_of(const Point&, const Model&);
/// Those that compute prompts only; none where the others do.
std::optional<Worker> prefill_of(const Point&, const Model&);
/// As the model is served in the point's formats.
PrecisionPlan plan_of(const Point&, const Model&);

/// The model that the axes say, or none where they say nothing of it: then it is Study::model. bad_input
/// where a size makes no sense.
Result<std::optional<Model>> model_at(const Study&, const Digits&);
/// "layers" ...: sizes of a transformer that may be axes.
struct ModelField {
  std::string_view name;  ///< with "model." ahead in files
  /// Null where the model has no such size.
  unsigned* (*of)(Model&);
};
std::span<const ModelField> model_fields();
const ModelField& model_field_of(const StudyAxis&);

/// The device with the fields that the axes set. bad_input where one is a multiple of what is unknown.
Result<Hardware> hardware_at(const Study&, const Digits&);
/// "memory.bandwidth" ...: the numbers of a device that may be axes, with their unit.
struct HardwareField {
  std::string_view name;  ///< with "hardware." ahead in files
  std::string_view unit;
  /// The number, or nothing where it is unknown.
  std::optional<double> (*get)(const Hardware&);
  void (*set)(Hardware&, double);
};
std::span<const HardwareField> hardware_fields();
/// Requires the name of an axis of that kind.
const HardwareField& field_of(const StudyAxis&);

}  // namespace ridgeline::studies
