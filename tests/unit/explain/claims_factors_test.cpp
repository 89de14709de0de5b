// What each difference alone does, and what a change of the proposal would.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "base/text.h"
#include "claims.h"

namespace ridgeline::test {

Setup Claims::scaled(const std::string& input, double factor) const {
  Setup s = b_;
  if (input == "peak FLOP/s") {
    for (auto& entry : s.hardware.peak) {
      entry.second.value = entry.second.value * factor;
    }
  } else if (input == "memory bandwidth") {
    s.hardware.memory.bandwidth->value = s.hardware.memory.bandwidth->value * factor;
  } else if (input == "interconnect") {
    for (Link& link : s.hardware.links) {
      link.bandwidth.value = link.bandwidth.value * factor;
    }
  } else if (input == "compute efficiency") {
    for (double& share : s.calibration.compute_efficiency) {
      share *= factor;
    }
  } else if (input == "memory efficiency") {
    s.calibration.memory_efficiency *= factor;
  } else if (input == "overheads") {
    Calibration& c = s.calibration;
    for (Seconds* time : {&c.launch, &c.per_layer, &c.per_expert_layer, &c.per_step, &c.per_sequence}) {
      *time = *time * factor;
    }
  } else {
    ADD_FAILURE() << "no input " << input;
  }
  return s;
}

void Claims::counterfactuals() {
  for (const Counterfactual& c : e_.counterfactuals) {
    Setup alone = a_, without = b_;
    take(c.factor, alone, b_);
    take(c.factor, without, a_);
    EXPECT_NEAR(c.alone, before() / latency(alone), 1e-12 * c.alone) << c.factor;
    EXPECT_NEAR(c.without, before() / latency(without), 1e-12 * c.without) << c.factor;
    EXPECT_EQ(c.alone_fits, predicted(alone).footprint.fits());
    EXPECT_EQ(c.without_fits, predicted(without).footprint.fits());
    if (says(e_, "With the proposal's " + c.factor + " alone: ")) {
      EXPECT_TRUE(
          says(e_, fmt::format("With the proposal's {} alone: {:.2f}x{}; with everything but it: {:.2f}x{}.",
                               c.factor, before() / latency(alone), c.alone_fits ? "" : " (does not fit)",
                               before() / latency(without), c.without_fits ? "" : " (does not fit)")));
    }
  }
}

void Claims::exact_values() {
  std::vector<std::string> factors;
  for (const MetricPart& part : e_.latency.parts) {
    factors.push_back(part.factor);
  }
  if (factors.size() > 4) {
    return;
  }
  std::map<unsigned, double> known;
  const auto value = [&](unsigned set) {
    if (const auto found = known.find(set); found != known.end()) {
      return found->second;
    }
    Setup s = a_;
    for (std::size_t i = 0; i < factors.size(); ++i) {
      if (((set >> i) & 1U) != 0) {
        take(factors[i], s, b_);
      }
    }
    return known[set] = latency(s);
  };
  std::vector<std::size_t> order(factors.size());
  std::iota(order.begin(), order.end(), 0U);
  std::vector<double> gained(factors.size());
  double orders = 0;
  do {
    unsigned set = 0;
    for (const std::size_t i : order) {
      gained[i] += value(set) - value(set | 1U << i);
      set |= 1U << i;
    }
    ++orders;
  } while (std::next_permutation(order.begin(), order.end()));
  for (std::size_t i = 0; i < factors.size(); ++i) {
    EXPECT_NEAR(e_.latency.parts[i].value, gained[i] / orders, 1e-12 * (before() + after())) << factors[i];
  }
}

void Claims::idle() {
  for (const IdleCapability& c : e_.idle) {
    EXPECT_GT(c.proposal, c.baseline);
    if (c.idle() >= 0.05 * c.raised()) {
      EXPECT_TRUE(says(e_, fmt::format("of the {} added (it needs {} of {})", si(c.raised(), c.unit),
                                       si(c.needed, c.unit), si(c.proposal, c.unit))));
    }
    if (c.capability == "memory capacity") {
      EXPECT_DOUBLE_EQ(c.needed, after_.footprint.total().value());
      continue;
    }
    const double share = std::max(c.needed / c.proposal, 1e-6);
    EXPECT_LT(latency(scaled(c.capability, share * (1 + 1e-9))), after() * 1.005) << c.capability;
    if (c.needed > 0) {
      EXPECT_GE(latency(scaled(c.capability, share * (1 - 1e-4))), after() * 1.005) << c.capability;
    }
  }
}

void Claims::shifts() {
  for (const RegimeShift& s : e_.shifts) {
    const auto at = [&](double value) {
      Setup there = b_;
      SequenceGroup& group = there.shape.groups[0];
      const auto number = static_cast<std::uint32_t>(value);
      if (s.input == "batch") {
        group.sequences = number;
      } else if (s.input == "context") {
        group.past_tokens = number;
      } else if (s.input == "tokens") {
        group.new_tokens = number;
      } else {
        there = scaled(s.input, value / s.now);
      }
      return predicted(there);
    };
    const std::string unit = s.unit;
    const auto text = [&](double value) {
      return unit.empty() ? fmt::format("{:.0f}", value) : si(value, unit);
    };
    if (!s.at) {
      EXPECT_EQ(at(s.tried_to).regime, after_.regime) << s.input;
      EXPECT_TRUE(says(e_, s.input + " up to " + text(s.tried_to)));
      continue;
    }
    const double back = unit.empty() ? (*s.at > s.now ? *s.at - 1 : *s.at + 1) : *s.at / (1 + 2e-6);
    const Profile there = at(*s.at);
    EXPECT_EQ(there.regime, s.to) << s.input;
    EXPECT_NE(s.to, after_.regime);
    EXPECT_EQ(at(back).regime, after_.regime) << s.input << " " << *s.at;
    EXPECT_EQ(there.footprint.fits(), s.fits);
    EXPECT_TRUE(says(e_, fmt::format("{} at {} {}{}", to_string(s.to), s.input, text(*s.at),
                                     s.fits ? "" : " (does not fit)")));
  }
}

void Claims::elasticities() {
  double best = 1, slope_of_best = 0;
  std::string change;
  for (const Elasticity& x : e_.elasticities) {
    if (x.other_work) {
      continue;
    }
    const auto direction = [&](double factor, const std::optional<double>& ratio,
                               const std::optional<double>& slope) {
      if (ratio && *ratio < best) {
        best = *ratio;
        slope_of_best = *slope;
        change = x.input + (factor > 1 ? " up" : " down");
      }
      if (!ratio) {
        return;
      }
      EXPECT_NEAR(*ratio, latency(scaled(x.input, factor)) / after(), 1e-12) << x.input;
      EXPECT_NEAR(*slope, std::log(*ratio) / std::log(factor), 1e-9);
    };
    direction(1.1, x.up_ratio, x.up);
    direction(0.9, x.down_ratio, x.down);
  }
  if (best > 0.9995) {
    EXPECT_TRUE(says(e_, "Best single change: none of 10 %"));
  } else {
    EXPECT_TRUE(says(e_, fmt::format("10 %: {}, {:.1f} % less time (elasticity {:.2f})", change,
                                     (1 - best) * 100, slope_of_best)));
  }
}

}  // namespace ridgeline::test
