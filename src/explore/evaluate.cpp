#include "explore/evaluate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/served.h"
#include "ridgeline/economics.h"

namespace ridgeline::studies {

Standing standing_of(const Study& study, const Values& values) {
  Standing standing;
  for (std::size_t i = 0; i < study.constraints.size(); ++i) {
    const StudyConstraint& c = study.constraints[i];
    const double value = values[c.metric];
    const std::uint64_t bit = std::uint64_t{1} << i;
    if (std::isnan(value)) {
      standing.untold |= bit;
    } else if (!compares(c.criterion.comparison, value, c.criterion.limit)) {
      standing.broken |= bit;
    }
  }
  return standing;
}

Keys keys_of(const Study& study, const Values& values, std::uint32_t& missing) {
  Keys keys{};
  missing = 0;
  for (std::size_t i = 0; i < study.objectives.size(); ++i) {
    const StudyObjective& o = study.objectives[i];
    const double value = values[o.metric];
    if (!std::isfinite(value)) {
      missing |= 1U << i;
    } else {
      keys[i] = o.direction == Direction::minimise ? value : -value;
    }
  }
  return keys;
}

ServingPoint serving_point(const Model& model, const Point& p) {
  ServingPoint point;
  point.isl = p.isl;
  point.osl = p.osl;
  point.concurrency = p.concurrency;
  point.precision = plan_of(p, model);
  point.worker = {parallelism_of(p, model), p.replicas};
  point.prefill = prefill_of(p, model);
  point.memory_fraction = p.memory_fraction;
  point.max_batch = p.max_batch;
  return point;
}

double hourly_price(const Study& study, const Point& p, const Hardware& hardware) {
  if (p.price_per_hour) return *p.price_per_hour;
  const StudyDevice& device = study.devices[p.device];
  if (device.price_per_hour) return *device.price_per_hour;
  if (!hardware.price) return unknown;
  return (amortised(hardware.price->value, study.amortise_years) * one_hour).value();
}

Result<const Hardware*> Evaluator::take_hardware(const Digits& digits) {
  const auto is_hardware = [](const StudyAxis& a) { return a.kind <= AxisKind::field; };
  const auto& axes = study_->axes;
  bool same = hardware_.has_value();
  for (std::size_t i = 0; same && i < axes.size() && is_hardware(axes[i]); ++i) same = digits[i] == last_[i];
  if (same) return &*hardware_;
  hardware_.reset();
  RIDGELINE_TRY(model, model_at(*study_, digits));
  model_ = std::move(model);
  RIDGELINE_TRY(hardware, hardware_at(*study_, digits));
  hardware_ = std::move(hardware);
  last_ = digits;
  return &*hardware_;
}

Raw Evaluator::raw_of(const Point& p) const {
  Raw raw;
  raw.devices = p.devices();
  if (hardware_->tdp) raw.tdp = hardware_->tdp->value.value();
  raw.price_per_hour = hourly_price(*study_, p, *hardware_);
  return raw;
}

Result<Raw> Evaluator::serve(const Point& p) {
  RIDGELINE_TRY(prediction, engine::predict_serving_times(model(), *hardware_, serving_point(model(), p),
                                                          study_->devices[p.device].calibration));
  Raw raw = raw_of(p);
  raw.ttft = prediction.ttft.value.value();
  raw.tpot = prediction.tpot.value.value();
  raw.requests = prediction.requests.value();
  raw.step = prediction.step.value();
  raw.memory = prediction.footprint.total().value();
  raw.concurrency = p.concurrency;
  raw.osl = p.osl;
  return raw;
}

Result<engine::PassTable> passes_of(const Study& study, const Model& model, const Hardware& hardware,
                                    const Point& p) {
  return engine::PassTable::make(model, hardware, plan_of(p, model), parallelism_of(p, model),
                                 study.devices[p.device].calibration);
}

Error too_large(const Model& model, const Hardware& hardware, const Point& p, const Footprint& held) {
  return infeasible(fmt::format(
      "{} does not fit on {} of {}: {:.1f} GB more are needed on each device for "
      "a batch of {}",
      model.id, parallelism_of(p, model).devices(), hardware.id, held.missing().value() * 1e-9, p.batch));
}

Result<Raw> Evaluator::step(const Point& p) {
  RIDGELINE_TRY(passes, passes_of(*study_, model(), *hardware_, p));
  RIDGELINE_TRY(pass, passes.of({p.batch, 1, p.context}));
  if (!pass.held.fits()) return too_large(model(), *hardware_, p, pass.held);
  Raw raw = raw_of(p);
  raw.step = pass.latency;
  raw.samples = static_cast<double>(p.batch) * p.replicas;
  raw.mfu = pass.mfu;
  raw.memory = pass.held.total().value();
  return raw;
}

Evaluated Evaluator::evaluate(const Digits& digits) {
  Evaluated result;
  if (!belongs(*study_, digits)) return result;
  const auto predicted = [&]() -> Result<Raw> {
    RIDGELINE_TRY(taken, take_hardware(digits));
    static_cast<void>(taken);
    const Point point = point_at(*study_, digits);
    return study_->kind == StudyKind::serving ? serve(point) : step(point);
  }();
  if (!predicted) {
    result.error = predicted.error();
    result.fate = result.error.kind == ErrorKind::infeasible ? Fate::does_not_fit : Fate::failed;
    return result;
  }
  result.fate = Fate::predicted;
  result.raw = *predicted;
  result.values = values_of(study_->kind, result.raw);
  return result;
}

StudyPoint describe(const Study& study, const Member& member) {
  Evaluator evaluator(study);
  StudyPoint point;
  point.index = member.index;
  point.equals = member.equals;
  point.at = study.at(member.index);
  point.metrics = known(study.kind, evaluator.evaluate(member.index).values);
  return point;
}

}  // namespace ridgeline::studies
