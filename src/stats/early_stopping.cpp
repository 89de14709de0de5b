#include "stats/early_stopping.h"

#include <cassert>

#include "stats/distributions.h"

namespace ridgeline::stats {
namespace {

/// I_p(h, t + 1): the probability that at most t of h + t are over.
double chance_of_so_few(std::uint64_t h, std::uint64_t t, double p) {
  return binomial_upper_tail(h, h + t, p);
}

}  // namespace

std::uint64_t queries_under_needed(std::uint64_t t, double p, double confidence) {
  assert(p > 0 && p < 1 && confidence > 0 && confidence < 1);
  const double allowed = 1.0 - confidence;
  std::uint64_t short_of = 0, enough = 1;
  while (chance_of_so_few(enough, t, p) > allowed) {
    short_of = enough;
    enough *= 2;
  }
  while (enough - short_of > 1) {
    const std::uint64_t h = short_of + (enough - short_of) / 2;
    (chance_of_so_few(h, t, p) <= allowed ? enough : short_of) = h;
  }
  return enough;
}

bool enough_queries(std::uint64_t n, std::uint64_t t, double p, double confidence) {
  // The chance falls as h grows, so h = n - t suffices exactly when n - t is not below the smallest such h.
  return n > t && chance_of_so_few(n - t, t, p) <= 1.0 - confidence;
}

std::uint64_t least_for_estimate(double p, double confidence) {
  return queries_under_needed(1, p, confidence) + 1;
}

std::optional<std::uint64_t> largest_over(std::uint64_t n, double p, double confidence) {
  if (!enough_queries(n, 1, p, confidence)) return std::nullopt;
  std::uint64_t good = 1, bad = n;  // more over need more queries: monotonic in t
  while (bad - good > 1) {
    const std::uint64_t t = good + (bad - good) / 2;
    (enough_queries(n, t, p, confidence) ? good : bad) = t;
  }
  return good;
}

}  // namespace ridgeline::stats
