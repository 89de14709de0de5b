#pragma once
// A model in ONNX Runtime, with inputs made from its signature. Only where its header was found.

#include <memory>
#include <string>

#include "ridgeline/result.h"
#include "ridgeline/systems.h"

namespace ridgeline::systems {

class OnnxSession {
 public:
  virtual ~OnnxSession() = default;
  /// Samples that one run takes at most, as options and signature have it; the others need further runs.
  virtual std::uint32_t max_batch() const = 0;
  virtual std::string description() const = 0;  ///< "silero_vad.onnx on ONNX Runtime 1.22.0, 2 threads, ..."
  /// Error: what ONNX Runtime says. Requires 1 to max_batch() samples.
  virtual Status run(std::uint32_t samples) = 0;
};
Result<std::unique_ptr<OnnxSession>> open_onnx_session(const OnnxOptions&);

}  // namespace ridgeline::systems
