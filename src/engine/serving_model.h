#pragma once
// The closed form of continuous batching, with the lowering done once: evaluating it again under another
// calibration costs no more than the cost of two passes. docs/serving.md derives it.

#include <vector>

#include "engine/cost.h"
#include "ridgeline/serving.h"

namespace ridgeline::engine {

/// Operators of one pass with what its overheads multiply.
struct Pass {
  std::vector<Op> ops;
  PassCounts counts;
  StepShape shape;
};

/// What the closed form gives under one calibration.
struct ServingTimes {
  Seconds step;    ///< decode, without prompts
  Seconds prompt;  ///< one prompt's pass alone
  Seconds tpot, ttft;
  /// Of the time that a request is in the system, the part that it decodes.
  double decoding(double osl) const { return osl * tpot.value() / (osl * tpot.value() + ttft.value()); }
};

class ServingModel {
 public:
  /// `decoding` is the share of its time in the system that a request decodes; the sequences in decode follow
  /// from it (Little's law). Errors: those of predict_serving. The model must outlive what is made.
  static Result<ServingModel> make(const Model&, const Hardware&, const ServingPoint&, double decoding);
  /// The same point with another share: lowers the decode pass again, and nothing else.
  Status set_decoding(double decoding);

  ServingTimes evaluate(const Calibration&) const;
  /// The decode step's totals under a calibration.
  Totals decode_totals(const Calibration&) const;

  double users() const { return users_; }      ///< of one data-parallel rank of a worker
  double running() const { return running_; }  ///< in decode on one rank
  double largest_batch() const { return largest_; }
  const Pass& decode() const { return decode_; }
  /// Of one device, at `running` sequences.
  Result<Footprint> footprint() const;

 private:
  Seconds pass_time(const Pass&, const DeviceView&, const Calibration&) const;
  Seconds handover(const Calibration&) const;

  /// Tokens that a sequence holds on average: out of step with one another they have half of their output.
  std::uint32_t mean_context() const { return point_.isl + point_.osl / 2; }
  MemoryDemand demand(std::uint32_t sequences) const;
  std::uint32_t in_decode() const;

  const Model* model_ = nullptr;
  ServingPoint point_;
  DeviceView decode_device_, prompt_device_;
  Pass decode_, prompt_;
  Bytes weights_{}, prompt_cache_{};
  double users_ = 1, running_ = 1, largest_ = 1, prompt_users_ = 1;
};

}  // namespace ridgeline::engine
