#include "economics_flags.h"

#include "options.h"

namespace ridgeline::cli {
namespace {

template <class Q>
void give(std::optional<Sourced<Q>>& into, const std::optional<double>& value, const char* flag, Q unit) {
  if (value) into = Sourced<Q>{unit * *value, {ProvenanceKind::given, std::string("given: ") + flag, ""}, {}};
}

}  // namespace

void EconomicsFlags::add_to(CLI::App& app, Utilisation share) {
  app.add_option("--price-per-hour", price_per_hour, "USD of one device for an hour, electricity included");
  app.add_option("--device-price", device_price, "USD of one device, in place of the catalog's");
  app.add_option("--amortise", amortise, "Years over which the device's price is paid off");
  if (share == Utilisation::flag) {
    app.add_option("--utilisation", utilisation,
                   "Share of the time paid for in which the devices work, in (0, 1]; default 1");
  }
  app.add_option("--electricity-price", electricity_price, "USD for a kWh");
  app.add_option("--pue", pue, "Energy of the facility over that of the devices; default 1");
  app.add_option("--device-power", device_power,
                 "Watts of one device at work, measured or sustained; default at most its TDP");
  app.add_option("--idle-power", idle_power,
                 "Watts of one device that is on and waits; default at most as at work");
  const auto* intensity =
      app.add_option("--carbon-intensity", carbon_intensity, "Grams of CO2 equivalent for a kWh");
  app.add_option("--grid", grid, "Yearly mean carbon intensity of a grid: world, us, france ...")
      ->excludes(const_cast<CLI::Option*>(intensity));
  app.add_option("--embodied-carbon", embodied_carbon,
                 "Kilograms of CO2 equivalent of making one device; default the catalog's, where known");
  app.add_option("--lifetime", lifetime, "Years over which those are spread; default --amortise");
}

bool EconomicsFlags::any() const {
  return price_per_hour || device_price || amortise || utilisation || electricity_price || pue ||
         carbon_intensity || device_power || idle_power || embodied_carbon || lifetime || !grid.empty();
}

Result<Economics> EconomicsFlags::economics(const Context& context) const {
  Economics e;
  give(e.rent, price_per_hour, "--price-per-hour", Dollars(1));
  give(e.device_price, device_price, "--device-price", Dollars(1));
  give(e.years, amortise, "--amortise", 1.0);
  give(e.utilisation, utilisation, "--utilisation", 1.0);
  give(e.electricity, electricity_price, "--electricity-price", dollars_per_kwh(1));
  give(e.pue, pue, "--pue", 1.0);
  give(e.carbon_per_joule, carbon_intensity, "--carbon-intensity", 1 / joules_per_kwh);
  give(e.active, device_power, "--device-power", Watts(1));
  give(e.idle, idle_power, "--idle-power", Watts(1));
  give(e.embodied, embodied_carbon, "--embodied-carbon", 1000.0);
  give(e.lifetime, lifetime, "--lifetime", 1.0);
  if (grid.empty()) return e;
  RIDGELINE_TRY(path, data_file(context, "economics/grids.yaml"));
  RIDGELINE_TRY(grids, read_grids(path));
  const auto found = find_grid(grids, grid);
  if (!found) return bad_input("--grid: " + found.error().message);
  e.carbon_per_joule = found->carbon_per_joule;
  return e;
}

Result<Economics> with_known(const Context& context, Economics economics, const Hardware& hardware) {
  RIDGELINE_TRY(path, data_file(context, "economics/devices.yaml"));
  RIDGELINE_TRY(facts, read_device_facts(path));
  return with_facts(std::move(economics), hardware, facts);
}

Result<Economics> EconomicsFlags::economics(const Context& context, const Hardware& hardware) const {
  RIDGELINE_TRY(given, economics(context));
  return with_known(context, std::move(given), hardware);
}

}  // namespace ridgeline::cli
