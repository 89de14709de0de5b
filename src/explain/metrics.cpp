#include "explain/metrics.h"

#include <fmt/format.h>

#include "explain/shapley.h"
#include "explain/work.h"
#include "ridgeline/economics.h"

namespace ridgeline::explain {
namespace {

/// What an hour of one device costs, where that is known.
std::optional<double> dollars_per_second(const Setup& setup, double years) {
  if (setup.price_per_hour) return rented(*setup.price_per_hour).value();
  if (!setup.hardware.price) return std::nullopt;
  return amortised(setup.hardware.price->value, years).value();
}

std::optional<double> watts(const Setup& setup) {
  if (!setup.hardware.tdp) return std::nullopt;
  return setup.hardware.tdp->value.value();
}

class Attribution {
 public:
  Attribution(Mixer& mixer, const CompareOptions& options) : mixer_(mixer), options_(options) {
    factors_ = mixer_.factors();
  }
  const std::vector<FieldMask>& factors() const { return factors_; }
  bool sampled() const { return sampled_; }

  /// `value` of a set of fields taken from the proposal; `idle` fields cannot touch it, and those of them
  /// that are `listed` have a part of 0.
  template <class Value>
  MetricAttribution of(std::string metric, std::string unit, double sign, FieldMask idle, FieldMask listed,
                       Value value) {
    MetricAttribution result;
    result.metric = std::move(metric);
    result.unit = std::move(unit);
    result.baseline = value(0);
    result.proposal = value(mixer_.changed());
    result.difference = sign * (result.proposal - result.baseline);
    std::vector<FieldMask> players;
    for (const FieldMask factor : factors_) {
      if ((factor & ~idle) != 0) players.push_back(factor);
    }
    const auto n = static_cast<unsigned>(players.size());
    const auto worth = [&](std::uint32_t set) {
      FieldMask mask = 0;
      for (unsigned i = 0; i < n; ++i) mask |= ((set >> i) & 1U) != 0 ? players[i] : 0;
      return sign * value(mask);
    };
    const bool exact = n <= options_.exact_factors;
    sampled_ = sampled_ || !exact;
    const std::vector<Share> shares =
        exact ? shapley(n, worth) : sampled_shapley(n, worth, options_.permutations, options_.seed);
    for (unsigned i = 0, player = 0; i < factors_.size(); ++i) {
      const bool plays = player < n && players[player] == factors_[i];
      if (!plays && (factors_[i] & listed) == 0) continue;
      const Share share = plays ? shares[player++] : Share{};
      result.parts.push_back({name_of(factors_[i]), share.value, share.error});
    }
    return result;
  }

 private:
  Mixer& mixer_;
  const CompareOptions& options_;
  std::vector<FieldMask> factors_;
  bool sampled_ = false;
};

/// The devices of a mixture.
double devices(const Mixer& mixer, FieldMask mask) {
  return mixer.side(parallelism, mask).parallelism.devices();
}

void add_counterfactuals(Explanation& e, Mixer& mixer, const std::vector<FieldMask>& factors,
                         const std::function<double(FieldMask)>& latency) {
  for (const FieldMask factor : factors) {
    if ((factor & ~(power | price)) == 0) continue;
    Counterfactual c;
    c.factor = name_of(factor);
    c.alone = e.latency.baseline / latency(factor);
    c.without = e.latency.baseline / latency(mixer.changed() & ~factor);
    c.alone_fits = mixer.at(factor).fits;
    c.without_fits = mixer.at(mixer.changed() & ~factor).fits;
    e.counterfactuals.push_back(std::move(c));
  }
}

std::string lacking(const char* metric, const char* what, const Setup& a, bool a_has, const Setup& b,
                    bool b_has) {
  std::string devices = !a_has ? a.hardware.id : b.hardware.id;
  if (!a_has && !b_has && a.hardware.id != b.hardware.id) devices += " and " + b.hardware.id;
  return fmt::format("{} is not compared: no {} is known of {}", metric, what, devices);
}

}  // namespace

void attribute(Explanation& e, const Setup& a, const Setup& b, Mixer& mixer, const CompareOptions& options) {
  Attribution attribution(mixer, options);
  const Work& work = e.profiles.work;
  const std::string product = product_of(a).unit;
  const auto amount = [&](FieldMask mask, const std::string& unit) {
    if (unit == "pass" || unit == "mixed pass") return 1.0;
    StepShape step = a.shape;
    mix_shape(step, b.shape, mask);
    return amount_of(step, unit);
  };
  const auto seconds = [&](FieldMask mask, const std::string& unit) {
    return mixer.at(mask).latency.value() / amount(mask, unit);
  };
  const auto latency = [&](FieldMask mask) { return seconds(mask, work.unit); };
  // Memory's capacity cannot change a time; it is listed all the same, for it may decide whether it fits.
  e.latency = attribution.of("latency", "s", -1, timeless_fields, capacity, latency);
  e.latency.per = work.unit;
  e.throughput = attribution.of("throughput", "1/s", 1, timeless_fields, 0,
                                [&](FieldMask mask) { return 1 / seconds(mask, product); });
  e.throughput.per = product;

  const auto a_watts = watts(a), b_watts = watts(b);
  if (a_watts && b_watts) {
    e.energy = attribution.of("energy", "J", -1, capacity | price, 0, [&](FieldMask mask) {
      return ((mask & power) != 0 ? *b_watts : *a_watts) * devices(mixer, mask) * seconds(mask, product);
    });
    e.energy->per = product;
  } else {
    e.unknown.push_back(lacking("Energy", "power figure", a, a_watts.has_value(), b, b_watts.has_value()));
  }
  const auto a_price = dollars_per_second(a, options.amortisation_years),
             b_price = dollars_per_second(b, options.amortisation_years);
  if (a_price && b_price) {
    e.cost = attribution.of("cost", "USD", -1, capacity | power, 0, [&](FieldMask mask) {
      return ((mask & price) != 0 ? *b_price : *a_price) * devices(mixer, mask) * seconds(mask, product);
    });
    e.cost->per = product;
    e.amortised = !a.price_per_hour || !b.price_per_hour;
  } else {
    e.unknown.push_back(lacking("Cost", "price", a, a_price.has_value(), b, b_price.has_value()));
  }
  e.sampled = attribution.sampled();
  add_counterfactuals(e, mixer, attribution.factors(), latency);
}

}  // namespace ridgeline::explain
