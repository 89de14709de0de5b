// The layer is templates: one instance here, so that its own warnings apply to them.
#include "sim/calendar.h"
#include "sim/fifo.h"

namespace ridgeline::sim {

template class Calendar<std::uint64_t>;
template class Fifo<std::uint64_t>;

}  // namespace ridgeline::sim
