#pragma once
// Inputs of a KServe model by their signature, and synthetic values for them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "ridgeline/systems.h"

namespace ridgeline::http {

enum class TensorType {
  boolean,
  uint8,
  uint16,
  uint32,
  uint64,
  int8,
  int16,
  int32,
  int64,
  fp16,
  fp32,
  fp64,
  bf16,
  bytes,
};
std::string_view to_string(TensorType);  ///< the protocol's: "FP32"
bool has_json_form(TensorType);

struct Tensor {
  std::string name;
  TensorType type = TensorType::fp32;
  std::vector<std::int64_t> shape;  ///< of one sample, with its first dimension when it is batched
  bool batched = false;             ///< the first dimension is the number of samples

  std::vector<std::int64_t> shape_of(std::uint32_t samples) const;
  double elements(std::uint32_t samples) const;
};

/// The inputs of GET /v2/models/NAME. Shapes that are given take the place of the server's. Errors:
/// bad_input: not such metadata, a type that the protocol does not have, a dimension that is left open.
Result<std::vector<Tensor>> read_signature(std::string_view metadata, const std::vector<InputShape>&);

/// Values: numbers of [0, 1) for floating types (binary FP16 and BF16: [1, 2)), integers below 100, words.
void add_json(const Tensor&, std::uint32_t samples, RandomStream&, std::string& into);
/// Little endian, row by row; BYTES each with its length in 4 bytes before it.
void add_binary(const Tensor&, std::uint32_t samples, RandomStream&, std::string& into);

}  // namespace ridgeline::http
