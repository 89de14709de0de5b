// Random pairs of the catalog's devices and models: every claim that is printed, recomputed with predict()
// alone.

#include "claims.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/text.h"
#include "random_setups.h"

namespace ridgeline::test {
namespace {

/// Three significant digits, and all of a number's whole ones.
std::string figure(double value) {
  if (value == 0 || std::abs(value) >= 1) return si_digits(value, 0);
  return fmt::format("{:.{}f}", value,
                     std::min(2 - static_cast<int>(std::floor(std::log10(std::abs(value)))), 15));
}

void sums(const MetricAttribution& m) {
  EXPECT_NEAR(sum_of(m), m.difference, 1e-9 * std::max(std::abs(m.difference), 1e-5 * m.baseline))
      << m.metric;
}

}  // namespace

void Claims::check() {
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

void Claims::numbers() {
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
  EXPECT_NE(head.find(fmt::format("• Baseline Regime: {}\n", to_string(before_.regime))), std::string::npos);
  EXPECT_NE(head.find(fmt::format("• Proposal Regime: {}\n", to_string(after_.regime))), std::string::npos);
}

void Claims::names_the_largest(const MetricAttribution& m, double scale) {
  if (m.parts.empty()) return;
  const auto largest = std::max_element(
      m.parts.begin(), m.parts.end(),
      [](const MetricPart& x, const MetricPart& y) { return std::abs(x.value) < std::abs(y.value); });
  if (std::abs(largest->value) < 1e-3 * std::max(m.baseline, m.proposal)) return;
  EXPECT_TRUE(says(e_, fmt::format(": {} {}{}", largest->factor, largest->value > 0 ? "+" : "",
                                   figure(largest->value * scale))))
      << m.metric;
}

void Claims::metrics() {
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

}  // namespace ridgeline::test

namespace ridgeline {
namespace {

using namespace test;

#if defined(__SANITIZE_ADDRESS__)
constexpr int pairs = 60;
#else
constexpr int pairs = 600;
#endif

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
