#include "ridgeline/engine.h"

namespace ridgeline {

Bytes wire_bytes(const Op& op) {
  if (op.peers <= 1) return Bytes(0);
  const double others = (op.peers - 1.0) / op.peers;
  switch (op.collective) {
    case Collective::none:
      return Bytes(0);
    case Collective::all_reduce:  // a reduce-scatter and an all-gather
      return op.wire * (2 * others);
    case Collective::all_gather:
    case Collective::reduce_scatter:
    case Collective::all_to_all:
      return op.wire * others;
    case Collective::point_to_point:
      return op.wire;
  }
  return Bytes(0);
}

}  // namespace ridgeline
