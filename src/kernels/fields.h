#pragma once
// Every fitted coefficient by name: how to reach it, its unit in files, and the range a fit may choose from.

#include <span>

#include "ridgeline/kernels.h"

namespace ridgeline::kernels {

/// A number inside coefficients, whether it has a unit type or not.
class NumberRef {
 public:
  NumberRef(double& number) : number_(&number) {}  // NOLINT(google-explicit-constructor)
  NumberRef(Seconds& time) : time_(&time) {}       // NOLINT(google-explicit-constructor)
  double get() const { return time_ ? time_->value() : *number_; }
  void set(double si) const {
    if (time_) {
      *time_ = Seconds(si);
    } else {
      *number_ = si;
    }
  }

 private:
  double* number_ = nullptr;
  Seconds* time_ = nullptr;
};

template <class Coefficients>
struct Field {
  std::string_view name;
  std::string_view unit;  ///< "us", "ns" or "" (a plain number)
  NumberRef (*at)(Coefficients&) = nullptr;
  double start = 0, low = 0, high = 0;  ///< of a fit, in `unit`
};

/// SI value of 1 in a field's unit.
double unit_value(std::string_view unit);

/// In the order that files have; harness terms last, their names begin with "harness_".
template <class Coefficients>
std::span<const Field<Coefficients>> fields();
template <>
std::span<const Field<GemmCoefficients>> fields();
template <>
std::span<const Field<ContextCoefficients>> fields();
template <>
std::span<const Field<GenerationCoefficients>> fields();
template <>
std::span<const Field<CollectiveCoefficients>> fields();
template <>
std::span<const Field<MoeCoefficients>> fields();

/// In `field.unit`.
template <class Coefficients>
double get(const Field<Coefficients>& field, const Coefficients& coefficients) {
  Coefficients copy = coefficients;
  return field.at(copy).get() / unit_value(field.unit);
}
template <class Coefficients>
void set(const Field<Coefficients>& field, Coefficients& coefficients, double value) {
  field.at(coefficients).set(value * unit_value(field.unit));
}
/// Null when there is none of this name.
template <class Coefficients>
const Field<Coefficients>* find_field(std::string_view name) {
  for (const Field<Coefficients>& field : fields<Coefficients>()) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

}  // namespace ridgeline::kernels
