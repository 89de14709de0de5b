#include "catalog/architectures.h"
#include "catalog/fields.h"

namespace ridgeline::catalog {

Result<StateSpace> read_state_space(const YamlNode& node) {
  using S = StateSpace;
  static const std::vector<Field<S>> fields = {
      {"layers", &S::layers},   {"hidden", &S::hidden},
      {"inner", &S::inner},     {"state", &S::state},
      {"dt_rank", &S::dt_rank}, {"conv_kernel", &S::conv_kernel},
      {"vocab", &S::vocab},     {"tied_embeddings", &S::tied_embeddings},
  };
  S s;
  RIDGELINE_CHECK(read_fields(node, fields, {}, s));
  RIDGELINE_CHECK(require_positive(node, {"layers", "hidden", "inner", "state", "dt_rank", "vocab"}));
  if (s.conv_kernel == 0)
    return error_at(node, "conv_kernel", "expected a whole number of at least 1, found 0");
  return s;
}

}  // namespace ridgeline::catalog
