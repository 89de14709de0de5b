#include "engine/serving_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/lowering.h"
#include "engine/pass_counts.h"

namespace ridgeline::engine {
namespace {

Result<Pass> make_pass(const Model& model, const StepShape& shape, const PrecisionPlan& plan,
                       const Parallelism& parallelism) {
  Pass pass;
  RIDGELINE_CHECK(lower_into(model, shape.groups, plan, pass.ops, parallelism));
  pass.counts = pass_counts(model, shape.groups, parallelism);
  pass.shape = shape;
  return pass;
}

std::uint32_t at_least_one(double count) {
  return static_cast<std::uint32_t>(std::clamp(std::round(count), 1.0, 1e9));
}

/// Mean response of a station that serves one prompt at a time, when each of `users` comes back after
/// `think`: an arrival finds the others in proportion to the time that they spend there (Schweitzer's
/// approximation of mean-value analysis), so r = s (1 + (users - 1) r / (r + think)). Exact for one user and
/// at saturation.
double response(double service, double users, double think) {
  const double b = think - service * users, c = service * think;
  return (-b + std::sqrt(b * b + 4 * c)) / 2;
}

Status check_point(const Model& model, const ServingPoint& point) {
  if (!generates(model)) {
    return bad_input(model.id + ": generates no tokens, so it has no TTFT and TPOT; predict a pass of it");
  }
  if (point.isl == 0 || point.osl < 2) {
    return bad_input(
        fmt::format("a serving point needs a prompt and at least 2 output tokens (isl {}, osl {})", point.isl,
                    point.osl));
  }
  if (!(point.concurrency >= 1) || !std::isfinite(point.concurrency)) {
    return bad_input(fmt::format("concurrency is {}, and must be 1 or more", point.concurrency));
  }
  if (point.worker.replicas == 0 || (point.prefill && point.prefill->replicas == 0)) {
    return bad_input("a kind of worker needs at least one replica");
  }
  if (!(point.memory_fraction > 0 && point.memory_fraction <= 1)) {
    return bad_input(
        fmt::format("the memory fraction is {}, and must be above 0 and at most 1", point.memory_fraction));
  }
  RIDGELINE_CHECK(check(point.worker.parallelism, model));
  return point.prefill ? check(point.prefill->parallelism, model) : Status::success();
}

}  // namespace

MemoryDemand ServingModel::demand(std::uint32_t sequences) const {
  MemoryDemand demand;
  demand.sequences = sequences;
  demand.context = mean_context();
  demand.chunk_tokens = point_.prefill ? 0 : point_.isl;
  return demand;
}

std::uint32_t ServingModel::in_decode() const {
  return at_least_one(running_ * point_.worker.parallelism.data);
}

Result<ServingModel> ServingModel::make(const Model& model, const Hardware& hardware,
                                        const ServingPoint& point, double decoding) {
  RIDGELINE_CHECK(check_point(model, point));
  const Parallelism& spread = point.worker.parallelism;
  ServingModel made;
  made.model_ = &model;
  made.point_ = point;
  RIDGELINE_TRY(device, view(hardware, point.precision, spread.devices()));
  made.decode_device_ = device;

  const Bytes capacity = device.memory_capacity * point.memory_fraction;
  RIDGELINE_TRY(need, MemoryNeed::make(model, point.precision, spread, made.demand(1), capacity));
  RIDGELINE_TRY(one, need.of(1));
  if (!one.fits()) {
    return infeasible(fmt::format(
        "{} does not fit on {} of {}: {:.1f} GB more are needed on each device for one "
        "sequence of {} tokens",
        model.id, spread.devices(), hardware.id, one.missing().value() * 1e-9, made.mean_context()));
  }
  made.weights_ = one.weights;
  RIDGELINE_TRY(fit, need.largest());
  made.memory_ = std::move(need);
  made.fit_ = fit;
  made.set_load(point.concurrency, point.worker.replicas, point.max_batch);
  RIDGELINE_CHECK(made.set_decoding(decoding));

  const Worker& prompts = point.prefill ? *point.prefill : point.worker;
  RIDGELINE_TRY(prompt_device, view(hardware, point.precision, prompts.parallelism.devices()));
  made.prompt_device_ = prompt_device;
  RIDGELINE_TRY(prompt, make_pass(model, StepShape::prefill(prompts.parallelism.data, point.isl),
                                  point.precision, prompts.parallelism));
  made.prompt_ = prompt;
  if (point.prefill) {
    MemoryDemand prompt_alone{prompts.parallelism.data, point.isl, 0, {}};
    RIDGELINE_TRY(cache,
                  ridgeline::footprint(model, point.precision, prompts.parallelism, prompt_alone, capacity));
    if (!cache.fits()) {
      return infeasible(fmt::format(
          "{} does not fit on {} of {} that compute prompts: {:.1f} GB more are needed on each device for "
          "one "
          "prompt of {} tokens",
          model.id, prompts.parallelism.devices(), hardware.id, cache.missing().value() * 1e-9, point.isl));
    }
    made.prompt_cache_ = cache.kv_cache;
  }
  return made;
}

void ServingModel::set_load(double concurrency, unsigned replicas, double max_batch) {
  const double ranks = point_.worker.parallelism.data;
  point_.concurrency = concurrency;
  point_.worker.replicas = replicas;
  point_.max_batch = max_batch;
  largest_ = fit_ / ranks;
  if (max_batch > 0) largest_ = std::min(largest_, max_batch / ranks);
  largest_ = std::max(1.0, largest_);
  users_ = std::max(1.0, concurrency / (replicas * ranks));
  const Worker& prompts = point_.prefill ? *point_.prefill : point_.worker;
  prompt_users_ =
      std::max(1.0, concurrency / (prompts.replicas * static_cast<double>(prompts.parallelism.data)));
}

Status ServingModel::set_decoding(double decoding) {
  set_running(decoding);
  RIDGELINE_TRY(pass, make_pass(*model_, StepShape::decode(in_decode(), mean_context()), point_.precision,
                                point_.worker.parallelism));
  decode_ = std::move(pass);
  return Status::success();
}

Result<Footprint> ServingModel::footprint() const {
  return ridgeline::footprint(*model_, point_.precision, point_.worker.parallelism, demand(in_decode()),
                              decode_device_.memory_capacity);
}

Seconds ServingModel::pass_time(const Pass& pass, const DeviceView& device, const Calibration& c) const {
  const Totals totals = cost_ops(pass.ops, make_rates(device, c, weights_));
  return totals.busy() + overhead(totals, c, pass.counts);
}

Totals ServingModel::decode_totals(const Calibration& c) const {
  return cost_ops(decode_.ops, make_rates(decode_device_, c, weights_));
}

/// The cache of one prompt crosses a link while no token can be made.
Seconds ServingModel::handover(const Calibration& c) const {
  if (!point_.prefill) return Seconds(0);
  const NetworkView& link =
      decode_device_.scale_up.bandwidth.value() > 0 ? decode_device_.scale_up : prompt_device_.scale_up;
  if (link.bandwidth.value() <= 0) return c.serving.handover;
  return c.serving.handover + prompt_cache_ / (link.bandwidth * c.link_efficiency);
}

Seconds ServingModel::prompt_time(const Calibration& c) const {
  return pass_time(prompt_, prompt_device_, c) + c.serving.per_prompt;
}

ServingTimes ServingModel::evaluate(const Calibration& c) const {
  return times(c, pass_time(decode_, decode_device_, c), prompt_time(c));
}

ServingTimes ServingModel::times(const Calibration& c, Seconds step, Seconds prompt) const {
  const ServingCoefficients& s = c.serving;
  ServingTimes times;
  times.step = step;
  times.prompt = prompt;
  const double osl = point_.osl;
  times.tpot = times.step;
  // While a request makes its osl tokens, every other sequence that runs beside it ends once and brings a
  // prompt.
  if (!point_.prefill) times.tpot += times.prompt * (s.interference * running_ / osl);

  const double decode_time = osl * times.tpot.value();
  const double service = times.prompt.value() * s.prompt_stretch;
  const double waiting = std::max(0.0, users_ - largest_);
  const double admitted = point_.prefill ? prompt_users_ : users_ - waiting;
  double ttft = response(service, admitted, decode_time);
  if (point_.requests_per_user > 0) {
    ttft += s.burst / (2 * point_.requests_per_user) * (admitted - 1) * times.prompt.value();
  }
  ttft += (s.per_request + s.per_user * users_ + handover(c) + times.step * s.step_wait).value();
  // A request that finds the cache full waits until those before it have decoded.
  ttft += s.queue * waiting / largest_ * decode_time;
  times.ttft = Seconds(ttft);
  return times;
}

}  // namespace ridgeline::engine
