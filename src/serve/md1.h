#pragma once
// The whole waiting-time distribution of M/D/1: Poisson arrivals, one server, constant service.

#include <vector>

#include "ridgeline/units.h"

namespace ridgeline::serve {

/// P(W <= x) by Franx's formula ("A simple solution for the M/D/c waiting time distribution", Operations
/// Research Letters 29, 2001) over the stationary number of customers, which comes from a recursion of
/// positive terms: nothing cancels, so that double holds up to the brink of saturation, where Erlang's
/// alternating sum loses every digit.
class Md1 {
 public:
  /// Requires rate > 0, service > 0 and rate * service <= 1 - nearest.
  static constexpr double nearest = 1e-6;  ///< to saturation; the recursion grows as 1 / (1 - rho)
  Md1(Hertz rate, Seconds service);

  double load() const { return rho_; }
  /// Pollaczek and Khinchine: rho S / (2 (1 - rho)).
  Seconds mean_wait() const;
  /// P(W <= x).
  double wait_cdf(Seconds x) const;
  /// The smallest x with P(W <= x) >= p, by bisection to a relative 1e-12. Requires 0 <= p <= 0.999999.
  Seconds wait_quantile(double p) const;

 private:
  double cdf_in_services(double x) const;
  double at_most(std::size_t customers) const;

  double rho_;
  Seconds service_;
  std::vector<double> at_most_;  ///< P(N <= n), N the customers in the system
};

}  // namespace ridgeline::serve
