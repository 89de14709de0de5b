#include "explore/space.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/served.h"

namespace ridgeline {
namespace {

bool compares(Relation relation, double left, double right) {
  switch (relation) {
    case Relation::below:
      return left < right;
    case Relation::at_most:
      return left <= right;
    case Relation::equal:
      return left == right;
    case Relation::unequal:
      return left != right;
    case Relation::at_least:
      return left >= right;
    case Relation::above:
      return left > right;
  }
  return false;
}

}  // namespace

std::uint64_t Study::points() const {
  std::uint64_t n = 1;
  for (const StudyAxis& axis : axes) n *= axis.values.size();
  return n;
}

std::vector<std::string> Study::at(std::uint64_t index) const {
  const studies::Digits digits = studies::digits_of(*this, index);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < axes.size(); ++i) texts.push_back(axes[i].values[digits[i]].text);
  return texts;
}

namespace studies {

Digits digits_of(const Study& study, std::uint64_t index) {
  Digits digits{};
  for (std::size_t i = study.axes.size(); i-- > 0;) {
    const std::uint64_t size = study.axes[i].values.size();
    digits[i] = static_cast<std::uint32_t>(index % size);
    index /= size;
  }
  return digits;
}

void advance(const Study& study, Digits& digits) {
  for (std::size_t i = study.axes.size(); i-- > 0;) {
    if (++digits[i] < study.axes[i].values.size()) return;
    digits[i] = 0;
  }
}

namespace {

double product_at(const Study& study, const AxisProduct& p, const Digits& digits) {
  double value = p.factor;
  for (const std::size_t axis : p.axes) value *= study.axes[axis].values[digits[axis]].number;
  for (unsigned i = 0; i < p.devices; ++i) value *= point_at(study, digits).devices();
  return value;
}

}  // namespace

bool holds(const Study& study, const StudyCondition& c, const Digits& digits) {
  const bool applies = std::all_of(c.when.begin(), c.when.end(), [&](const StudyCondition::Case& one) {
    return one.values[digits[one.axis]];
  });
  return !applies ||
         compares(c.relation, product_at(study, c.left, digits), product_at(study, c.right, digits));
}

bool belongs(const Study& study, const Digits& digits) {
  return std::all_of(study.conditions.begin(), study.conditions.end(),
                     [&](const StudyCondition& c) { return holds(study, c, digits); });
}

double condition_excess(const Study& study, const Digits& digits) {
  double sum = 0;
  for (const StudyCondition& c : study.conditions) {
    if (holds(study, c, digits)) continue;
    const double left = product_at(study, c.left, digits), right = product_at(study, c.right, digits);
    sum += std::abs(left - right) / std::max(std::abs(right), 1.0);
  }
  return sum;
}

Point point_at(const Study& study, const Digits& digits) {
  Point p;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    const double number = study.axes[i].values[digits[i]].number;
    const auto whole = [number] { return static_cast<std::uint32_t>(number); };
    switch (study.axes[i].kind) {
      case AxisKind::hardware:
        p.device = whole();
        break;
      case AxisKind::field:
      case AxisKind::model_field:
        break;
      case AxisKind::model:
        p.model = whole();
        break;
      case AxisKind::precision:
        p.precision = static_cast<Precision>(whole());
        break;
      case AxisKind::kv_cache:
        p.kv_cache = static_cast<Precision>(whole());
        break;
      case AxisKind::tensor:
        p.tensor = whole();
        break;
      case AxisKind::pipeline:
        p.pipeline = whole();
        break;
      case AxisKind::data:
        p.data = whole();
        break;
      case AxisKind::expert:
        p.expert = whole();
        break;
      case AxisKind::replicas:
        p.replicas = whole();
        break;
      case AxisKind::prefill_replicas:
        p.prefill_replicas = whole();
        break;
      case AxisKind::prefill_tensor:
        p.prefill_tensor = whole();
        break;
      case AxisKind::prefill_pipeline:
        p.prefill_pipeline = whole();
        break;
      case AxisKind::prefill_data:
        p.prefill_data = whole();
        break;
      case AxisKind::memory_fraction:
        p.memory_fraction = number;
        break;
      case AxisKind::price_per_hour:
        p.price_per_hour = number;
        break;
      case AxisKind::isl:
        p.isl = whole();
        break;
      case AxisKind::osl:
        p.osl = whole();
        break;
      case AxisKind::max_batch:
        p.max_batch = number;
        break;
      case AxisKind::concurrency:
        p.concurrency = number;
        break;
      case AxisKind::context:
        p.context = whole();
        break;
      case AxisKind::batch:
        p.batch = whole();
        break;
    }
  }
  return p;
}

Parallelism parallelism_of(const Point& p, const Model& model) {
  Parallelism spread;
  spread.tensor = p.tensor;
  spread.pipeline = p.pipeline;
  spread.data = p.data;
  return engine::with_experts(spread, p.expert, model);
}

std::optional<Worker> prefill_of(const Point& p, const Model& model) {
  if (p.prefill_replicas == 0) return std::nullopt;
  Parallelism spread;
  spread.tensor = p.prefill_tensor;
  spread.pipeline = p.prefill_pipeline;
  spread.data = p.prefill_data;
  return Worker{engine::with_experts(spread, std::nullopt, model), p.prefill_replicas};
}

PrecisionPlan plan_of(const Point& p, const Model& model) {
  PrecisionPlan plan = engine::served_in(p.precision, model);
  if (p.kv_cache) plan.kv_cache = *p.kv_cache;
  return plan;
}

Result<Hardware> hardware_at(const Study& study, const Digits& digits) {
  Hardware hardware = study.devices[point_at(study, digits).device].hardware;
  for (std::size_t i = 0; i < study.axes.size(); ++i) {
    if (study.axes[i].kind != AxisKind::field) continue;
    const HardwareField& field = field_of(study.axes[i]);
    const AxisValue& value = study.axes[i].values[digits[i]];
    const std::optional<double> is = field.get(hardware);
    if (value.relative && !is) {
      return bad_input(fmt::format("{}: its {} is unknown, so {} of it is too; give values with a unit",
                                   hardware.id, field.name, value.text));
    }
    field.set(hardware, value.relative ? *is * value.number : value.number);
  }
  return hardware;
}

}  // namespace studies
}  // namespace ridgeline
