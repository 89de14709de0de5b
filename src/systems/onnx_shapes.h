#pragma once
// From the signature of an ONNX model to the shapes of its inputs. Knows no ONNX Runtime.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ridgeline/result.h"

namespace ridgeline::systems {

/// A tensor that a model takes, as its signature has it.
struct OnnxInput {
  std::string name;
  std::vector<std::int64_t> dims;  ///< below 0: open
  std::vector<std::string> names;  ///< of the open ones; empty where they have none. As many as dims
};

/// What the inputs are for a batch.
struct OnnxShapes {
  std::vector<std::vector<std::int64_t>> dims;    ///< of each input, open ones filled in; the batch is 1
  std::vector<std::vector<std::size_t>> batched;  ///< of each input: which of them are the batch
  bool takes_batches = false;
  std::vector<std::string> assumed;  ///< names of open dimensions that nobody gave, and so are 1

  /// Of one input. Requires samples == 1 unless it takes batches.
  std::vector<std::int64_t> of(std::size_t input, std::uint32_t samples) const;
};

/// Open dimensions without a name are called INPUT[AXIS]. The batch is an input's first dimension where that
/// is open and not given, every other dimension of that name, and those that are given as 0. What is neither
/// batch nor given is 1.
/// Errors: bad_input, a given name that the model does not have, or a size below 0.
Result<OnnxShapes> plan_shapes(const std::vector<OnnxInput>&,
                               const std::map<std::string, std::int64_t>& given);

}  // namespace ridgeline::systems
