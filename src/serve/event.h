#pragma once
// What happens in a simulated run.

#include <cstdint>

#include "sim/calendar.h"

namespace ridgeline::serve {

enum class EventKind : std::uint32_t {
  issue_query,    ///< index: of the query
  first_token,    ///< index: of the worker
  batch_done,     ///< index: of the worker
  batch_timeout,  ///< the oldest waiting sample may have waited long enough
};

struct Event {
  EventKind kind;
  std::uint32_t index;
};

using EventCalendar = sim::Calendar<Event>;

}  // namespace ridgeline::serve
