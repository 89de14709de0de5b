#include "ridgeline/sweep.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/portable_math.h"
#include "engine/calibration.h"
#include "engine/cost.h"
#include "engine/lowering.h"
#include "engine/memory.h"
#include "engine/pass_counts.h"
#include "engine/token_work.h"
#include "engine/whole_steps.h"

namespace ridgeline {

using namespace engine;

/// Points that are costed together: enough for the vector units, few enough for the nearest cache.
struct DecodeSweep::Block {
  static constexpr std::size_t size = 256;
  std::size_t count = 0;
  std::array<double, size> batch, seen, touched, seconds;
};

struct DecodeSweep::Whole {
  explicit Whole(WholeSteps made) : steps(std::move(made)) {}
  WholeSteps steps;
};

/// Reads the constants off a few lowered steps.
class DecodeSweep::Builder {
 public:
  Builder(const Model& model, const PrecisionPlan& plan, const Parallelism& parallelism)
      : model_(model), plan_(plan), parallelism_(parallelism) {}

  Status build(const Rates& rates, const Calibration& calibration, DecodeSweep& sweep) {
    RIDGELINE_CHECK(sample());
    set_experts(sweep);
    for (std::size_t i = 0; i < one_.size(); ++i) {
      if (one_[i].kind == OpClass::collective) {
        add_network(i, rates, sweep.rest_);
      } else {
        sweep.terms_.push_back(term(i, rates));
      }
      sweep.rest_.constant += (rates.launch * one_[i].count).value();
    }
    const PassCounts counts = pass_counts(model_, StepShape::decode(1, 1).groups, parallelism_);
    sweep.rest_.constant += (calibration.per_layer * counts.layers +
                             calibration.per_expert_layer * counts.expert_layers + calibration.per_step)
                                .value();
    sweep.rest_.per_sequence += calibration.per_sequence.value();
    return Status::success();
  }

 private:
  Status step(std::uint32_t batch, std::uint32_t context, std::vector<Op>& out) {
    const SequenceGroup group{batch, 1, context};
    return lower_into(model_, {&group, 1}, plan_, out, parallelism_);
  }
  Status sample() {
    const auto* t = std::get_if<Transformer>(&model_.architecture);
    const unsigned positions = t != nullptr ? t->positions : 0;
    far_context_ = positions > 0 ? positions - 1 : 1U << 20U;
    RIDGELINE_CHECK(step(1, 1, one_));
    RIDGELINE_CHECK(step(1, 2, further_));
    RIDGELINE_CHECK(step(2, 1, two_));
    return step(1, far_context_, far_);
  }

  void set_experts(DecodeSweep& sweep) {
    const auto* t = std::get_if<Transformer>(&model_.architecture);
    if (t == nullptr || !t->moe) return;
    touched_one_ = touched_experts(t->moe->experts, t->moe->active, 1) / parallelism_.expert;
    sweep.experts_ = static_cast<double>(t->moe->experts) / parallelism_.expert;
    sweep.untouched_log_ = portable_log1p(-static_cast<double>(t->moe->active) / t->moe->experts);
  }

  /// Affine in the batch, and in the tokens seen: 2 and 3 of them at contexts 1 and 2.
  template <class Value>
  Affine affine(std::size_t i, Value value) const {
    Affine a;
    a.per_seen = value(further_[i]) - value(one_[i]);
    a.per_sequence = value(two_[i]) - value(one_[i]) - 2 * a.per_seen;
    a.constant = value(one_[i]) - a.per_sequence - 2 * a.per_seen;
    return a;
  }

  Term term(std::size_t i, const Rates& rates) const {
    const Op& op = one_[i];
    Term term;
    term.count = op.count;
    term.memory_stretch = rates.memory_stretch[static_cast<std::size_t>(op.kind)];
    const double per_flop =
        rates.seconds_per_flop[static_cast<std::size_t>(op.kind)][static_cast<std::size_t>(op.format)];
    term.compute = affine(i, [&](const Op& o) { return o.flops.value() * per_flop; });
    term.stored = affine(i, [](const Op& o) { return (o.weights + o.kv_cache).value(); });
    term.activations = affine(i, [](const Op& o) { return o.activations.value(); });
    if (op.kind == OpClass::experts) {
      // All of its weights are those of experts touched; padding rows go with each of them.
      term.stored = {0, 0, 0, op.weights.value() / touched_one_};
      term.compute.per_touched = op.flops.value() * per_flop * rates.padding_rows / (op.m * touched_one_);
    }
    const double per_byte = rates.passing * term.memory_stretch;
    term.memory = {(term.stored.constant + term.activations.constant) * per_byte,
                   (term.stored.per_sequence + term.activations.per_sequence) * per_byte,
                   (term.stored.per_seen + term.activations.per_seen) * per_byte,
                   term.stored.per_touched * per_byte};
    term.window = window(i, term);
    return term;
  }

  /// Tokens beyond which a query sees no more, read off a step with a long context.
  double window(std::size_t i, const Term& term) const {
    const double slope = term.stored.per_seen, far_seen = far_context_ + 1.0;
    if (slope <= 0) return std::numeric_limits<double>::infinity();
    const double far = (far_[i].weights + far_[i].kv_cache).value();
    const double seen = (far - term.stored.constant - term.stored.per_sequence) / slope;
    return seen < far_seen * (1 - 1e-9) ? std::round(seen) : std::numeric_limits<double>::infinity();
  }

  void add_network(std::size_t i, const Rates& rates, Affine& rest) const {
    const Affine a = affine(i, [&](const Op& o) { return network_time(o, rates).value() * o.count; });
    rest.constant += a.constant;
    rest.per_sequence += a.per_sequence;
  }

  const Model& model_;
  const PrecisionPlan& plan_;
  const Parallelism& parallelism_;
  std::vector<Op> one_, further_, two_, far_;
  std::uint32_t far_context_ = 0;
  double touched_one_ = 1;
};

Result<DecodeSweep> DecodeSweep::make(const Model& model, const Hardware& hardware, const PrecisionPlan& plan,
                                      const Calibration& calibration, const Parallelism& parallelism) {
  RIDGELINE_CHECK(validate(calibration));
  const bool textbook = calibration.kind == CalibrationKind::textbook;
  const bool states = textbook && std::holds_alternative<StateSpace>(model.architecture);
  if ((!std::holds_alternative<Transformer>(model.architecture) && !states) || !generates(model))
    return bad_input(model.id + ": is not a transformer that decodes");
  if (parallelism.data > 1)
    return bad_input(model.id + ": data ranks take whole sequences, so a sweep over the batch is not affine");
  if (textbook) {
    RIDGELINE_TRY(steps, WholeSteps::make(model, hardware, plan, calibration, parallelism));
    DecodeSweep whole;
    whole.whole_ = std::make_shared<const Whole>(std::move(steps));
    return whole;
  }
  RIDGELINE_TRY(device, view(hardware, plan, parallelism.devices()));
  const Bytes weights = weight_bytes(model, count_parameters(model), plan, parallelism);
  const Rates rates = make_rates(device, calibration, weights);
  DecodeSweep sweep;
  sweep.stored_ = rates.stored;
  sweep.passing_ = rates.passing;
  sweep.overlap_ = rates.overlap;
  for (std::size_t i = 0; i < rates.cache_levels; ++i) {
    sweep.caches_.push_back({rates.caches[i].capacity.value(), rates.caches[i].seconds_per_byte});
  }
  RIDGELINE_CHECK(Builder(model, plan, parallelism).build(rates, calibration, sweep));
  return sweep;
}

namespace {

template <Overlap overlap>
double together(double compute, double memory) {
  if constexpr (overlap == Overlap::full) return std::max(compute, memory);
  const double c2 = compute * compute, m2 = memory * memory;
  return std::sqrt(std::sqrt(c2 * c2 + m2 * m2));
}

}  // namespace

/// All bytes at one rate. Factors that are 0 for every point are left out of the loop: most terms have two.
template <Overlap overlap>
void DecodeSweep::add(const Term& term, Block& block) const {
  const Affine c = term.compute, m = term.memory;
  const double count = term.count, window = term.window;
  const auto loop = [&](const auto& seconds_at) {
    for (std::size_t i = 0; i < block.count; ++i) block.seconds[i] += count * seconds_at(i);
  };
  if (c.per_touched > 0 || m.per_touched > 0) {
    loop([&](std::size_t i) {
      const double b = block.batch[i], touched = block.touched[i];
      return together<overlap>(c.constant + c.per_sequence * b + c.per_touched * touched,
                               m.constant + m.per_sequence * b + m.per_touched * touched);
    });
  } else if (c.per_seen > 0 || m.per_seen > 0) {
    loop([&](std::size_t i) {
      const double b = block.batch[i], seen = b * std::min(block.seen[i], window);
      return together<overlap>(c.constant + c.per_sequence * b + c.per_seen * seen,
                               m.constant + m.per_sequence * b + m.per_seen * seen);
    });
  } else {
    loop([&](std::size_t i) {
      const double b = block.batch[i];
      return together<overlap>(c.constant + c.per_sequence * b, m.constant + m.per_sequence * b);
    });
  }
}

/// Activations at the rate of the cache that holds them: cost() in cost.h.
template <Overlap overlap>
void DecodeSweep::add_cached(const Term& term, Block& block) const {
  for (std::size_t i = 0; i < block.count; ++i) {
    const double b = block.batch[i], seen = b * std::min(block.seen[i], term.window);
    const double touched = block.touched[i];
    const auto at = [&](const Affine& a) {
      return a.constant + a.per_sequence * b + a.per_seen * seen + a.per_touched * touched;
    };
    const double stored = at(term.stored), passing = at(term.activations);
    double rate = passing_;
    for (const Cache& cache : caches_) {
      rate = passing <= cache.capacity ? std::min(rate, cache.seconds_per_byte) : rate;
    }
    const double slower = std::max(stored * stored_, passing * rate);
    const double faster = (stored + passing) * std::min(stored_, rate);
    block.seconds[i] +=
        term.count * together<overlap>(at(term.compute), std::max(slower, faster) * term.memory_stretch);
  }
}

void DecodeSweep::latencies(std::span<const double> batch, std::span<const double> context,
                            std::span<double> seconds) const {
  if (whole_) return whole_->steps.latencies(batch, context, seconds);
  Block block;
  for (std::size_t start = 0; start < batch.size(); start += Block::size) {
    block.count = std::min(Block::size, batch.size() - start);
    for (std::size_t i = 0; i < block.count; ++i) {
      block.batch[i] = batch[start + i];
      block.seen[i] = context[start + i] + 1;
      block.touched[i] = experts_ > 0 ? -experts_ * portable_expm1(untouched_log_ * block.batch[i]) : 0;
      block.seconds[i] = rest_.constant + rest_.per_sequence * block.batch[i];
    }
    for (const Term& term : terms_) {
      const bool cached = !caches_.empty(), full = overlap_ == Overlap::full;
      if (cached) {
        full ? add_cached<Overlap::full>(term, block) : add_cached<Overlap::partial>(term, block);
      } else {
        full ? add<Overlap::full>(term, block) : add<Overlap::partial>(term, block);
      }
    }
    std::copy_n(block.seconds.begin(), block.count, seconds.begin() + static_cast<std::ptrdiff_t>(start));
  }
}

}  // namespace ridgeline
