#include "catalog/architectures.h"
#include "catalog/model_fields.h"

namespace ridgeline::catalog {

Result<StateSpace> read_state_space(const YamlNode& node) {
  StateSpace s;
  RIDGELINE_CHECK(read_fields(node, state_space_fields(), {}, s));
  RIDGELINE_CHECK(require_positive(node, {"layers", "hidden", "inner", "state", "dt_rank", "vocab"}));
  if (s.conv_kernel == 0)
    return error_at(node, "conv_kernel", "expected a whole number of at least 1, found 0");
  return s;
}

}  // namespace ridgeline::catalog
