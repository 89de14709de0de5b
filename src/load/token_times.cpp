#include "load/token_times.h"

namespace ridgeline::load {

std::optional<Nanoseconds> time_to_first_token(const QueryRecord& q) {
  if (!q.first_token) return std::nullopt;
  return *q.first_token - q.scheduled;
}

std::optional<Nanoseconds> time_per_output_token(const QueryRecord& q) {
  // With several samples to a query: the mean over them, (tokens / samples - 1) tokens after the first.
  if (!q.first_token || q.tokens <= q.samples) return std::nullopt;
  const Nanoseconds generating = q.completed - *q.first_token;
  return generating * q.samples / static_cast<Nanoseconds::rep>(q.tokens - q.samples);
}

}  // namespace ridgeline::load
