#include "serve/service_time.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::serve {
namespace {

Nanoseconds scale(Nanoseconds time, double factor) {
  const auto scaled = std::llround(static_cast<double>(time.count()) * factor);
  return Nanoseconds(std::max<long long>(scaled, 1));
}

}  // namespace

ServiceTimes::ServiceTimes(const ServiceTable& table, const Interference& interference, std::uint64_t seed)
    : table_(table),
      interference_(interference),
      noise_(seed, "service noise"),
      gaps_(seed, "pause gaps"),
      lengths_(seed, "pause lengths") {
  if (interference_.pause_rate.value() > 0) until_pause_ = next_gap();
}

ServiceDraw ServiceTimes::draw(std::uint32_t batch) {
  ServiceDraw drawn;
  drawn.total = table_.total[batch - 1];
  if (!table_.first_token.empty()) drawn.first_token = table_.first_token[batch - 1];
  if (interference_.noise_sigma > 0) {
    const double factor = noise_factor();
    drawn.total = scale(drawn.total, factor);
    if (!table_.first_token.empty()) drawn.first_token = scale(drawn.first_token, factor);
  }
  if (interference_.pause_rate.value() > 0) strike(drawn);
  return drawn;
}

/// exp(sigma Z - sigma^2 / 2): E = 1.
double ServiceTimes::noise_factor() {
  const double sigma = interference_.noise_sigma;
  return portable_exp(sigma * noise_.normal() - sigma * sigma / 2);
}

/// A rare pause may lie beyond the clock: cut at 30 years of computing.
Nanoseconds ServiceTimes::next_gap() {
  const double gap = gaps_.exponential() / interference_.pause_rate.value();
  return to_nanoseconds(Seconds(std::min(gap, 1e9)));
}

void ServiceTimes::strike(ServiceDraw& drawn) {
  const ServiceDraw computing = drawn;
  while (until_pause_ < computing.total) {
    const Nanoseconds length =
        interference_.pause_lengths[lengths_.below(interference_.pause_lengths.size())];
    drawn.total += length;
    if (until_pause_ < computing.first_token) drawn.first_token += length;
    until_pause_ += next_gap();
  }
  until_pause_ -= computing.total;
}

}  // namespace ridgeline::serve
