#pragma once
// The closed form of continuous batching, with the lowering done once: evaluating it again under another
// calibration costs no more than the cost of two passes. docs/serving.md derives it.

#include <cmath>
#include <vector>

#include "engine/cost.h"
#include "engine/memory.h"
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
  /// Another load of the same deployment, and another share; nothing is lowered.
  void set_load(double concurrency, unsigned replicas, double max_batch);
  void set_running(double decoding) {
    running_ = std::clamp(std::min(users_ * decoding, largest_), 1.0, largest_);
  }

  ServingTimes evaluate(const Calibration&) const;
  /// The same where the times of both passes are known.
  ServingTimes times(const Calibration&, Seconds step, Seconds prompt) const;
  Seconds prompt_time(const Calibration&) const;
  /// The decode step's totals under a calibration.
  Totals decode_totals(const Calibration&) const;

  double users() const { return users_; }      ///< of one data-parallel rank of a worker
  double running() const { return running_; }  ///< in decode on one rank
  double largest_batch() const { return largest_; }
  const Pass& decode() const { return decode_; }
  std::uint32_t in_decode() const;  ///< of one worker
  const Model& model() const { return *model_; }
  const ServingPoint& point() const { return point_; }
  /// Tokens that a sequence holds on average: out of step with one another they have half of their output.
  std::uint32_t mean_context() const { return point_.isl + point_.osl / 2; }
  Rates decode_rates(const Calibration& c) const { return make_rates(decode_device_, c, weights_); }
  MemoryNeed& memory_need() { return *memory_; }
  /// Of one device, at `running` sequences.
  Result<Footprint> footprint() const;

 private:
  Seconds pass_time(const Pass&, const DeviceView&, const Calibration&) const;
  Seconds handover(const Calibration&) const;

  MemoryDemand demand(std::uint32_t sequences) const;

  const Model* model_ = nullptr;
  ServingPoint point_;
  DeviceView decode_device_, prompt_device_;
  Pass decode_, prompt_;
  Bytes weights_{}, prompt_cache_{};
  std::optional<MemoryNeed> memory_;
  std::uint32_t fit_ = 1;  ///< sequences that the memory of one worker holds
  double users_ = 1, running_ = 1, largest_ = 1, prompt_users_ = 1;
};

/// The share of a request's time that it decodes, and the times that follow from it: each is found from the
/// other until they agree. `set(share)` may refuse, and then there is nothing; before the first it is 1.
template <class Set, class Evaluate>
std::optional<ServingTimes> settle(double osl, Set&& set, Evaluate&& evaluate) {
  double decoding = 1;
  for (int round = 0;; ++round) {
    const ServingTimes times = evaluate();
    const double next = times.decoding(osl);
    if (round == 12 || std::abs(next - decoding) < 0.005) return times;
    decoding = (decoding + next) / 2;
    if (!set(decoding)) return std::nullopt;
  }
}

}  // namespace ridgeline::engine
