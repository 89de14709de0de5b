#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/calibration.h"
#include "engine/cost.h"
#include "engine/lowering.h"
#include "engine/memory.h"
#include "engine/pass_counts.h"
#include "ridgeline/step_times.h"

namespace ridgeline {
namespace engine {
namespace {

constexpr double ticks_per_second = 1e9 * (1 << 24);
constexpr double longest_pass = 10;  // seconds
constexpr std::uint32_t most_table_sequences = 16384, most_context = 1U << 24U;

std::int64_t ticks(double seconds) { return std::llround(seconds * ticks_per_second); }

/// 0, 1, then steps of a quarter octave from 16 to `last`, and what is to be exact.
std::vector<std::uint64_t> grid(std::uint32_t last, const std::vector<std::uint32_t>& exact) {
  std::vector<std::uint64_t> points{0, 1, last};
  constexpr std::uint64_t quarters[] = {16, 19, 23, 27};
  for (std::uint64_t octave = 1; octave * 16 < last; octave *= 2) {
    for (const std::uint64_t q : quarters) {
      if (q * octave < last) points.push_back(q * octave);
    }
  }
  for (const std::uint32_t e : exact) {
    if (e < last) points.push_back(e);
  }
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  return points;
}

Status check(const StepLimits& limits) {
  if (limits.max_sequences == 0 || limits.max_sequences > most_table_sequences) {
    return bad_input(fmt::format("step times: max_sequences is {}; must be 1 to {}", limits.max_sequences,
                                 most_table_sequences));
  }
  if (limits.max_context < 2 || limits.max_context > most_context) {
    return bad_input(
        fmt::format("step times: max_context is {}; must be 2 to {}", limits.max_context, most_context));
  }
  return Status::success();
}

}  // namespace

struct PassTime {
  double seconds = 0;
  double compute = 0;  ///< of these, in operators that computing binds
};

/// Fills the table from any function that times a pass.
class StepTimesBuilder {
 public:
  template <class Decode, class Prompt>  // Result<PassTime>(B, mean context), Result<PassTime>(tokens)
  static Result<StepTimes> build(const StepLimits& limits, Decode&& decode, Prompt&& prompt) {
    RIDGELINE_CHECK(check(limits));
    StepTimes times;
    times.contexts_ = grid(limits.max_context, limits.exact);
    times.prompts_ = times.contexts_;
    for (std::uint32_t b = 1; b <= limits.max_sequences; ++b) RIDGELINE_CHECK(add_row(times, b, decode));
    times.prompt_times_.push_back(0);
    times.prompt_compute_.push_back(0);
    for (std::size_t i = 1; i < times.prompts_.size(); ++i) {
      RIDGELINE_TRY(pass, prompt(static_cast<std::uint32_t>(times.prompts_[i])));
      RIDGELINE_CHECK(check_pass(pass.seconds, fmt::format("a prompt of {} tokens", times.prompts_[i])));
      times.prompt_times_.push_back(std::max(ticks(pass.seconds), times.prompt_times_.back()));
      times.prompt_compute_.push_back(ticks(pass.compute));
    }
    times.set_longest_runs();
    return times;
  }
  static void set_serving(StepTimes& times, double per_prompt, double interference, double stretch) {
    times.per_prompt_ = Ticks(ticks(per_prompt));
    times.interference_ = static_cast<std::uint32_t>(std::lround(interference * 65536));
    times.stretch_ = static_cast<std::uint32_t>(std::lround(stretch * 65536));
  }

 private:
  static Status check_pass(double seconds, const std::string& what) {
    if (seconds > 0 && seconds <= longest_pass) return Status::success();
    return bad_input(fmt::format("step times: {} takes {:.3g} s; must be above 0 and at most {:g} s", what,
                                 seconds, longest_pass));
  }
  template <class Decode>
  static Status add_row(StepTimes& times, std::uint32_t b, Decode&& decode) {
    const auto& contexts = times.contexts_;
    const std::size_t row = times.pieces_.size();
    for (const std::uint64_t context : contexts) {
      RIDGELINE_TRY(pass, decode(b, static_cast<std::uint32_t>(context)));
      RIDGELINE_CHECK(check_pass(pass.seconds, fmt::format("a decode pass of {} sequences", b)));
      times.pieces_.push_back({ticks(pass.seconds), 0});
      times.compute_shares_.push_back(static_cast<float>(pass.compute / pass.seconds));
    }
    for (std::size_t i = 0; i + 1 < contexts.size(); ++i) {
      const double rise =
          static_cast<double>(times.pieces_[row + i + 1].at_start - times.pieces_[row + i].at_start);
      times.pieces_[row + i].slope =
          std::llround(rise / (b * static_cast<double>(contexts[i + 1] - contexts[i])));
    }
    times.pieces_.back().slope = times.pieces_[times.pieces_.size() - 2].slope;
    return Status::success();
  }
};

namespace {

/// Passes of a deployment, priced as the closed form prices them (serving_model.cpp).
class PassTimer {
 public:
  static Result<PassTimer> make(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                const Parallelism& spread, const Calibration& calibration) {
    if (!generates(model))
      return bad_input(model.id + ": generates no tokens; continuous batching is for models that do");
    RIDGELINE_CHECK(validate(calibration));
    RIDGELINE_CHECK(ridgeline::check(spread, model));
    PassTimer timer(model, plan, spread, calibration);
    RIDGELINE_TRY(device, view(hardware, plan, spread.devices()));
    timer.rates_ =
        make_rates(device, calibration, weight_bytes(model, count_parameters(model), plan, spread));
    return timer;
  }
  Result<PassTime> time(const SequenceGroup& group) {
    groups_.assign(1, group);
    RIDGELINE_CHECK(check_step(model_, groups_));
    RIDGELINE_CHECK(lower_into(model_, groups_, plan_, ops_, spread_));
    const Totals totals = cost_ops(ops_, rates_);
    const Seconds outside = overhead(totals, calibration_, pass_counts(model_, groups_, spread_));
    return PassTime{(totals.busy() + outside).value(), totals.bound_compute.value()};
  }

 private:
  PassTimer(const Model& model, const PrecisionPlan& plan, const Parallelism& spread, const Calibration& c)
      : model_(model), plan_(plan), spread_(spread), calibration_(c) {}

  const Model& model_;
  PrecisionPlan plan_;
  Parallelism spread_;
  const Calibration& calibration_;
  Rates rates_;
  std::vector<SequenceGroup> groups_;
  std::vector<Op> ops_;
};

}  // namespace
}  // namespace engine

Result<StepTimes> StepTimes::make(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                  const Parallelism& spread, const Calibration& calibration,
                                  const StepLimits& limits) {
  RIDGELINE_TRY(timer, engine::PassTimer::make(model, hardware, plan, spread, calibration));
  const double ranks = spread.data;
  RIDGELINE_TRY(times, engine::StepTimesBuilder::build(
                           limits,
                           [&](std::uint32_t sequences, std::uint32_t context) {
                             return timer.time({sequences, 1, context});
                           },
                           [&](std::uint32_t tokens) -> Result<engine::PassTime> {
                             RIDGELINE_TRY(pass, timer.time({spread.data, tokens, 0}));
                             return engine::PassTime{pass.seconds / ranks, pass.compute / ranks};
                           }));
  const ServingCoefficients& s = calibration.serving;
  engine::StepTimesBuilder::set_serving(times, s.per_prompt.value() / ranks, s.interference,
                                        s.prompt_stretch);
  return times;
}

Result<StepTimes> StepTimes::linear(const LinearCosts& costs, const StepLimits& limits) {
  const auto seconds = [](Nanoseconds t) { return to_seconds(t).value(); };
  const auto pass = [&costs](double time) { return engine::PassTime{time, time * costs.compute_share}; };
  RIDGELINE_TRY(times, engine::StepTimesBuilder::build(
                           limits,
                           [&](std::uint32_t sequences, std::uint32_t context) -> Result<engine::PassTime> {
                             const double cached = static_cast<double>(sequences) * context;
                             return pass(seconds(costs.step) + seconds(costs.sequence) * sequences +
                                         costs.cached_token.value() * cached);
                           },
                           [&](std::uint32_t tokens) -> Result<engine::PassTime> {
                             return pass(seconds(costs.prompt) + seconds(costs.prompt_token) * tokens);
                           }));
  engine::StepTimesBuilder::set_serving(times, 0, costs.interference, costs.prompt_stretch);
  return times;
}

}  // namespace ridgeline
