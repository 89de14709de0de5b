#include "serve/service_time.h"

namespace ridgeline::serve {
namespace {

double share_at(const std::vector<double>& shares, std::uint32_t batch) {
  return shares.empty() ? 1.0 : shares[batch - 1];
}

}  // namespace

ServiceDraw ServiceTimes::draw(std::uint32_t batch, HeatDevice* device) {
  const bool generates = !table_.first_token.empty();
  const Nanoseconds total = table_.total[batch - 1];
  const Nanoseconds first = generates ? table_.first_token[batch - 1] : total;
  const double factor = disturbances_.noise_factor();
  const Nanoseconds work = Disturbances::noisy(total, factor);
  const Nanoseconds first_work = Disturbances::noisy(first, factor);
  ServiceDraw drawn;
  drawn.prefill = disturbances_.run(first, first_work, share_at(table_.compute_share, batch), device);
  if (generates) {
    drawn.first_token = drawn.prefill.total();
    drawn.decode = disturbances_.run(total - first, work - first_work,
                                     share_at(table_.decode_compute_share, batch), device);
  }
  drawn.total = drawn.prefill.total() + drawn.decode.total();
  return drawn;
}

}  // namespace ridgeline::serve
