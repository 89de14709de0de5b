#include "explore/rows.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::studies {
namespace {

/// What is kept of deployments at a time; with their tables some 20 MB a thread at most.
constexpr std::uint64_t most_deployments = 128, most_passes = 1U << 19U;

bool is_load(StudyKind study, AxisKind axis) {
  if (axis == AxisKind::replicas) return true;
  if (study == StudyKind::step) return axis == AxisKind::batch;
  return axis == AxisKind::max_batch || axis == AxisKind::concurrency;
}

bool wants(const Study& study, std::string_view metric) {
  const std::size_t at = find_metric(study.kind, metric);
  return std::any_of(study.objectives.begin(), study.objectives.end(),
                     [at](const StudyObjective& o) { return o.metric == at; }) ||
         std::any_of(study.constraints.begin(), study.constraints.end(),
                     [at](const StudyConstraint& c) { return c.metric == at; });
}

bool counts_devices(AxisKind axis) {
  using enum AxisKind;
  constexpr AxisKind counting[] = {tensor,         pipeline,         data,        replicas, prefill_replicas,
                                   prefill_tensor, prefill_pipeline, prefill_data};
  return std::find(std::begin(counting), std::end(counting), axis) != std::end(counting);
}

/// Whether a condition has the same answer for all values of the axes from `first` on.
bool is_settled_before(std::size_t first, const Study& study, const StudyCondition& condition) {
  const auto settles = [&](std::size_t axis) { return axis < first || study.axes[axis].values.size() == 1; };
  const auto product_settles = [&](const AxisProduct& p) {
    for (std::size_t i = 0; p.devices > 0 && i < study.axes.size(); ++i) {
      if (counts_devices(study.axes[i].kind) && !settles(i)) return false;
    }
    return std::all_of(p.axes.begin(), p.axes.end(), settles);
  };
  return std::all_of(condition.when.begin(), condition.when.end(),
                     [&](const StudyCondition::Case& c) { return settles(c.axis); }) &&
         product_settles(condition.left) && product_settles(condition.right);
}

}  // namespace

RowScreen::RowScreen(const Study& study) : study_(&study), evaluator_(study) {
  const Point defaults;
  replicas_ = load_axis(AxisKind::replicas, defaults.replicas);
  max_batch_ = load_axis(AxisKind::max_batch, defaults.max_batch);
  concurrency_ = load_axis(AxisKind::concurrency, defaults.concurrency);
  batch_ = load_axis(AxisKind::batch, defaults.batch);
  wants_memory_ = wants(study, "memory");
  one_by_one_ = !sensible();
  lay_out();
}

RowScreen::LoadAxis RowScreen::load_axis(AxisKind kind, double otherwise) const {
  LoadAxis axis;
  for (std::size_t i = 0; i < study_->axes.size(); ++i) {
    if (study_->axes[i].kind != kind) continue;
    axis.position = i;
    for (const AxisValue& value : study_->axes[i].values) axis.numbers.push_back(value.number);
  }
  if (!axis.position) axis.numbers = {otherwise};
  return axis;
}

void RowScreen::lay_out() {
  const auto& axes = study_->axes;
  const auto size = [&](std::size_t i) { return std::uint64_t{axes[i].values.size()}; };
  row_axis_ = axes.size();
  for (; row_axis_ > 0; --row_axis_) {
    const std::size_t i = row_axis_ - 1;
    if (!is_load(study_->kind, axes[i].kind) && size(i) > 1) break;
    row_points_ *= size(i);
  }
  std::uint64_t returning = 1;  // deployments that come again for the next value of a load axis before them
  bool comes_again = false;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const bool load = is_load(study_->kind, axes[i].kind);
    if (axes[i].kind == AxisKind::hardware) device_axis_ = i;
    if (!load) deployment_axes_.push_back(i);
    if (!load && comes_again) returning *= size(i);
    comes_again = comes_again || (load && i < row_axis_ && size(i) > 1);
    if (comes_again) span_ *= size(i);
  }
  span_ = std::max(span_, row_points_);
  deployments_.resize(std::min(returning, most_deployments));
  keeps_passes_ =
      comes_again && returning <= most_deployments && returning * batch_.numbers.size() <= most_passes;
  for (const StudyCondition& c : study_->conditions)
    (is_settled_before(row_axis_, *study_, c) ? of_rows_ : of_points_).push_back(&c);
}

/// Whether no load is refused for itself.
bool RowScreen::sensible() const {
  const auto at_least_one = [](double n) { return std::isfinite(n) && n >= 1; };
  const auto all = [&](const LoadAxis& axis) {
    return std::all_of(axis.numbers.begin(), axis.numbers.end(), at_least_one);
  };
  return all(replicas_) && all(concurrency_) && all(batch_);
}

bool RowScreen::holds_of_row(const Digits& digits) const {
  return std::all_of(of_rows_.begin(), of_rows_.end(),
                     [&](const StudyCondition* c) { return holds(*study_, *c, digits); });
}
bool RowScreen::holds_of_point(const Digits& digits) const {
  return std::all_of(of_points_.begin(), of_points_.end(),
                     [&](const StudyCondition* c) { return holds(*study_, *c, digits); });
}

void RowScreen::next_row(Digits& digits) const {
  std::fill(digits.begin() + static_cast<std::ptrdiff_t>(row_axis_), digits.end(), 0U);
  for (std::size_t i = row_axis_; i-- > 0;) {
    if (++digits[i] < study_->axes[i].values.size()) return;
    digits[i] = 0;
  }
}

void RowScreen::screen(std::uint64_t begin, std::uint64_t end, Tally& tally) {
  Digits digits = digits_of(*study_, begin);
  if (one_by_one_) {
    for (; begin < end; ++begin, advance(*study_, digits))
      tally.add(*study_, begin, digits, evaluator_.evaluate(digits));
    return;
  }
  while (begin < end) {
    const std::uint64_t last = std::min(end, begin + row_points_ - begin % row_points_);
    if (!holds_of_row(digits)) {
      tally.add_excluded(last - begin);
    } else if (Deployment& deployment = deployment_at(digits); deployment.serving) {
      serve(deployment, digits, begin, last, tally);
    } else if (deployment.passes) {
      pass(deployment, digits, begin, last, tally);
    } else {
      refuse(deployment, digits, begin, last, tally);
    }
    begin = last;
    next_row(digits);
  }
}

RowScreen::Deployment& RowScreen::deployment_at(const Digits& digits) {
  std::uint64_t number = 0;
  for (const std::size_t i : deployment_axes_) number = number * study_->axes[i].values.size() + digits[i];
  Deployment& deployment = deployments_[number % deployments_.size()];
  if (deployment.number != number) {
    make(deployment, digits);
    deployment.number = number;
  }
  return deployment;
}

void RowScreen::make(Deployment& deployment, const Digits& digits) {
  deployment = Deployment();
  const auto refused = [&](const Error& error) {
    deployment.error = error;
    deployment.kind = error_kind(error);
  };
  const auto hardware = evaluator_.take_hardware(digits);
  if (!hardware) return refused(hardware.error());
  const Model* model = &evaluator_.model();
  if (model != &study_->model) {
    deployment.model = std::make_unique<const Model>(*model);
    model = deployment.model.get();
  }
  deployment.point = point_at(*study_, digits);
  deployment.raw = evaluator_.raw_of(deployment.point);
  if (study_->kind == StudyKind::serving) {
    auto made = engine::ServingTable::make(*model, **hardware, serving_point(*model, deployment.point),
                                           study_->devices[deployment.point.device].calibration);
    if (!made) return refused(made.error());
    deployment.serving = *std::move(made);
  } else {
    auto made = passes_of(*study_, *model, **hardware, deployment.point);
    if (!made) return refused(made.error());
    deployment.passes = *std::move(made);
    if (keeps_passes_) deployment.known.resize(batch_.numbers.size());
  }
}

void RowScreen::refuse(Deployment& deployment, const Digits& of_row, std::uint64_t begin, std::uint64_t end,
                       Tally& tally) {
  if (of_points_.empty()) return tally.add_errors(deployment.kind, deployment.error, begin, end - begin);
  Digits digits = of_row;
  for (; begin < end; ++begin, advance(*study_, digits)) {
    if (!holds_of_point(digits)) {
      tally.add_excluded(1);
    } else {
      tally.add_errors(deployment.kind, deployment.error, begin, 1);
    }
  }
}

void RowScreen::serve(Deployment& deployment, Digits digits, std::uint64_t begin, std::uint64_t end,
                      Tally& tally) {
  Point point = deployment.point;
  Raw raw = deployment.raw;
  raw.osl = point.osl;
  const std::size_t device = device_axis_ ? digits[*device_axis_] : 0;
  for (; begin < end; ++begin, advance(*study_, digits)) {
    if (!holds_of_point(digits)) {
      tally.add_excluded(1);
      continue;
    }
    point.replicas = static_cast<unsigned>(replicas_.at(digits));
    raw.concurrency = concurrency_.at(digits);
    const auto times = deployment.serving->at({raw.concurrency, point.replicas, max_batch_.at(digits)});
    raw.devices = point.devices();
    raw.ttft = times.ttft;
    raw.tpot = times.tpot;
    raw.requests = times.requests;
    raw.step = times.step;
    if (wants_memory_) raw.memory = deployment.serving->memory(times.sequences);
    tally.add_predicted(*study_, begin, device, values_of(study_->kind, raw));
  }
}

/// Where there are no times the tally has the point already.
RowScreen::Pass RowScreen::pass_of(Deployment& deployment, const Digits& digits, std::uint64_t index,
                                   Tally& tally) {
  using enum Pass::Known;
  const bool keeps = !deployment.known.empty();
  const std::size_t at = batch_.position ? digits[*batch_.position] : 0;
  if (keeps && deployment.known[at].known == times) return deployment.known[at];
  if (keeps && deployment.known[at].known == too_large && tally.add_like(deployment.kind, index))
    return deployment.known[at];
  Point& point = deployment.point;
  point.batch = static_cast<std::uint32_t>(batch_.at(digits));
  const auto pass = deployment.passes->of({point.batch, 1, point.context});
  if (!pass) {
    tally.add_errors(error_kind(pass.error()), pass.error(), index, 1);
    return {};
  }
  Pass is{times, pass->latency, pass->mfu, pass->held.total().value()};
  if (!pass->held.fits()) {
    is.known = too_large;
    if (deployment.kind.empty() || !tally.add_like(deployment.kind, index)) {
      const auto hardware = evaluator_.take_hardware(digits);
      const Error error = studies::too_large(evaluator_.model(), **hardware, point, pass->held);
      deployment.kind = error_kind(error);
      tally.add_errors(deployment.kind, error, index, 1);
    }
  }
  if (keeps) deployment.known[at] = is;
  return is;
}

void RowScreen::pass(Deployment& deployment, Digits digits, std::uint64_t begin, std::uint64_t end,
                     Tally& tally) {
  Point point = deployment.point;
  Raw raw = deployment.raw;
  const std::size_t device = device_axis_ ? digits[*device_axis_] : 0;
  for (; begin < end; ++begin, advance(*study_, digits)) {
    if (!holds_of_point(digits)) {
      tally.add_excluded(1);
      continue;
    }
    const Pass is = pass_of(deployment, digits, begin, tally);
    if (is.known != Pass::Known::times) continue;
    point.replicas = static_cast<unsigned>(replicas_.at(digits));
    raw.devices = point.devices();
    raw.step = is.latency;
    raw.samples = batch_.at(digits) * point.replicas;
    raw.mfu = is.mfu;
    raw.memory = is.memory;
    tally.add_predicted(*study_, begin, device, values_of(study_->kind, raw));
  }
}

}  // namespace ridgeline::studies
