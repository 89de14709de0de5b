#pragma once
// Many decode steps of one deployment at once: arrays in, an array out. For studies and sliders.

#include <memory>
#include <span>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {

/// The decode step of one deployment as a function of batch and context. Every quantity of its operators is
/// affine in the sequences, in the tokens that they see, and in the experts that they touch; the constants
/// are taken from lower() once, so that a point costs its arithmetic and nothing else.
class DecodeSweep {
 public:
  /// bad_input when the model does not decode, or divides its batch over data ranks (their share is a step
  /// function of the batch); else the errors of predict(). State-space models: by the textbook calibration
  /// only, whose one operator is made anew at every point.
  static Result<DecodeSweep> make(const Model&, const Hardware&, const PrecisionPlan&, const Calibration&,
                                  const Parallelism& = {});

  /// Seconds of a step of batch[i] sequences (1 or more) after context[i] tokens each, as predict() gives
  /// them; by the textbook calibration NaN beyond a model's positions. Requires spans of equal length.
  /// Allocates nothing; the calls of one object may run in parallel.
  void latencies(std::span<const double> batch, std::span<const double> context,
                 std::span<double> seconds) const;

 private:
  /// constant + per_sequence * B + per_seen * B * (tokens seen by one) + per_touched * (experts touched)
  struct Affine {
    double constant = 0, per_sequence = 0, per_seen = 0, per_touched = 0;
  };
  struct Term {
    Affine compute;              ///< seconds
    Affine memory;               ///< seconds, where main memory holds everything
    Affine stored, activations;  ///< bytes
    double count = 1;
    double window = 0;          ///< most tokens that a query sees; infinite: all
    double memory_stretch = 1;  ///< of the time for bytes
  };
  struct Cache {
    double capacity = 0, seconds_per_byte = 0;
  };
  class Builder;
  struct Block;
  struct Whole;
  template <Overlap>
  void add(const Term&, Block&) const;
  template <Overlap>
  void add_cached(const Term&, Block&) const;

  std::shared_ptr<const Whole> whole_;  ///< in place of all that follows
  std::vector<Term> terms_;
  std::vector<Cache> caches_;
  Affine rest_;                             ///< seconds of network, launches and the other overheads
  double stored_ = 0, passing_ = 0;         ///< seconds a byte
  double untouched_log_ = 0, experts_ = 0;  ///< log(1 - active / experts); experts of one rank
  Overlap overlap_ = Overlap::full;
};

}  // namespace ridgeline
