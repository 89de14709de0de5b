#pragma once
// What an explanation of two setups claims, recomputed with predict() alone.

#include <string>

#include "setups.h"

namespace ridgeline::test {

/// One pair's checks. What is called for a claim is recomputed from the two setups.
class Claims {
 public:
  Claims(const Setup& a, const Setup& b, const Explanation& e)
      : a_(a), b_(b), e_(e), unit_(e.latency.per), before_(predicted(a)), after_(predicted(b)) {}

  void check();

 private:
  static double units(const Setup& s, const std::string& unit) {
    const SequenceGroup& group = s.shape.groups[0];
    if (unit == "pass") {
      return 1;
    }
    return unit == "prompt token" ? 1.0 * group.sequences * group.new_tokens : group.sequences;
  }
  double latency(const Setup& s) const { return predicted(s).latency.value() / units(s, unit_); }
  double before() const { return before_.latency.value() / units(a_, unit_); }
  double after() const { return after_.latency.value() / units(b_, unit_); }
  /// The proposal with an input times the factor.
  Setup scaled(const std::string& input, double factor) const;

  // claims_test.cpp
  void numbers();
  void metrics();
  /// A metric's sentence begins its parts with the largest, if that is anything.
  void names_the_largest(const MetricAttribution& m, double scale);

  // claims_story_test.cpp
  void story();
  std::string analysis() const;
  bool told(const std::string& text) const { return analysis().find(text) != std::string::npos; }

  // claims_factors_test.cpp
  void counterfactuals();
  /// Shapley's definition itself, order by order, where that is short.
  void exact_values();
  void idle();
  void shifts();
  void elasticities();

  const Setup &a_, &b_;
  const Explanation& e_;
  std::string unit_;
  Profile before_, after_;
};

}  // namespace ridgeline::test
