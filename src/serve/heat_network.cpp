#include "serve/heat_network.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"

namespace ridgeline::serve {
namespace {

double decay(double x) { return x > 600 ? 0.0 : portable_exp(-x); }

}  // namespace

HeatNetwork::HeatNetwork(const std::vector<HeatNode>& nodes, double ambient_celsius)
    : size_(nodes.size()), ambient_(ambient_celsius) {
  Matrix s{};
  Vector root{};  // C^1/2
  for (std::size_t i = 0; i < size_; ++i) root[i] = std::sqrt(nodes[i].joules_per_kelvin.value);
  for (std::size_t i = 0; i < size_; ++i) {
    const double conductance = 1 / nodes[i].kelvin_per_watt.value;
    s[i][i] += conductance / (root[i] * root[i]);
    if (i + 1 == size_) break;
    s[i + 1][i + 1] += conductance / (root[i + 1] * root[i + 1]);
    s[i][i + 1] = s[i + 1][i] = -conductance / (root[i] * root[i + 1]);
  }
  diagonalise(s);
  for (std::size_t k = 0; k < size_; ++k) {
    rate_[k] = s[k][k];
    input_[k] = vectors_[0][k] / root[0];
    for (std::size_t i = 0; i < size_; ++i) vectors_[i][k] /= root[i];
  }
}

/// Jacobi's rotations: each makes one pair of off-diagonal elements zero; some sweeps make all so.
void HeatNetwork::diagonalise(Matrix& s) {
  for (std::size_t i = 0; i < size_; ++i) vectors_[i][i] = 1;
  for (int sweep = 0; sweep < 30; ++sweep) {
    for (std::size_t p = 0; p + 1 < size_; ++p) {
      for (std::size_t q = p + 1; q < size_; ++q) {
        if (s[p][q] == 0) continue;
        const double theta = (s[q][q] - s[p][p]) / (2 * s[p][q]);
        const double sign = theta >= 0 ? 1.0 : -1.0;
        const double t = sign / (std::abs(theta) + std::sqrt(theta * theta + 1));
        const double c = 1 / std::sqrt(t * t + 1), sine = t * c;
        for (std::size_t i = 0; i < size_; ++i) {
          const double a = s[i][p], b = s[i][q];
          s[i][p] = c * a - sine * b;
          s[i][q] = sine * a + c * b;
        }
        for (std::size_t i = 0; i < size_; ++i) {
          const double a = s[p][i], b = s[q][i];
          s[p][i] = c * a - sine * b;
          s[q][i] = sine * a + c * b;
        }
        for (std::size_t i = 0; i < size_; ++i) {
          const double a = vectors_[i][p], b = vectors_[i][q];
          vectors_[i][p] = c * a - sine * b;
          vectors_[i][q] = sine * a + c * b;
        }
      }
    }
  }
}

void HeatNetwork::advance(Watts power, Seconds time) {
  for (std::size_t k = 0; k < size_; ++k) {
    const double settled = input_[k] * power.value() / rate_[k];
    modes_[k] = settled + (modes_[k] - settled) * decay(rate_[k] * time.value());
  }
}

double HeatNetwork::celsius(std::size_t node) const {
  double above = 0;
  for (std::size_t k = 0; k < size_; ++k) above += vectors_[node][k] * modes_[k];
  return ambient_ + above;
}

double HeatNetwork::hottest() const {
  double most = celsius(0);
  for (std::size_t i = 1; i < size_; ++i) most = std::max(most, celsius(i));
  return most;
}

}  // namespace ridgeline::serve
