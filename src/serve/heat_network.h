#pragma once
// A chain of thermal capacities and resistances, advanced exactly over stretches of constant power.

#include <array>
#include <vector>

#include "ridgeline/heat.h"

namespace ridgeline::serve {

inline constexpr std::size_t most_heat_nodes = 8;

/// C dT/dt = -G (T - ambient) + P e_0, G the conductances of the chain. With S = C^-1/2 G C^-1/2 = V L V' the
/// modes z = V' C^1/2 (T - ambient) decay on their own, z_k' = -l_k z_k + b_k P, so that a stretch of
/// constant power is one exponential a mode: no step size, no drift. Uses nothing of libm but sqrt, which is
/// correctly rounded everywhere.
class HeatNetwork {
 public:
  /// At ambient. Requires 1 to most_heat_nodes valid nodes.
  HeatNetwork(const std::vector<HeatNode>&, double ambient_celsius);

  void advance(Watts, Seconds);
  double celsius(std::size_t node) const;
  double hottest() const;

 private:
  using Vector = std::array<double, most_heat_nodes>;
  using Matrix = std::array<Vector, most_heat_nodes>;

  void diagonalise(Matrix& s);

  std::size_t size_;
  double ambient_;
  Vector rate_{};     ///< l_k, 1/s
  Vector input_{};    ///< b_k
  Vector modes_{};    ///< z_k
  Matrix vectors_{};  ///< V, then C^-1/2 V
};

}  // namespace ridgeline::serve
