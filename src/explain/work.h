#pragma once
// What a pass produces, and in which unit two setups can be compared.

#include <string>

#include "ridgeline/explanation.h"

namespace ridgeline::explain {

/// What one pass of a setup makes: "token", "prompt token", "image", "sequence", "sample".
struct Product {
  std::string unit;
  double amount = 0;
};
Product product_of(const Setup&);
/// Of mixtures whose model and unit are known: the shape alone decides.
double amount_of(const StepShape&, const std::string& unit);

/// The pass where model and shape are the same, else one unit of the common product. bad_input, saying why,
/// where the two are other tasks, other phases, or make other things.
Result<Work> common_work(const Setup& baseline, const Setup& proposal);

}  // namespace ridgeline::explain
