#include "evaluate/economics.h"

#include <fmt/format.h>

#include <cmath>

#include "base/text.h"

namespace ridgeline::evaluation {
namespace {

constexpr Seconds hour{3600};
constexpr Seconds year{365 * 86400.0};

template <class Q>
void append(std::vector<Input>& inputs, const char* key, std::string value, const Sourced<Q>& sourced) {
  inputs.push_back({key, std::move(value), sourced.provenance});
}

template <class Q>
Status check_positive(const char* what, const std::optional<Sourced<Q>>& given, double most = 1e300) {
  if (!given) return Status::success();
  double value = 0;
  if constexpr (std::is_same_v<Q, double>) {
    value = given->value;
  } else {
    value = given->value.value();
  }
  if (value > 0 && value <= most) return Status::success();
  const std::string range = most < 1e300 ? fmt::format(" and at most {:g}", most) : "";
  return bad_input(fmt::format("{} is {:g}; must be above 0{}", what, value, range));
}

/// A value of the catalog, or one that was given, as an input; assumed ones of the catalog are said to be so.
template <class Q>
void use(Bill& bill, Known<DollarsPerSecond>& known, const char* key, const std::string& shown,
         const Sourced<Q>& value, bool of_catalog) {
  append(bill.inputs, key, shown, value);
  if (of_catalog && value.provenance.kind == ProvenanceKind::assumed)
    known.assumed.push_back(fmt::format("{} ({})", key, shown));
}

/// Of one device, while it works.
Known<DollarsPerSecond> paid(const Hardware& hardware, const Economics& e, Bill& bill) {
  Known<DollarsPerSecond> known;
  double utilisation = 1;
  const auto use_utilisation = [&] {
    if (e.utilisation) {
      utilisation = e.utilisation->value;
      append(bill.inputs, "economics.utilisation", fmt::format("{:g}", utilisation), *e.utilisation);
    } else {
      const Sourced<double> always{1, {ProvenanceKind::assumed, "default: always at work", ""}, {}};
      append(bill.inputs, "economics.utilisation", "1", always);
      known.assumed.emplace_back("economics.utilisation (1)");
    }
  };
  if (e.rent) {
    append(bill.inputs, "economics.rent", fmt::format("{:g} USD/h", e.rent->value.value()), *e.rent);
    use_utilisation();
    known.value = e.rent->value / hour / utilisation;
    return known;
  }
  const auto& price = e.device_price ? e.device_price : hardware.price;
  if (!price) {
    known.missing = fmt::format("the catalog has no price of {}, and none was given", hardware.id);
    return known;
  }
  if (!e.years) {
    known.missing = "neither a price for an hour nor the years to pay the device off in were given";
    return known;
  }
  use(bill, known, e.device_price ? "economics.device_price" : "hardware.price",
      fmt::format("{:g} USD", price->value.value()), *price, !e.device_price);
  append(bill.inputs, "economics.years", fmt::format("{:g}", e.years->value), *e.years);
  use_utilisation();
  known.value = price->value / (year * e.years->value) / utilisation;
  return known;
}

/// Of one device, in its facility.
Known<Watts> drawn(const Hardware& hardware, const Economics& e, Bill& bill) {
  Known<Watts> known;
  if (!hardware.tdp) {
    known.missing = fmt::format("the catalog has no power figure of {}", hardware.id);
    return known;
  }
  if (hardware.tdp->provenance.kind == ProvenanceKind::assumed)
    known.assumed.push_back(fmt::format("hardware.tdp ({})", show(hardware.tdp->value)));
  double pue = 1;
  if (e.pue) {
    pue = e.pue->value;
    append(bill.inputs, "economics.pue", fmt::format("{:g}", pue), *e.pue);
  } else {
    const Sourced<double> devices_alone{1, {ProvenanceKind::assumed, "default: the devices alone", ""}, {}};
    append(bill.inputs, "economics.pue", "1", devices_alone);
    known.assumed.emplace_back("economics.pue (1)");
  }
  known.value = hardware.tdp->value * pue;
  return known;
}

void add_electricity(Known<DollarsPerSecond>& cost, const Known<Watts>& power, const Economics& e,
                     Bill& bill) {
  if (!cost.value || e.rent) return;
  if (!e.electricity || !power.value) {
    cost.value.reset();
    cost.missing = e.electricity ? power.missing : "no price of electricity was given";
    return;
  }
  append(bill.inputs, "economics.electricity",
         fmt::format("{:g} USD/kWh", e.electricity->value.value() * joules_per_kwh), *e.electricity);
  cost.value = *cost.value + *power.value * e.electricity->value;
  cost.assumed.insert(cost.assumed.end(), power.assumed.begin(), power.assumed.end());
}

}  // namespace

Status check(const Economics& e) {
  RIDGELINE_CHECK(check_positive("the price for an hour", e.rent));
  RIDGELINE_CHECK(check_positive("the price of a device", e.device_price));
  RIDGELINE_CHECK(check_positive("the number of years", e.years, 100));
  RIDGELINE_CHECK(check_positive("the utilisation", e.utilisation, 1));
  RIDGELINE_CHECK(check_positive("the price of electricity", e.electricity));
  RIDGELINE_CHECK(check_positive("the carbon intensity", e.carbon_per_joule));
  if (e.pue && !(e.pue->value >= 1 && e.pue->value <= 10))
    return bad_input(fmt::format("the PUE is {:g}; must be at least 1 and at most 10", e.pue->value));
  if (e.rent && e.electricity)
    return bad_input("a price for an hour includes electricity; leave out the price of electricity");
  if (e.rent && (e.years || e.device_price))
    return bad_input("give a price for an hour, or a device's price and the years to pay it off, not both");
  return Status::success();
}

Bill bill(const Hardware& hardware, unsigned devices, const Economics& e) {
  Bill result;
  result.cost = paid(hardware, e, result);
  result.power = drawn(hardware, e, result);
  add_electricity(result.cost, result.power, e, result);
  if (result.cost.value) result.cost.value = *result.cost.value * devices;
  if (result.power.value) result.power.value = *result.power.value * devices;
  if (e.carbon_per_joule) {
    append(result.inputs, "economics.carbon",
           fmt::format("{:g} g/kWh", e.carbon_per_joule->value * joules_per_kwh), *e.carbon_per_joule);
    result.carbon_per_joule.value = e.carbon_per_joule->value;
  } else {
    result.carbon_per_joule.missing = "no carbon intensity was given";
  }
  return result;
}

}  // namespace ridgeline::evaluation
