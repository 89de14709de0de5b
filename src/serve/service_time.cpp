#include "serve/service_time.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::serve {
namespace {

Nanoseconds scale(Nanoseconds time, double factor) {
  if (factor == 1) return time;
  const auto scaled = std::llround(static_cast<double>(time.count()) * factor);
  return Nanoseconds(std::max<long long>(scaled, 1));
}

Strikes pauses(const Interference& i, std::uint64_t seed) {
  return Strikes(i.pause_rate, seed, "pause gaps", "pause lengths", [&i](RandomStream& stream) {
    return i.pause_lengths[stream.below(i.pause_lengths.size())];
  });
}

/// Gaps of mean G between bursts of mean B take B / (B + G) of the time: G = B (1 - share) / share.
Strikes background(const Interference& i, std::uint64_t seed) {
  const Seconds burst = to_seconds(i.background_burst);
  const double share = i.background_load;
  const Hertz rate(share > 0 ? share / (1 - share) / burst.value() : 0);
  return Strikes(rate, seed, "background gaps", "background bursts",
                 [burst](RandomStream& stream) { return to_nanoseconds(stream.exponential() * burst); });
}

Strikes context_switches(const Interference& i, std::uint64_t seed) {
  const Nanoseconds cost = i.context_switch_cost + i.cache_refill;
  return Strikes(i.context_switch_rate, seed, "context switch gaps", "context switch lengths",
                 [cost](RandomStream&) { return cost; });
}

double share_at(const std::vector<double>& shares, std::uint32_t batch) {
  return shares.empty() ? 1.0 : shares[batch - 1];
}

}  // namespace

ServiceTimes::ServiceTimes(const ServiceTable& table, const Interference& interference, std::uint64_t seed)
    : table_(table),
      interference_(interference),
      noise_(seed, "service noise"),
      strikes_{pauses(interference, seed), background(interference, seed),
               context_switches(interference, seed)} {}

TableTimes times_of(const LengthTable& table, std::uint32_t batch, TokenLengths longest) {
  const auto& times = table.prefill[batch - 1];
  const auto above = std::lower_bound(table.prompts.begin(), table.prompts.end(), longest.input);
  const auto high = static_cast<std::size_t>(above - table.prompts.begin());
  TableTimes result;
  result.first_token = times[high];
  if (high > 0 && *above > longest.input) {
    const double part = static_cast<double>(longest.input - above[-1]) / (*above - above[-1]);
    result.first_token = times[high - 1] + scale(times[high] - times[high - 1], part);
  }
  result.total = result.first_token;
  if (longest.output > 1) {
    // The first pass yields the first token; each later one appends the one before it.
    const Ticks run = table.decode.decode_run(batch, std::uint64_t{batch} * longest.input, longest.output - 1);
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
  const double factor = noise_factor();
  const Nanoseconds work = scale(total, factor), first_work = scale(first, factor);
  ServiceDraw drawn;
  drawn.prefill = run(first, first_work, share_at(table_.compute_share, batch), device);
  if (generates) {
    drawn.first_token = drawn.prefill.total();
    drawn.decode =
        run(total - first, work - first_work, share_at(table_.decode_compute_share, batch), device);
  }
  drawn.total = drawn.prefill.total() + drawn.decode.total();
  return drawn;
}

double ServiceTimes::noise_factor() {
  const auto& seen = interference_.noise_factors;
  if (!seen.empty()) return seen[noise_.below(seen.size())];
  const double sigma = interference_.noise_sigma;
  if (sigma == 0) return 1;
  return portable_exp(sigma * noise_.normal() - sigma * sigma / 2);  // exp(sigma Z - sigma^2 / 2): E = 1
}

Strikes* ServiceTimes::next_strike() {
  return &*std::min_element(strikes_.begin(), strikes_.end(),
                            [](const Strikes& a, const Strikes& b) { return a.until() < b.until(); });
}

ServicePart ServiceTimes::run(Nanoseconds table, Nanoseconds work, double compute_share, HeatDevice* device) {
  ServicePart part;
  part.table = table;
  Nanoseconds computing{0}, struck{0};
  auto left = static_cast<double>(work.count());
  while (true) {
    Strikes* const next = next_strike();
    Nanoseconds ran{};
    if (device) {
      ran = device->compute(left, compute_share, next->until());
    } else {
      ran = std::min(work - computing, next->until());
      left = static_cast<double>((work - computing - ran).count());
    }
    computing += ran;
    for (Strikes& each : strikes_) each.compute(ran);
    if (left == 0) break;
    const Nanoseconds length = next->strike();
    struck += length;
    if (device) device->stall(length);
  }
  part.throttling = computing - work;
  part.interference = work - table + struck;
  return part;
}

}  // namespace ridgeline::serve
