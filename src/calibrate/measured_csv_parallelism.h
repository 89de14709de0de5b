#pragma once
// How a benchmark's columns of parallelism become a Parallelism that the engine accepts.

#include <cstdint>
#include <string>
#include <string_view>

#include "ridgeline/engine.h"

namespace ridgeline::calibrate {

/// As the row has it; 0: not given.
struct RawParallelism {
  std::uint32_t tensor = 0, pipeline = 0, data = 0, expert = 0, expert_tensor = 0;
};

/// How far the columns of a row may be trusted to mean what they say.
enum class RowForm {
  plain,   ///< entirely
  silicon  ///< an aggregated row of the silicon form: two ways of writing world sizes occur in it
};

struct Spread {
  Parallelism parallelism;
  std::string_view note;  ///< the kind of change made to what the row says; empty: none
  std::string doubt;      ///< why it cannot be what the row says
};

/// Same devices, experts spread so that tensor x data = expert x expert_tensor, and a tensor parallelism that
/// divides the model's heads: where it does not, the nearest power of two that does (by ratio), with a doubt.
Spread canonical(const RawParallelism&, RowForm, const Model&);

}  // namespace ridgeline::calibrate
