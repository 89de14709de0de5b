// Random pairs of the catalog's devices and models: every claim that is printed, recomputed with predict()
// alone.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/text.h"
#include "random_setups.h"
#include "setups.h"

namespace ridgeline {
namespace {

using namespace test;

#if defined(__SANITIZE_ADDRESS__)
constexpr int pairs = 60;
#else
constexpr int pairs = 600;
#endif

/// Three significant digits, and all of a number's whole ones.
std::string figure(double value) {
  if (value == 0 || std::abs(value) >= 1) return si_digits(value, 0);
  return fmt::format("{:.{}f}", value,
                     std::min(2 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 15));
}

double units(const Setup& s, const std::string& unit) {
  const SequenceGroup& group = s.shape.groups[0];
  if (unit == "pass") {
    return 1;
  }
  return unit == "prompt token" ? 1.0 * group.sequences * group.new_tokens : group.sequences;
}

/// One pair's checks. What is called for a claim is recomputed from the two setups.
class Claims {
 public:
  Claims(const Setup& a, const Setup& b, const Explanation& e)
      : a_(a), b_(b), e_(e), unit_(e.latency.per), before_(predicted(a)), after_(predicted(b)) {}

  void check() {
    numbers();
    story();
    if (e_.profiles.kind == DifferenceCase::infeasible) {
      return;
    }
    counterfactuals();
    exact_values();
    idle();
    shifts();
    elasticities();
    metrics();
  }

 private:
  double latency(const Setup& s) const { return predicted(s).latency.value() / units(s, unit_); }
  double before() const { return before_.latency.value() / units(a_, unit_); }
  double after() const { return after_.latency.value() / units(b_, unit_); }
  std::string analysis() const {
    std::string all;
    for (const std::string& sentence : e_.profiles.analysis) {
      all += sentence + "\n";
    }
    return all;
  }
  bool told(const std::string& text) const { return analysis().find(text) != std::string::npos; }
  static std::string percent(double share) {
    return share > 0 && share < 0.005 ? "under 1 %" : fmt::format("{:.0f} %", share * 100);
  }
  static void sums(const MetricAttribution& m) {
    EXPECT_NEAR(sum_of(m), m.difference, 1e-9 * std::max(std::abs(m.difference), 1e-5 * m.baseline))
        << m.metric;
  }

  void numbers() {
    EXPECT_NEAR(e_.latency.baseline, before(), 1e-14 * before());
    EXPECT_NEAR(e_.latency.proposal, after(), 1e-14 * after());
    EXPECT_NEAR(e_.profiles.difference.value(), before() - after(), 1e-14 * (before() + after()));
    sums(e_.latency);
    sums(e_.throughput);
    if (e_.energy) {
      sums(*e_.energy);
    }
    if (e_.cost) {
      sums(*e_.cost);
    }
    const bool fits = before_.footprint.fits() && after_.footprint.fits();
    EXPECT_EQ(e_.profiles.kind == DifferenceCase::infeasible, !fits);
    const std::string head = headline(e_.profiles);
    const std::string per = unit_ == "pass" ? "" : " per " + unit_;
    const std::string speedup =
        fits ? fmt::format("{:.2f}x{}", before() / after(), per) : "none (does not fit)";
    EXPECT_NE(head.find("• Speedup: " + speedup + "\n"), std::string::npos) << head;
    EXPECT_NE(head.find(fmt::format("• Baseline Regime: {}\n", to_string(before_.regime))),
              std::string::npos);
    EXPECT_NE(head.find(fmt::format("• Proposal Regime: {}\n", to_string(after_.regime))), std::string::npos);
  }

  Setup scaled(const std::string& input, double factor) const {
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

  void story() {
    const double na = units(a_, unit_), nb = units(b_, unit_);
    if (told("does not fit: it needs")) {
      for (const Profile* p : {&before_, &after_}) {
        if (p->footprint.fits()) {
          continue;
        }
        EXPECT_TRUE(told("it needs " + show(p->footprint.total()))) << analysis();
        EXPECT_TRUE(told(show(p->footprint.total() - p->footprint.capacity) + " are missing")) << analysis();
      }
      return;
    }
    const double ratio_of_speed = before() / after();
    if (told("The proposal is slower")) {
      EXPECT_LT(ratio_of_speed, 1);
    }
    if (told("The proposal is slower: ")) {
      EXPECT_TRUE(
          told(fmt::format("slower: {} against {}.", show(Seconds(after())), show(Seconds(before())))));
    }
    if (told("the same time within rounding")) {
      EXPECT_TRUE(told(fmt::format("rounding: {} and {}.", show(Seconds(before())), show(Seconds(after())))));
    }
    if (told("remained ")) {
      EXPECT_EQ(before_.regime, after_.regime);
    }
    if (told("shifted from ")) {
      EXPECT_TRUE(told(fmt::format("from {} to {}", to_string(before_.regime), to_string(after_.regime))));
    }
    if (told("in the baseline compute alone")) {
      EXPECT_TRUE(told(fmt::format("in the baseline compute alone takes {} and memory traffic alone {};",
                                   show(before_.compute / na), show(before_.memory / na))));
      EXPECT_TRUE(told(fmt::format("in the proposal compute alone takes {} and memory traffic alone {}.",
                                   show(after_.compute / nb), show(after_.memory / nb))));
    }
    if (told("Memory bandwidth is now")) {
      EXPECT_GE(after_.memory, after_.compute);
    }
    if (told("(FLOP/s) is now")) {
      EXPECT_GE(after_.compute, after_.memory);
    }
    if (told("Memory traffic alone takes")) {
      EXPECT_TRUE(told(fmt::format("traffic alone takes {} in the baseline and {} in",
                                   show(before_.memory / na), show(after_.memory / nb))));
    }
    if (told("Compute alone takes")) {
      EXPECT_TRUE(told(fmt::format("Compute alone takes {} in the baseline and {} in",
                                   show(before_.compute / na), show(after_.compute / nb))));
    }
    if (told("constrained strictly by the ratio")) {
      const bool memory = after_.regime == Regime::memory_bound;
      const double ratio = memory ? after_.bandwidth / before_.bandwidth : after_.peak / before_.peak;
      const double times = memory ? (before_.memory / na) / (after_.memory / nb)
                                  : (before_.compute / na) / (after_.compute / nb);
      EXPECT_NEAR(times / ratio, 1, 0.005);
      EXPECT_GT(ratio, 1);
    }
    if (told("fixed overhead (") || told("Fixed overheads are")) {
      EXPECT_TRUE(told(fmt::format("{} of the baseline, {} of the proposal",
                                   percent(before_.overhead / before_.latency),
                                   percent(after_.overhead / after_.latency))));
    }
    if (told("would still take ")) {
      EXPECT_TRUE(told("would still take " + show((after_.overhead + after_.network) / nb) + "."));
    }
    if (told("The proposal moves ")) {
      EXPECT_TRUE(told(fmt::format("moves {} {}, the baseline {}.", show(after_.bytes / nb),
                                   unit_ == "pass" ? "a step" : "per " + unit_, show(before_.bytes / na))));
    }
    if (told(" gained: ")) {
      EXPECT_TRUE(told("Of the " + show(Seconds(before() - after())) + " gained: "));
    }
    if (told(" lost (minus")) {
      EXPECT_TRUE(told("Of the " + show(Seconds(after() - before())) + " lost (minus"));
    }
    const auto unused = [&](const char* input, double ratio) {
      EXPECT_GT(ratio, 1);
      EXPECT_LE(latency(scaled(input, 1 / ratio)), after() * 1.005 * (1 + 1e-12)) << analysis();
    };
    if (told("dditional compute capacity (FLOP/s)")) {
      unused("peak FLOP/s", after_.peak / before_.peak);
    }
    if (told("dditional memory bandwidth")) {
      unused("memory bandwidth", after_.bandwidth / before_.bandwidth);
    }
  }

  void counterfactuals() {
    for (const Counterfactual& c : e_.counterfactuals) {
      Setup alone = a_, without = b_;
      take(c.factor, alone, b_);
      take(c.factor, without, a_);
      EXPECT_NEAR(c.alone, before() / latency(alone), 1e-12 * c.alone) << c.factor;
      EXPECT_NEAR(c.without, before() / latency(without), 1e-12 * c.without) << c.factor;
      EXPECT_EQ(c.alone_fits, predicted(alone).footprint.fits());
      EXPECT_EQ(c.without_fits, predicted(without).footprint.fits());
      if (says(e_, "With the proposal's " + c.factor + " alone: ")) {
        EXPECT_TRUE(says(
            e_, fmt::format("With the proposal's {} alone: {:.2f}x{}; with everything but it: {:.2f}x{}.",
                            c.factor, before() / latency(alone), c.alone_fits ? "" : " (does not fit)",
                            before() / latency(without), c.without_fits ? "" : " (does not fit)")));
      }
    }
  }

  /// Shapley's definition itself, order by order, where that is short.
  void exact_values() {
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

  void idle() {
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

  void shifts() {
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

  void elasticities() {
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

  /// A metric's sentence begins its parts with the largest, if that is anything.
  void names_the_largest(const MetricAttribution& m, double scale) {
    if (m.parts.empty()) return;
    const auto largest = std::max_element(
        m.parts.begin(), m.parts.end(),
        [](const MetricPart& x, const MetricPart& y) { return std::abs(x.value) < std::abs(y.value); });
    if (std::abs(largest->value) < 1e-3 * std::max(m.baseline, m.proposal)) return;
    EXPECT_TRUE(says(e_, fmt::format(": {} {}{}", largest->factor, largest->value > 0 ? "+" : "",
                                     figure(largest->value * scale))))
        << m.metric;
  }

  void metrics() {
    const std::string& product = e_.throughput.per;
    const double na = units(a_, product), nb = units(b_, product);
    EXPECT_NEAR(e_.throughput.proposal, nb / after_.latency.value(), 1e-12 * e_.throughput.proposal);
    EXPECT_TRUE(says(e_, fmt::format("Throughput: {} {}s/s against {}", figure(nb / after_.latency.value()),
                                     product, figure(na / before_.latency.value()))));
    names_the_largest(e_.throughput, 1);
    EXPECT_EQ(e_.energy.has_value(), before_.energy && after_.energy);
    if (e_.energy) {
      EXPECT_NEAR(e_.energy->baseline, before_.energy->value() / na, 1e-12 * e_.energy->baseline);
      EXPECT_NEAR(e_.energy->proposal, after_.energy->value() / nb, 1e-12 * e_.energy->proposal);
      EXPECT_TRUE(
          says(e_, fmt::format("{} against {}", show(*after_.energy / nb), show(*before_.energy / na))));
    }
    const auto price = [](const Setup& s) -> std::optional<double> {
      if (s.price_per_hour) {
        return s.price_per_hour->value() / 3600;
      }
      if (!s.hardware.price) {
        return std::nullopt;
      }
      return s.hardware.price->value.value() / (4 * 365.25 * 24 * 3600);
    };
    EXPECT_EQ(e_.cost.has_value(), price(a_) && price(b_));
    if (e_.cost) {
      EXPECT_NEAR(e_.cost->proposal, *price(b_) * b_.parallelism.devices() * after_.latency.value() / nb,
                  1e-12 * e_.cost->proposal);
      EXPECT_TRUE(says(e_, fmt::format(": {} USD against {}", figure(e_.cost->proposal * 1e6),
                                       figure(e_.cost->baseline * 1e6))));
      names_the_largest(*e_.cost, 1e6);
    }
  }

  const Setup &a_, &b_;
  const Explanation& e_;
  std::string unit_;
  Profile before_, after_;
};

TEST(Claims, OfRandomPairsAreTrue) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  Draw draw(*catalog);
  std::map<DifferenceCase, int> seen;
  int refused = 0;
  for (int made = 0; made < pairs && !HasFailure();) {
    const auto [a, b] = draw.pair();
    if (!predict(a) || !predict(b)) {
      continue;
    }
    const auto e = compare(a, b);
    if (!e) {
      EXPECT_EQ(e.error().kind, ErrorKind::bad_input);
      EXPECT_NE(e.error().message.find("different work"), std::string::npos) << e.error().message;
      ++refused;
      continue;
    }
    ++made;
    ++seen[e->profiles.kind];
    SCOPED_TRACE(fmt::format("pair {}: {} on {} against {} on {}\n{}{}", made, a.model.id, a.hardware.id,
                             b.model.id, b.hardware.id, headline(e->profiles),
                             fmt::join(e->sentences, "\n")));
    Claims(a, b, *e).check();
  }
  EXPECT_GT(refused, 0);
  if (pairs >= 300) {
    EXPECT_GE(seen.size(), 8u);
  }
}

}  // namespace
}  // namespace ridgeline
