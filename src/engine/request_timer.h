#pragma once
// One deployment's requests, batch after batch: what their passes have in common is worked out once.

#include <vector>

#include "engine/cost.h"

namespace ridgeline::engine {

class RequestTimer {
 public:
  /// Errors: a calibration that is none, a precision that the device lacks. Model and calibration must
  /// outlive the timer.
  static Result<RequestTimer> make(const Model&, const Hardware&, const PrecisionPlan&, const Calibration&);

  struct Pass {
    Seconds latency{};  ///< bit for bit what predict() says
    /// Of it, what operators take that computing binds, 0 to 1: memory and the processor that launches them
    /// have clocks of their own.
    double compute_share = 0;
  };
  /// Errors: shapes that the model cannot have.
  Result<Pass> pass(const SequenceGroup&);

  struct Request {
    RequestTime time;
    Pass first;
  };
  Result<Request> request(const RequestShape&, std::uint32_t batch);
  /// Tokens of a request's first pass; 1 where the model takes none. Errors: those of predict_request().
  Result<std::uint32_t> first_pass_tokens(const RequestShape&) const;

 private:
  RequestTimer(const Model&, const PrecisionPlan&, const Calibration&);

  const Model* model_;
  PrecisionPlan plan_;
  const Calibration* calibration_;
  ParameterCount parameters_;
  Rates rates_;
  std::vector<Op> ops_, scratch_;
};

}  // namespace ridgeline::engine
