#pragma once
// Money, energy and carbon of devices at work. The arithmetic of docs/evaluate.md and nothing else.
//
//   paid     = rent / (1 h u)                 or  price / (years x 365 d x u)       per device and second of
//   work drawn    = TDP x PUE                          per device, an upper bound cost     = devices (paid +
//   drawn x electricity price)     (rent has the electricity in it) energy   = devices drawn / queries per
//   second carbon   = energy x carbon per joule

#include <optional>
#include <string>
#include <vector>

#include "ridgeline/evaluation.h"

namespace ridgeline::evaluation {

using DollarsPerSecond = Quantity<-1, 0, 0, 0, 1>;

/// A value, or in one clause why there is none: "the catalog has no price of l4".
template <class Value>
struct Known {
  std::optional<Value> value{};
  std::string missing{};
  std::vector<std::string> assumed{};  ///< what it rests on that nobody vouched for
};

struct Bill {
  Known<DollarsPerSecond> cost;  ///< of all devices
  Known<Watts> power;            ///< of all devices, with the PUE
  Known<double> carbon_per_joule;
  std::vector<Input> inputs;
};

/// What is wrong with it: a value that is not positive, utilisation above 1, PUE below 1, both rent and an
/// electricity price.
Status check(const Economics&);
Bill bill(const Hardware&, unsigned devices, const Economics&);

}  // namespace ridgeline::evaluation
