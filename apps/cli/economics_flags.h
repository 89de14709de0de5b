#pragma once
// What money, energy and carbon follow from, for the commands that count them.

#include <optional>
#include <string>

#include "app.h"
#include "ridgeline/economics.h"

namespace ridgeline::cli {

struct EconomicsFlags {
  std::optional<double> price_per_hour, device_price, amortise, utilisation, electricity_price, pue,
      carbon_intensity, device_power, idle_power, embodied_carbon, lifetime;
  std::string grid;

  /// computed: the command itself works out what share of the time devices work; there is no --utilisation.
  enum class Utilisation { flag, computed };
  void add_to(CLI::App&, Utilisation = Utilisation::flag);
  /// Any of them was given.
  bool any() const;
  /// With the grid's carbon intensity.
  Result<Economics> economics(const Context&) const;
  /// The same, and what the catalog knows of the device.
  Result<Economics> economics(const Context&, const Hardware&) const;
};
/// What the catalog knows of the device and was not given.
Result<Economics> with_known(const Context&, Economics, const Hardware&);

}  // namespace ridgeline::cli
