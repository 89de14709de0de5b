#pragma once
// Times of the passes of a continuous-batching engine, sampled once from the cost model into a table: a step
// then costs nanoseconds, and many steps in a row have a closed sum. docs/continuous.md derives it.

#include <chrono>
#include <cstdint>
#include <ratio>
#include <span>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {
namespace engine {
class StepTimesBuilder;
}

/// Integer time fine enough that a step's dependence on its context survives rounding: 2^-24 ns. Sums are
/// exact, so a thousand steps at once end when a thousand single ones do. 549 s at most.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, (1'000'000'000LL << 24)>>;

/// What a table must cover, and where it is exact.
struct StepLimits {
  std::uint32_t max_sequences = 256;  ///< in decode on one replica, at most 16384
  std::uint32_t max_context = 8192;   ///< tokens of a sequence
  std::vector<std::uint32_t> exact;   ///< besides the geometric grid: prompt lengths or contexts sampled too
};

/// Costs that are linear in everything: for tests, and for systems that are known only by two slopes.
struct LinearCosts {
  Nanoseconds step{0};      ///< each decode pass
  Nanoseconds sequence{0};  ///< each sequence of it
  Seconds cached_token{};   ///< each token in its cache
  Nanoseconds prompt{0};    ///< each prompt
  Nanoseconds prompt_token{0};
  double interference = 1, prompt_stretch = 1;
  double compute_share = 1;  ///< of all passes: what a slower clock stretches
};

/// For each number B of sequences a piecewise linear function of their mean context. Exact (to 2^-24 ns a
/// token) at the contexts sampled; between them the grid, whose steps are 19 %, is off by less than 1 % of
/// the part of the time that attention takes. The time of a prompt is a function P of its length alone:
/// tokens p to q of it take P(q) - P(p), so that its chunks add up to the whole.
class StepTimes {
 public:
  /// Errors: those of predict(); bad_input for a model that does not generate, limits beyond the above, and
  /// passes longer than 10 s.
  static Result<StepTimes> make(const Model&, const Hardware&, const PrecisionPlan&, const Parallelism&,
                                const Calibration&, const StepLimits&);
  static Result<StepTimes> linear(const LinearCosts&, const StepLimits&);

  /// One decode pass of B sequences that hold `context` tokens together. Requires 1 <= B <= max_sequences.
  Ticks decode(std::uint32_t sequences, std::uint64_t context) const;
  /// `steps` of them in a row, each adding a token to every sequence. Requires steps <= longest_run(B).
  Ticks decode_run(std::uint32_t sequences, std::uint64_t context, std::uint64_t steps) const;
  /// The fewest steps that take at least `time`, or longest_run(B); at least 1.
  std::uint64_t steps_for(std::uint32_t sequences, std::uint64_t context, Ticks time) const;
  /// Steps in a row whose sum is sure to fit Ticks.
  std::uint64_t longest_run(std::uint32_t sequences) const { return longest_run_[sequences]; }

  /// Tokens from..to of a prompt, alone on the device; never less than a pass over one token. With data
  /// parallelism every rank has a prompt at once, and each is charged its part. Requires from < to.
  Ticks prompt(std::uint32_t from, std::uint32_t to) const;
  /// Processor time of a prompt besides its passes; it holds the pass up like those.
  Ticks per_prompt() const { return per_prompt_; }
  /// By how much a prompt part delays the decode pass that it shares.
  Ticks beside_decode(Ticks prompt) const { return scaled(prompt, interference_); }
  /// What a prompt takes in all, for whoever waits for its first token.
  Ticks stretched(Ticks prompt) const { return scaled(prompt, stretch_); }

  /// What operators that computing binds take of a decode pass (as at the context sampled below), and of
  /// tokens from..to of a prompt: a slower clock stretches these, and nothing else.
  double decode_compute_share(std::uint32_t sequences, std::uint64_t context) const {
    return compute_shares_[(sequences - 1) * contexts_.size() + piece_of(sequences, context)];
  }
  Ticks prompt_compute(std::uint32_t from, std::uint32_t to) const;

  std::uint32_t max_sequences() const { return static_cast<std::uint32_t>(longest_run_.size()) - 1; }
  std::span<const std::uint64_t> contexts() const { return contexts_; }  ///< sampled for decode
  std::span<const std::uint64_t> prompts() const { return prompts_; }    ///< sampled lengths, first 0

 private:
  /// decode at a sampled context, and the growth from there with each token held by any sequence.
  struct Piece {
    std::int64_t at_start = 0, slope = 0;
  };
  static std::int64_t scaled(std::int64_t ticks, std::uint32_t factor) {
    // In two parts, so that no product leaves 64 bits.
    return (ticks >> 16) * factor + (((ticks & 0xffff) * factor) >> 16);
  }
  static Ticks scaled(Ticks ticks, std::uint32_t factor) { return Ticks(scaled(ticks.count(), factor)); }
  std::size_t piece_of(std::uint32_t sequences, std::uint64_t context) const;
  std::int64_t prompt_up_to(std::uint32_t tokens, const std::vector<std::int64_t>& times) const;
  void set_longest_runs();

  friend class engine::StepTimesBuilder;
  std::vector<std::uint64_t> contexts_;     ///< ascending, first 0
  std::vector<Piece> pieces_;               ///< [B - 1][context]
  std::vector<float> compute_shares_;       ///< the same
  std::vector<std::uint64_t> longest_run_;  ///< [B]
  std::vector<std::uint64_t> prompts_;
  std::vector<std::int64_t> prompt_times_, prompt_compute_;  ///< of the latter, what computing binds
  Ticks per_prompt_{0};
  std::uint32_t interference_ = 1U << 16U, stretch_ = 1U << 16U;  ///< 2^-16
};

}  // namespace ridgeline
