#include "explore/space.h"

#include <fmt/format.h>

#include <algorithm>

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

bool holds(const Study& study, const StudyCondition& c, const Digits& digits) {
  const auto product = [&](const AxisProduct& p) {
    double value = p.factor;
    for (const std::size_t axis : p.axes) value *= study.axes[axis].values[digits[axis]].number;
    return value;
  };
  const bool applies = std::all_of(c.when.begin(), c.when.end(), [&](const StudyCondition::Case& one) {
    return one.values[digits[one.axis]];
  });
  return !applies || compares(c.relation, product(c.left), product(c.right));
}

bool belongs(const Study& study, const Digits& digits) {
  return std::all_of(study.conditions.begin(), study.conditions.end(),
                     [&](const StudyCondition& c) { return holds(study, c, digits); });
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
        break;
      case AxisKind::precision:
        p.precision = static_cast<Precision>(whole());
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
