#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "ridgeline/economics.h"

namespace ridgeline {
namespace {

/// Works out one device's rates, noting every value on the way.
class Accountant {
 public:
  Accountant(const Hardware& hardware, const Economics& economics) : hardware_(hardware), e_(economics) {}

  DeviceRates rates() {
    r_.rent = e_.rent.has_value();
    capital();
    power();
    carbon();
    cost();
    return std::move(r_);
  }

 private:
  template <class Q>
  void note(const char* key, std::string value, const Sourced<Q>& sourced) {
    r_.inputs.push_back({key, std::move(value), sourced.provenance});
  }

  /// A value of the catalog, or one that was given, as an input; assumed ones of the catalog are said to be
  /// so.
  template <class Q, class V>
  void use(Known<V>& known, const char* key, const std::string& shown, const Sourced<Q>& value) {
    note(key, shown, value);
    if (std::string_view(key).starts_with("hardware.") && value.provenance.kind == ProvenanceKind::assumed)
      known.assumed.push_back(fmt::format("{} ({})", key, shown));
  }

  void use_utilisation() {
    if (e_.utilisation) {
      r_.utilisation = e_.utilisation->value;
      note("economics.utilisation", fmt::format("{:g}", r_.utilisation), *e_.utilisation);
      return;
    }
    const Sourced<double> always{1, {ProvenanceKind::assumed, "default: always at work", ""}, {}};
    note("economics.utilisation", "1", always);
    r_.capital.assumed.emplace_back("economics.utilisation (1)");
  }

  void capital() {
    auto& known = r_.capital;
    if (e_.rent) {
      note("economics.rent", fmt::format("{:g} USD/h", e_.rent->value.value()), *e_.rent);
      use_utilisation();
      known.value = rented(e_.rent->value, r_.utilisation);
      return;
    }
    if (e_.utilisation) r_.utilisation = e_.utilisation->value;
    const auto& price = e_.device_price ? e_.device_price : hardware_.price;
    if (!price) {
      known.missing = fmt::format("the catalog has no price of {}, and none was given", hardware_.id);
    } else if (!e_.years) {
      known.missing = "neither a price for an hour nor the years to pay the device off in were given";
    } else {
      use(known, e_.device_price ? "economics.device_price" : "hardware.price",
          fmt::format("{:g} USD", price->value.value()), *price);
      note("economics.years", fmt::format("{:g}", e_.years->value), *e_.years);
      use_utilisation();
      known.value = amortised(price->value, e_.years->value, r_.utilisation);
      return;
    }
    if (r_.utilisation < 1)
      note("economics.utilisation", fmt::format("{:g}", r_.utilisation), *e_.utilisation);
  }

  void power() {
    auto& known = r_.power;
    if (e_.active) {
      note("economics.power", show(e_.active->value), *e_.active);
      known.value = e_.active->value;
    } else if (hardware_.tdp) {
      if (hardware_.tdp->provenance.kind == ProvenanceKind::assumed)
        known.assumed.push_back(fmt::format("hardware.tdp ({})", show(hardware_.tdp->value)));
      known.value = hardware_.tdp->value;
      r_.power_at_most = true;
    } else {
      known.missing = fmt::format("the catalog has no power figure of {}", hardware_.id);
      r_.idle.missing = r_.drawn.missing = known.missing;
      return;
    }
    if (e_.pue) {
      r_.pue = e_.pue->value;
      note("economics.pue", fmt::format("{:g}", r_.pue), *e_.pue);
    } else {
      const Sourced<double> alone{1, {ProvenanceKind::assumed, "default: the devices alone", ""}, {}};
      note("economics.pue", "1", alone);
      known.assumed.emplace_back("economics.pue (1)");
    }
    known.value = *known.value * r_.pue;
    idle();
    const double waits = (1 - r_.utilisation) / r_.utilisation;
    r_.drawn_at_most = r_.power_at_most;
    r_.drawn.assumed = known.assumed;
    if (r_.utilisation >= 1) {
      r_.drawn.value = known.value;
    } else if (r_.idle.value) {
      r_.drawn.value = *known.value + *r_.idle.value * waits;
    } else {
      r_.drawn.value = *known.value / r_.utilisation;
      r_.drawn_at_most = true;
    }
  }

  void idle() {
    if (e_.idle) {
      note("economics.idle_power", show(e_.idle->value), *e_.idle);
      // A device at work may be known to draw less than another's idle figure; it draws no more than that.
      r_.idle.value = std::min(e_.idle->value * r_.pue, *r_.power.value);
    } else {
      r_.idle.missing = fmt::format("the idle power of {} is not known, and none was given", hardware_.id);
    }
  }

  void carbon() {
    if (e_.carbon_per_joule) {
      note("economics.carbon", fmt::format("{:g} g/kWh", e_.carbon_per_joule->value * joules_per_kwh),
           *e_.carbon_per_joule);
      r_.carbon_per_joule.value = e_.carbon_per_joule->value;
    } else {
      r_.carbon_per_joule.missing = "no carbon intensity was given";
    }
    r_.operational.assumed = r_.drawn.assumed;
    if (!r_.drawn.value) {
      r_.operational.missing = r_.drawn.missing;
    } else if (!r_.carbon_per_joule.value) {
      r_.operational.missing = r_.carbon_per_joule.missing;
    } else {
      r_.operational.value = r_.drawn.value->value() * *r_.carbon_per_joule.value;
    }
    embodied();
  }

  void embodied() {
    const auto& years = e_.lifetime ? e_.lifetime : e_.years;
    if (!e_.embodied) {
      r_.embodied.missing =
          fmt::format("the embodied carbon of {} is not known, and none was given", hardware_.id);
    } else if (!years) {
      r_.embodied.missing = "the years to spread the embodied carbon over were not given";
    } else {
      note("economics.embodied", fmt::format("{:g} kg", e_.embodied->value / 1000), *e_.embodied);
      if (e_.lifetime) note("economics.lifetime", fmt::format("{:g}", years->value), *years);
      r_.embodied.value = e_.embodied->value / (one_year.value() * years->value * r_.utilisation);
    }
  }

  /// Of what is drawn, at the price of electricity.
  void electricity() {
    if (e_.rent) {
      r_.electricity.missing = r_.cooling.missing = "it is in the price for an hour";
      return;
    }
    if (!e_.electricity || !r_.drawn.value) {
      r_.electricity.missing = r_.cooling.missing =
          e_.electricity ? r_.drawn.missing : "no price of electricity was given";
      return;
    }
    note("economics.electricity", fmt::format("{:g} USD/kWh", e_.electricity->value.value() * joules_per_kwh),
         *e_.electricity);
    const DollarsPerSecond all = *r_.drawn.value * e_.electricity->value;
    r_.electricity.value = all / r_.pue;
    r_.cooling.value = all * (1 - 1 / r_.pue);
    r_.electricity.assumed = r_.cooling.assumed = r_.drawn.assumed;
  }

  void cost() {
    electricity();
    r_.cost = r_.capital;
    if (!r_.cost.value || e_.rent) return;
    if (!r_.electricity.value) {
      r_.cost.value.reset();
      r_.cost.missing = r_.electricity.missing;
      return;
    }
    r_.cost.value = *r_.capital.value + *r_.electricity.value + *r_.cooling.value;
    r_.cost.assumed.insert(r_.cost.assumed.end(), r_.drawn.assumed.begin(), r_.drawn.assumed.end());
  }

  const Hardware& hardware_;
  const Economics& e_;
  DeviceRates r_;
};

Known<double> times(const Known<double>& known, double factor) {
  Known<double> result = known;
  if (result.value) *result.value *= factor;
  return result;
}
template <class Q>
Known<double> times(const Known<Q>& known, double factor) {
  Known<double> result{{}, known.missing, known.assumed};
  if (known.value) result.value = known.value->value() * factor;
  return result;
}

}  // namespace

DeviceRates device_rates(const Hardware& hardware, const Economics& economics) {
  return Accountant(hardware, economics).rates();
}

std::string_view to_string(CostUnit unit) {
  static constexpr std::string_view names[] = {"USD", "J", "g"};
  return names[static_cast<std::size_t>(unit)];
}

std::vector<CostPart> cost_parts(const DeviceRates& r, double devices) {
  using enum CostUnit;
  std::vector<CostPart> parts;
  const auto add = [&](std::string_view key, std::string_view what, CostUnit unit, bool total, bool at_most,
                       Known<double> rate) {
    const bool in_rent = r.rent && (key == "electricity" || key == "cooling");
    parts.push_back({key, what, unit, total, at_most && rate.value.has_value(), in_rent, std::move(rate)});
  };
  const bool bound = r.drawn_at_most;
  add("capital", r.rent ? "rent" : "devices", dollars, false, false, times(r.capital, devices));
  add("electricity", "electricity of the devices", dollars, false, bound, times(r.electricity, devices));
  add("cooling", "cooling and distribution", dollars, false, bound, times(r.cooling, devices));
  add("cost", "money", dollars, true, bound && !r.rent, times(r.cost, devices));
  add("devices", "devices", joules, false, bound, times(r.drawn, devices / r.pue));
  add("facility", "cooling and distribution", joules, false, bound,
      times(r.drawn, devices * (1 - 1 / r.pue)));
  add("energy", "energy", joules, true, bound, times(r.drawn, devices));
  add("operational", "from electricity", grams, false, bound, times(r.operational, devices));
  add("embodied", "from making the devices", grams, false, false, times(r.embodied, devices));
  Known<double> carbon = times(r.operational, devices);
  if (carbon.value && r.embodied.value) {
    *carbon.value += *r.embodied.value * devices;
  } else if (carbon.value) {
    carbon.value.reset();
    carbon.missing = r.embodied.missing;
  }
  add("carbon", "carbon", grams, true, bound, std::move(carbon));
  return parts;
}

}  // namespace ridgeline
