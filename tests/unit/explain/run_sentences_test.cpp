// Every sentence is checked against the numbers that it was made from, for random pairs of runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <regex>

#include "../../support/coverage.h"
#include "explain/run_labels.h"

namespace ridgeline {
namespace {

using explain::label_of;

const MetricDifference* labelled(const RunDifference& d, const std::string& label) {
  for (const MetricDifference& m : d.metrics) {
    std::string name = label_of(*m.metric), capital = name;  // as at the start of a sentence
    capital[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(capital[0])));
    if (name == label || capital == label) return &m;
  }
  return nullptr;
}

/// Per cent of a relative change, points of a share.
Estimate in_percent(const MetricDifference& m) {
  Estimate e = m.metric->unit == MetricUnit::share ? m.absolute : *m.relative;
  for (double* end : {&e.value, &*e.low, &*e.high}) *end *= 100;
  return e;
}

/// The interval that is written contains the interval, and is no wider than a tenth.
void expect_outward(const Estimate& e, double low, double high) {
  EXPECT_LE(low, *e.low + 1e-9);
  EXPECT_GE(high, *e.high - 1e-9);
  EXPECT_NEAR(low, *e.low, 0.1 * std::abs(*e.low) + 1e-9);
  EXPECT_NEAR(high, *e.high, 0.1 * std::abs(*e.high) + 1e-9);
}

class Checker {
 public:
  explicit Checker(const RunDifference& d) : d_(d) {}

  void check(const std::string& sentence) {
    static const std::regex shown(
        R"((.+) is ([\d.]+) (?:%|points) (higher|lower) in B \(95 % interval ([-\d.]+) (?:%|points) to ([-\d.]+) (?:%|points)\): .*)");
    static const std::regex none(R"((.+): no difference shown \(in B it could be up to (.*)\): .*)");
    static const std::regex same(R"((.+) is the same in both: .*)");
    static const std::regex unknown(
        R"((.+): .* in A, .* in B; whether that is more than chance is unknown, .*)");
    static const std::regex others(R"(Of (\d+) other figures (\d+) (?:is|are) shown to differ: (.*)\.)");
    static const std::regex no_others(
        R"(No difference is shown in the other (\d+) figures that can be told apart\.)");
    static const std::regex needed(
        R"(To show a change of 5 % in (.+) four times in five takes about ([\d,]+) queries a run; there are ([\d,]+) and ([\d,]+)\.)");
    static const std::regex slower(
        R"(A query of B is slower than one of A with probability ([\d.]+) %(?: \(95 % interval ([\d.]+) % to ([\d.]+) %\))?; 50 % is even\. Cliff's delta is ([-+\d.]+)\.)");
    static const std::regex rest(R"((By decile|The mean latency differs by|The runs are of) .*)");
    std::smatch m;
    if (std::regex_match(sentence, m, shown)) {
      const MetricDifference& d = metric(m[1]);
      EXPECT_EQ(d.evidence, Evidence::shown);
      const Estimate e = in_percent(d);
      EXPECT_EQ(m[3] == "higher", d.b > d.a);
      EXPECT_NEAR(std::stod(m[2]), std::abs(e.value), 0.06 * std::abs(e.value));
      expect_outward(e, std::stod(m[4]), std::stod(m[5]));
    } else if (std::regex_match(sentence, m, none)) {
      const MetricDifference& d = metric(m[1]);
      EXPECT_EQ(d.evidence, Evidence::not_shown);
      check_could(m[2], in_percent(d));
    } else if (std::regex_match(sentence, m, same)) {
      EXPECT_EQ(metric(m[1]).a, metric(m[1]).b);
      EXPECT_EQ(*metric(m[1]).absolute.low, *metric(m[1]).absolute.high);
    } else if (std::regex_match(sentence, m, unknown)) {
      EXPECT_EQ(metric(m[1]).evidence, Evidence::unknown);
    } else if (std::regex_match(sentence, m, others)) {
      EXPECT_EQ(std::stoul(m[1]), told() - main_told_);
      EXPECT_EQ(std::stoul(m[2]), shown_count() - main_shown_);
      check_list(m[3]);
    } else if (std::regex_match(sentence, m, no_others)) {
      EXPECT_EQ(std::stoul(m[1]), told() - main_told_);
      EXPECT_EQ(shown_count() - main_shown_, 0u);
    } else if (std::regex_match(sentence, m, needed)) {
      EXPECT_EQ(number(m[2]), *metric(m[1]).queries_needed);
      EXPECT_EQ(number(m[3]), d_.a_queries);
      EXPECT_EQ(number(m[4]), d_.b_queries);
    } else if (std::regex_match(sentence, m, slower)) {
      EXPECT_NEAR(std::stod(m[1]), 100 * d_.b_slower->value, 0.51);
      Estimate e = *d_.b_slower;
      for (double* end : {&e.value, &*e.low, &*e.high}) *end *= 100;
      expect_outward(e, std::stod(m[2]), std::stod(m[3]));
      EXPECT_NEAR(std::stod(m[4]), *d_.effect_size, 0.00051);
    } else {
      EXPECT_TRUE(std::regex_match(sentence, m, rest)) << "nobody checks: " << sentence;
    }
  }

 private:
  static std::uint64_t number(std::string text) {
    std::erase(text, ',');
    return std::stoull(text);
  }

  const MetricDifference& metric(const std::string& label) {
    const MetricDifference* found = labelled(d_, label);
    EXPECT_NE(found, nullptr) << label;
    if (!found) return d_.metrics.front();
    main_told_ = found->evidence != Evidence::unknown;
    main_shown_ = found->evidence == Evidence::shown;
    return *found;
  }

  std::size_t told() const {
    std::size_t count = 0;
    for (const MetricDifference& m : d_.metrics) count += m.evidence != Evidence::unknown;
    return count;
  }
  std::size_t shown_count() const {
    std::size_t count = 0;
    for (const MetricDifference& m : d_.metrics) count += m.evidence == Evidence::shown;
    return count;
  }

  /// "4.0 % higher or 3.1 % lower": neither less than it could be.
  static void check_could(const std::string& text, const Estimate& e) {
    static const std::regex one(R"(([\d.]+) (?:%|points) (higher|lower))");
    bool higher = false, lower = false;
    for (std::sregex_iterator it(text.begin(), text.end(), one), end; it != end; ++it) {
      const double size = std::stod((*it)[1]);
      const bool up = (*it)[2] == "higher";
      (up ? higher : lower) = true;
      const double could = up ? *e.high : -*e.low;
      EXPECT_GE(size, could - 1e-9) << text;
      EXPECT_NEAR(size, could, 0.1 * could + 1e-9) << text;
    }
    EXPECT_TRUE(higher || *e.high <= 0) << text;
    EXPECT_TRUE(lower || *e.low >= 0) << text;
  }

  void check_list(const std::string& list) const {
    static const std::regex one(
        R"(([^,]+?) ([-+][\d.]+) (?:%|points) \(([-\d.]+) (?:%|points) to ([-\d.]+) (?:%|points)\),? ?)");
    std::size_t count = 0;
    for (std::sregex_iterator it(list.begin(), list.end(), one), end; it != end; ++it, ++count) {
      const MetricDifference* m = labelled(d_, (*it)[1]);
      ASSERT_NE(m, nullptr) << (*it)[1];
      EXPECT_EQ(m->evidence, Evidence::shown);
      EXPECT_NEAR(std::stod((*it)[2]), in_percent(*m).value, 0.06 * std::abs(in_percent(*m).value));
      expect_outward(in_percent(*m), std::stod((*it)[3]), std::stod((*it)[4]));
    }
    EXPECT_EQ(count, std::min<std::size_t>(4, shown_count() - main_shown_)) << list;
  }

  const RunDifference& d_;
  std::size_t main_told_ = 0, main_shown_ = 0;  ///< whether the first sentence's metric is
};

TEST(RunSentences, AreTrueOfRandomPairs) {
  RunComparison how;
  how.replicas = 200;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    RandomStream stream(seed, "pairs");
    const std::size_t n = 20 + stream.below(1500);
    const double phi = stream.uniform() * 0.6,
                 scale = stream.below(3) == 0 ? 1 : 0.8 + 0.4 * stream.uniform();
    ridgeline::Run a = coverage::run_of(coverage::lognormal(n, 1e-2, 0.5, phi, stream));
    ridgeline::Run b =
        coverage::run_of(coverage::lognormal(n + stream.below(2) * 100, 1e-2 * scale, 0.5, phi, stream));
    if (stream.below(2) == 0)
      a.scenario.target_latency = b.scenario.target_latency = std::chrono::milliseconds(20);
    const auto d = compare(a, b, how);
    ASSERT_TRUE(d) << d.error().message;
    ASSERT_FALSE(d->sentences.empty());
    Checker checker(*d);
    for (const std::string& sentence : d->sentences) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ": " + sentence);
      checker.check(sentence);
    }
  }
}

TEST(RunSentences, SayHowMuchIsNotShown) {
  RandomStream stream(5, "even");
  const ridgeline::Run a = coverage::run_of(coverage::lognormal(2000, 1e-2, 0.3, 0, stream));
  ridgeline::Run b = coverage::run_of(coverage::lognormal(2100, 1e-2, 0.3, 0, stream));
  b.workload = "another";
  ridgeline::Run named = a;
  named.workload = "one";
  const auto d = compare(named, b);
  ASSERT_TRUE(d);
  EXPECT_THAT(d->sentences.front(), testing::StartsWith("P99: no difference shown (in B it could be up to "));
  EXPECT_EQ(d->sentences.back(), "The runs are of different workloads: one and another.");
}

TEST(RunLabels, NamesAndValues) {
  EXPECT_EQ(label_of(*find_run_metric("p99.9")), "P99.9");
  EXPECT_EQ(label_of(*find_run_metric("ttft_p50")), "TTFT P50");
  EXPECT_EQ(label_of(*find_run_metric("lateness_p99")), "lateness P99");
  EXPECT_EQ(label_of(*find_run_metric("mean")), "mean latency");
  EXPECT_EQ(explain::show_value(*find_run_metric("p50"), 0.0032), "3.20 ms");
  EXPECT_EQ(explain::show_value(*find_run_metric("attainment"), 0.972), "97.2 %");
}

}  // namespace
}  // namespace ridgeline
