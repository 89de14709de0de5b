#pragma once
// Whether a Server run went as it was predicted and simulated, and if not, which assumption did not hold.

#include "ridgeline/audit.h"

namespace ridgeline::audit {

/// What a Server cell rests on.
struct Evidence {
  const Run& simulated;
  const Run& measured;
  Seconds assumed{};  ///< service of a query that is alone, as predicted
  Seconds alone{};    ///< the same, as SingleStream measured it before
};

/// Latencies of the queries that came when every earlier one was complete: service, and no wait. Ascending.
std::vector<Seconds> unqueued(const Run&);

/// Of a cell whose metrics are lined up. A column is off where it lies beyond the goal from all of the
/// measured interval, or from the figure where that has none.
Agreement judge_agreement(const AuditCell&, const Evidence&);

}  // namespace ridgeline::audit
