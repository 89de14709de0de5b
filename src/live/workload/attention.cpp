#include "live/workload/attention.h"

#include "live/workload/kernels.h"

namespace ridgeline::live {

std::uint64_t attention(const AttentionShape& shape, const AttentionOperands& x) {
  std::uint64_t pairs = 0;
  const std::size_t group = shape.heads / shape.kv_heads;
  const auto tasks = static_cast<std::int64_t>(shape.sequences * shape.heads);
#pragma omp parallel reduction(+ : pairs)
  {
    static thread_local AttentionScratch scratch;
#pragma omp for schedule(static)
    for (std::int64_t task = 0; task < tasks; ++task) {
      const std::size_t s = static_cast<std::size_t>(task) / shape.heads;
      const std::size_t a = static_cast<std::size_t>(task) % shape.heads;
      const AttentionHead head{.queries = x.queries.at(s, a, 0),
                               .keys = x.keys.at(s, a / group, 0),
                               .values = x.values.at(s, a / group, 0),
                               .output = x.output.at(s, a, 0),
                               .query_stride = x.queries.token_stride,
                               .key_stride = x.keys.token_stride,
                               .value_stride = x.values.token_stride,
                               .output_stride = x.output.token_stride,
                               .new_tokens = shape.new_tokens,
                               .past_tokens = shape.past_tokens,
                               .dim = shape.head_dim,
                               .causal = shape.causal};
      pairs += kernels().attend_head(head, scratch);
    }
  }
  return pairs;
}

}  // namespace ridgeline::live
