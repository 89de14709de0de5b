#include "serve/md1.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "base/portable_math.h"

namespace ridgeline::serve {
namespace {

constexpr double negligible = 1e-18;
constexpr double tail_kept = 1e-13;  // of the customers, and so the error of the distribution

/// tail[j] = P(A >= j), A the Poisson arrivals during one service, until negligible; summed from the small
/// end.
std::vector<double> arrivals_at_least(double rho) {
  std::vector<double> tail;
  double term = portable_exp(-rho);
  for (std::size_t n = 1; term > negligible; ++n) {
    tail.push_back(term);
    term *= rho / static_cast<double>(n);
  }
  for (std::size_t j = tail.size() - 1; j > 0; --j) tail[j - 1] += tail[j];
  return tail;
}

/// The customers that departures leave behind, which is also what time sees. Between {0..j-1} and {j..} the
/// chain steps up as often as down:
///   p(j) P(A = 0) = p(0) P(A >= j) + sum_{i=1}^{j-1} p(i) P(A >= j - i + 1),   p(0) = 1 - rho.
std::vector<double> customers_at_most(double rho) {
  const std::vector<double> tail = arrivals_at_least(rho);
  const double none = portable_exp(-rho);
  std::vector<double> p{1 - rho}, at_most{1 - rho};
  while (at_most.back() < 1 - tail_kept) {
    const std::size_t j = p.size();
    double sum = j < tail.size() ? p[0] * tail[j] : 0;
    for (std::size_t step = 2; step < tail.size() && step <= j; ++step) sum += p[j - step + 1] * tail[step];
    p.push_back(sum / none);
    at_most.push_back(at_most.back() + p.back());
    if (p.back() < negligible) break;  // rounding kept the sum from reaching 1
  }
  return at_most;
}

}  // namespace

Md1::Md1(Hertz rate, Seconds service) : rho_(rate * service), service_(service) {
  assert(rho_ > 0 && rho_ <= 1 - nearest);
  at_most_ = customers_at_most(rho_);
}

Seconds Md1::mean_wait() const { return service_ * (rho_ / (2 * (1 - rho_))); }

double Md1::at_most(std::size_t customers) const {
  return customers < at_most_.size() ? at_most_[customers] : 1.0;
}

double Md1::wait_cdf(Seconds x) const { return cdf_in_services(x / service_); }

/// For (k - 1) S <= x < k S and y = lambda (k S - x), with Q(m) = P(at most m wait) = P(N <= m + 1):
///   P(W <= x) = e^-y sum_{j=0}^{k-1} Q(k - 1 - j) y^j / j!
double Md1::cdf_in_services(double x) const {
  if (x < 0) return 0;
  const double k = std::floor(x) + 1;
  const double y = rho_ * (k - x);
  double term = portable_exp(-y), sum = 0;
  for (double j = 0; j < k && term > negligible; ++j) {
    sum += term * at_most(static_cast<std::size_t>(k - j));
    term *= y / (j + 1);
  }
  return std::min(sum, 1.0);
}

Seconds Md1::wait_quantile(double p) const {
  assert(p >= 0 && p <= 0.999999);
  if (cdf_in_services(0) >= p) return Seconds(0);
  double low = 0, high = 1;
  while (cdf_in_services(high) < p) high *= 2;
  while (high - low > 1e-12 * (1 + low)) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (cdf_in_services(middle) < p ? low : high) = middle;
  }
  return high * service_;
}

}  // namespace ridgeline::serve
