#pragma once
// A probed host as the engine sees it: hardware, calibration, and both at the ends of their intervals.

#include "ridgeline/audit.h"

namespace ridgeline::audit {

/// Which end of the probe's 95 % intervals to believe. `slow` takes every rate at its low end.
enum class Belief { slow, central, fast };

struct HostModel {
  Hardware hardware;
  Calibration calibration;
};
/// Peak times efficiency is the sustained rate of the library's kernels, so the roofline's roof is the probed
/// peak and the prediction runs at what the probe's kernels sustained. Errors: this thread count was not
/// probed.
Result<HostModel> host_model(const HostProbe&, unsigned threads, Belief);

}  // namespace ridgeline::audit
