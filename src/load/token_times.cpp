#include "load/token_times.h"

namespace ridgeline::load {

std::vector<Nanoseconds> times_to_first_token(const Run& run) {
  std::vector<Nanoseconds> times;
  for (const QueryRecord& q : run.queries) {
    if (q.first_token) times.push_back(*q.first_token - q.scheduled);
  }
  return times;
}

std::vector<Nanoseconds> times_per_output_token(const Run& run) {
  std::vector<Nanoseconds> times;
  for (const QueryRecord& q : run.queries) {
    // With several samples to a query: the mean over them, (tokens / samples - 1) tokens after the first.
    if (!q.first_token || q.tokens <= q.samples) continue;
    const Nanoseconds generating = q.completed - *q.first_token;
    times.push_back(generating * q.samples / static_cast<Nanoseconds::rep>(q.tokens - q.samples));
  }
  return times;
}

}  // namespace ridgeline::load
