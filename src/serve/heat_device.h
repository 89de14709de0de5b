#pragma once
// One device that warms up while it works and whose governor slows it down.

#include <vector>

#include "ridgeline/heat.h"
#include "serve/heat_network.h"

namespace ridgeline::serve {

/// Lives in the virtual time of its worker, which it is told stretch by stretch. The model must be valid and
/// outlive this.
class HeatDevice {
 public:
  /// What happened in one governor period.
  struct Slot {
    double seconds = 0;        ///< that were lived through; less than the period only in the last slot
    double clock_seconds = 0;  ///< integral of the clock share
    double joules = 0;
    double celsius = 0;  ///< hottest node, at the end
  };

  explicit HeatDevice(const HeatModel&);

  Nanoseconds now() const { return now_; }
  double clock() const { return model_->steps[step_].clock; }

  /// Requires at >= now().
  void idle_until(Nanoseconds at);
  /// Active, without progress.
  void stall(Nanoseconds);
  /// Works for at most `most`; takes the work that was done off `left`, nanoseconds at the full clock.
  /// Work of which `compute_share` binds on computing takes share / clock + 1 - share of its time. Returns
  /// the time taken; `left` is 0 when the work is done.
  Nanoseconds compute(double& left, double compute_share, Nanoseconds most);

  /// Of the governor's periods from 0 on; the last one is the one that now() is in.
  const std::vector<Slot>& slots() const { return slots_; }
  Nanoseconds slot_length() const { return period_; }

 private:
  Nanoseconds until_tick() const { return next_tick_ - now_; }
  Watts active_power() const;
  void spend(Watts, Nanoseconds);  ///< not beyond the next tick
  void pass(bool active, Nanoseconds);
  void govern();

  const HeatModel* model_;
  HeatNetwork network_;
  Nanoseconds period_, now_{0}, next_tick_;
  double last_seen_;  ///< by the governor
  std::size_t step_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace ridgeline::serve
