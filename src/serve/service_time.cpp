#include "serve/service_time.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::serve {
namespace {

double share_at(const std::vector<double>& shares, std::uint32_t batch) {
  return shares.empty() ? 1.0 : shares[batch - 1];
}

}  // namespace

TableTimes times_of(const LengthTable& table, std::uint32_t batch, TokenLengths longest) {
  const auto& times = table.prefill[batch - 1];
  const auto above = std::lower_bound(table.prompts.begin(), table.prompts.end(), longest.input);
  const auto high = static_cast<std::size_t>(above - table.prompts.begin());
  TableTimes result;
  result.first_token = times[high];
  if (high > 0 && *above > longest.input) {
    const double part = static_cast<double>(longest.input - above[-1]) / (*above - above[-1]);
    const auto step = static_cast<double>((times[high] - times[high - 1]).count());
    result.first_token = times[high - 1] + Nanoseconds(std::llround(part * step));
  }
  result.total = result.first_token;
  if (longest.output > 1) {
    // The first pass yields the first token; each later one appends the one before it.
    const Ticks run =
        table.decode.decode_run(batch, std::uint64_t{batch} * longest.input, longest.output - 1);
    result.total += std::chrono::duration_cast<Nanoseconds>(run);
  }
  return result;
}

ServiceDraw ServiceTimes::draw(std::uint32_t batch, HeatDevice* device) {
  const Nanoseconds total = table_.total[batch - 1];
  return draw(batch, {table_.first_token.empty() ? total : table_.first_token[batch - 1], total}, device);
}

ServiceDraw ServiceTimes::draw(std::uint32_t batch, TableTimes times, HeatDevice* device) {
  const bool generates = !table_.first_token.empty();
  const Nanoseconds total = times.total, first = times.first_token;
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
