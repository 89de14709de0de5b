#include "serve/disturbances.h"

#include <algorithm>
#include <cmath>

namespace ridgeline::serve {
namespace {

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

}  // namespace

bool is_quiet(const Interference& i) {
  return i.noise_factors.empty() && i.noise_sigma == 0 && i.pause_rate.value() == 0 &&
         i.background_load == 0 && i.context_switch_rate.value() == 0;
}

Disturbances::Disturbances(const Interference& interference, std::uint64_t seed)
    : interference_(&interference),
      noise_(seed, "service noise"),
      strikes_{pauses(interference, seed), background(interference, seed),
               context_switches(interference, seed)} {}

double Disturbances::noise_factor() {
  const auto& seen = interference_->noise_factors;
  if (!seen.empty()) return seen[noise_.below(seen.size())];
  const double sigma = interference_->noise_sigma;
  if (sigma == 0) return 1;
  return portable_exp(sigma * noise_.normal() - sigma * sigma / 2);  // exp(sigma Z - sigma^2 / 2): E = 1
}

Nanoseconds Disturbances::noisy(Nanoseconds time, double factor) {
  if (factor == 1) return time;
  const auto scaled = std::llround(static_cast<double>(time.count()) * factor);
  return Nanoseconds(std::max<long long>(scaled, 1));
}

Strikes* Disturbances::next_strike() {
  return &*std::min_element(strikes_.begin(), strikes_.end(),
                            [](const Strikes& a, const Strikes& b) { return a.until() < b.until(); });
}

ServicePart Disturbances::run(Nanoseconds table, Nanoseconds work, double compute_share, HeatDevice* device) {
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
