#pragma once
// Economics: what devices take in money, energy and carbon, whatever they work on. The one place of these
// formulas; evaluate, train, explore, explain and fleet use it. docs/economics.md has them with their
// sources.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ridgeline/engine.h"

namespace ridgeline {

using DollarsPerJoule = Quantity<0, 0, 0, -1, 1>;
using DollarsPerSecond = Quantity<-1, 0, 0, 0, 1>;
inline constexpr double joules_per_kwh = 3.6e6;
constexpr DollarsPerJoule dollars_per_kwh(double dollars) {
  return DollarsPerJoule(dollars / joules_per_kwh);
}
inline constexpr Seconds one_hour{3600};
inline constexpr Seconds one_year{365.25 * 86400};

/// The price of a device for each second that it works, paid off in equal parts over so many years.
constexpr DollarsPerSecond amortised(Dollars price, double years, double utilisation = 1) {
  return price / (one_year * years * utilisation);
}
/// The same of one that is rented.
constexpr DollarsPerSecond rented(Dollars an_hour, double utilisation = 1) {
  return an_hour / (one_hour * utilisation);
}

/// What a bill and emissions follow from, besides the device's own price and TDP in the catalog. What is not
/// given is unknown, but for those that say what they are then.
struct Economics {
  std::optional<Sourced<Dollars>> rent;          ///< of one device for an hour, electricity included
  std::optional<Sourced<Dollars>> device_price;  ///< in place of the catalog's
  std::optional<Sourced<double>> years;          ///< over which that is amortised
  std::optional<Sourced<double>> utilisation;    ///< share of the time paid for in which it works; absent: 1
  std::optional<Sourced<DollarsPerJoule>> electricity;
  std::optional<Sourced<double>> pue;               ///< facility over devices; absent: 1, the devices alone
  std::optional<Sourced<double>> carbon_per_joule;  ///< grams of CO2 equivalent, of the electricity alone
  std::optional<Sourced<Watts>> active{};           ///< of one device at work; absent: at most its TDP
  std::optional<Sourced<Watts>> idle{};       ///< of one that is on and waits; absent: at most as at work
  std::optional<Sourced<double>> embodied{};  ///< grams of CO2 equivalent, of making one device
  std::optional<Sourced<double>> lifetime{};  ///< years over which those are spread; absent: `years`
};
/// What is wrong with it: a value that is not positive, utilisation above 1, PUE below 1, both rent and an
/// electricity price or a device's price, idle above active.
Status check(const Economics&);

/// A value, or in one clause why there is none: "the catalog has no price of l4".
template <class Value>
struct Known {
  std::optional<Value> value{};
  std::string missing{};
  std::vector<std::string> assumed{};  ///< what it rests on that nobody vouched for
};

/// Of one device, for each second that it works; what it takes while it is idle is charged to the work, too.
struct DeviceRates {
  double utilisation = 1;
  Known<DollarsPerSecond> capital;      ///< or the rent
  Known<DollarsPerSecond> electricity;  ///< of the device; of a rented one it is in the rent
  Known<DollarsPerSecond> cooling;      ///< the same of what the facility takes beyond the device: PUE - 1
  Known<DollarsPerSecond> cost;         ///< of these
  Known<Watts> power;                   ///< at work, with the PUE
  Known<Watts> idle;                    ///< while it waits, with the PUE
  Known<Watts> drawn;                   ///< power + idle x (1 - utilisation) / utilisation
  double pue = 1;
  bool rent = false;
  bool power_at_most = false;  ///< `power` is a bound: the TDP
  bool drawn_at_most = false;  ///< so is `drawn`, and what follows from it
  Known<double> carbon_per_joule;
  Known<double> operational, embodied;  ///< grams of CO2 equivalent
  std::vector<Input> inputs;
};
/// Requires check(Economics).
DeviceRates device_rates(const Hardware&, const Economics&);

enum class CostUnit { dollars, joules, grams };
std::string_view to_string(CostUnit);  ///< "USD", "J", "g"

/// A part of what work takes, for each second of it; parts before a total add up to it.
struct CostPart {
  std::string_view key;   ///< "capital", "electricity", "cooling", "cost"; "devices", "facility", "energy";
                          ///< "operational", "embodied", "carbon"
  std::string_view what;  ///< "the devices, or their rent"
  CostUnit unit = CostUnit::dollars;
  bool total = false;
  bool at_most = false;  ///< `rate` is a bound
  bool in_rent = false;  ///< it is paid for with the rent: `rate` is unknown, and the total is not
  Known<double> rate;    ///< of all devices
};
/// Money, energy and carbon, each part and its total, as they are shown. A total of parts of which one is
/// unknown is unknown.
std::vector<CostPart> cost_parts(const DeviceRates&, double devices);

// ---------------------------------------------------------------------------------------------- data

/// Yearly mean carbon intensity of the electricity of a country or region.
struct Grid {
  std::string id, name;
  Sourced<double> carbon_per_joule;  ///< grams; the source says the year and what is counted
};
/// data/economics/grids.yaml, in the file's order.
Result<std::vector<Grid>> read_grids(const std::string& path);
/// bad_input with the nearest names.
Result<Grid> find_grid(const std::vector<Grid>&, std::string_view id);

/// What is known of a device beyond its catalog entry.
struct DeviceFacts {
  std::string id;                           ///< of the catalog
  std::optional<Sourced<Watts>> idle;       ///< on, with a context of the driver
  std::optional<Sourced<double>> embodied;  ///< grams of CO2 equivalent, its share of the board included
};
/// data/economics/devices.yaml.
Result<std::vector<DeviceFacts>> read_device_facts(const std::string& path);
/// Fills in what is known of the device and was not given.
Economics with_facts(Economics, const Hardware&, const std::vector<DeviceFacts>&);

}  // namespace ridgeline
