// Measurements made by the model itself under coefficients that are known, with noise: the fit must find
// them.
#include <gmock/gmock.h>

#include <cmath>

#include "base/random.h"
#include "calibrate/fit_cross.h"
#include "calibrate/fit_levels.h"
#include "calibrate/parallel.h"
#include "engine/coefficients.h"
#include "fixtures.h"

namespace ridgeline::calibrate {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

struct System {
  std::string model, hardware, stack;
  unsigned tensor = 1;
};

/// Logarithms of the true factors, by coefficient.
using Factors = std::vector<std::pair<std::string_view, double>>;

Calibration truth(const Factors& factors) {
  std::vector<double> logs = engine::prior_logs();
  for (const auto& [name, log_factor] : factors) logs[*find_coefficient(name)] += log_factor;
  return engine::calibration_from(logs);
}

/// Every shape and load of one system, as the calibration has them, times noise of 2 %, times `tpot_shift`.
void measure(MeasuredTable& table, const System& system, const Calibration& calibration,
             double tpot_shift = 1) {
  RandomStream noise(7, group_key(system.model, system.hardware, system.stack));
  const auto model = catalog().model(system.model);
  const auto hardware = catalog().hardware(system.hardware);
  ASSERT_TRUE(model && hardware);
  for (const auto& [isl, osl] : {std::pair(1024u, 1024u), std::pair(8192u, 256u), std::pair(128u, 2048u)}) {
    for (const double users : {1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 64.0, 96.0, 128.0}) {
      MeasuredPoint m;
      m.line = table.points.size() + 2;
      m.model = system.model;
      m.hardware = system.hardware;
      m.stack = system.stack;
      m.point.isl = isl;
      m.point.osl = osl;
      m.point.concurrency = users;
      m.point.precision = PrecisionPlan::uniform(Precision::fp8);
      m.point.worker.parallelism.tensor = system.tensor;
      const auto predicted = predict_serving(**model, **hardware, m.point, calibration);
      ASSERT_TRUE(predicted) << predicted.error().message;
      m.tpot = predicted->tpot.value * (tpot_shift * portable_exp(0.02 * noise.normal()));
      m.ttft = predicted->ttft.value * portable_exp(0.02 * noise.normal());
      table.points.push_back(std::move(m));
    }
  }
}

const std::vector<System> systems{
    {"llama-3.1-8b", "h100-sxm-80gb", "vllm", 1},    {"qwen-3-32b", "h100-sxm-80gb", "vllm", 2},
    {"llama-3.1-70b", "h100-sxm-80gb", "vllm", 4},   {"llama-3.1-8b", "h200-sxm-141gb", "trtllm", 1},
    {"qwen-3-32b", "h200-sxm-141gb", "trtllm", 4},   {"llama-3.1-70b", "h200-sxm-141gb", "trtllm", 8},
    {"llama-3.1-8b", "b200-sxm-192gb", "trtllm", 1}, {"llama-3.1-70b", "b200-sxm-192gb", "vllm", 2}};

MeasuredTable measured(const Factors& factors) {
  MeasuredTable table;
  table.path = "synthetic";
  for (const System& system : systems) measure(table, system, truth(factors));
  return table;
}

const Factors known{{"gemm", 0.2},  {"memory", 0.1},        {"launch", 0.8},      {"per_step", 1.2},
                    {"link", -0.6}, {"interference", -0.4}, {"per_request", 0.9}, {"prompt_stretch", 0.3}};

FitOptions quick() {
  FitOptions options;
  options.cross_validate = false;
  return options;
}

TEST(Fit, FindsTheCoefficientsThatMadeTheData) {
  const MeasuredTable table = measured(known);
  const auto found = fit(table, catalog(), quick());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->left_out.empty()) << found->left_out.front();
  EXPECT_EQ(found->calibrations.rows, table.points.size());
  const Calibration true_values = truth(known);
  for (const FittedCoefficient& f : found->overall) {
    const Coefficient& c = coefficients()[f.coefficient];
    EXPECT_LE(std::abs(std::log(f.value / c.get(true_values))), 3 * f.error) << c.name;
  }
  // What a user gets is the product over the levels, and predicts like the truth: noise alone has
  // mean |error| = 2 % sqrt(2 / pi) = 1.6 %, and the priors still pull (a group of 30 rows counts for about
  // one).
  EXPECT_LT(found->in_sample.tpot.mape, 4);
  EXPECT_LT(found->in_sample.ttft.mape, 4);
  EXPECT_NEAR(found->in_sample.coverage, 90, 6);
}

TEST(Fit, IsTheSameToTheBitOnAnyNumberOfThreads) {
  const MeasuredTable table = measured(known);
  std::vector<double> numbers[3];
  std::size_t run = 0;
  for (const std::size_t threads : {1, 2, 8}) {
    most_threads = threads;
    std::vector<double>& into = numbers[run++];
    const auto found = fit(table, catalog(), quick());
    ASSERT_TRUE(found) << found.error().message;
    for (const FittedCoefficient& f : found->overall) into.insert(into.end(), {f.value, f.error});
    const auto validated = validate(table, catalog(), found->calibrations, {});
    ASSERT_TRUE(validated) << validated.error().message;
    for (const ValidatedPoint& point : validated->points) into.push_back(point.predicted_tpot.value());
  }
  most_threads = 0;
  EXPECT_GT(numbers[0].size(), table.points.size());
  EXPECT_EQ(numbers[0], numbers[1]);
  EXPECT_EQ(numbers[0], numbers[2]);
}

// Nothing here convolves, routes to experts, crosses domains or hands a cache over.
TEST(Fit, NamesWhatTheDataCannotDetermine) {
  const auto found = fit(measured(known), catalog(), quick());
  ASSERT_TRUE(found) << found.error().message;
  for (const std::string_view name : {"conv", "experts", "experts_memory", "narrow", "padding_rows",
                                      "per_expert_layer", "remote_hop", "remote_link", "handover"}) {
    const FittedCoefficient& f = found->overall[*find_coefficient(name)];
    const Coefficient& c = coefficients()[f.coefficient];
    EXPECT_FALSE(f.determined) << name;
    EXPECT_NEAR(f.value, c.prior, 1e-6 * c.prior) << name;
    EXPECT_NEAR(f.error, c.prior_spread, 1e-6) << name;
    EXPECT_THAT(found->notes, Contains(HasSubstr(std::string(name))));
  }
  EXPECT_TRUE(found->overall[*find_coefficient("per_request")].determined);
}

TEST(Fit, AFewAbsurdRowsMoveNothing) {
  MeasuredTable table = measured(known);
  const auto clean = fit(table, catalog(), quick());
  for (std::size_t i = 0; i < table.points.size(); i += 24) table.points[i].tpot = *table.points[i].tpot * 20;
  const auto dirty = fit(table, catalog(), quick());
  ASSERT_TRUE(clean && dirty);
  EXPECT_LT(dirty->in_sample.tpot.median, 4);
  const FittedCoefficient& before = clean->overall[*find_coefficient("memory")];
  const FittedCoefficient& after = dirty->overall[*find_coefficient("memory")];
  EXPECT_NEAR(std::log(after.value / before.value), 0, 0.05);
}

TEST(Fit, LeavesOutWhatCannotBeTrueAndSaysWhy) {
  MeasuredTable table = measured(known);
  table.points[3].tpot = Seconds(1e-6);  // faster than its weights can be read
  table.points[5].doubt = "typed by hand";
  const auto found = fit(table, catalog(), quick());
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->left_out.size(), 2u);
  EXPECT_THAT(found->left_out[0], AllOf(HasSubstr("line 5: "), HasSubstr("roofline")));
  EXPECT_EQ(found->left_out[1], "line 7: typed by hand");
  EXPECT_EQ(found->in_sample.points.size(), table.points.size() - 2);
}

TEST(Fit, ATableWithoutAUsableRowIsBadInput) {
  MeasuredTable table;
  table.path = "empty.csv";
  const auto none = fit(table, catalog(), quick());
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(none.error().message, HasSubstr("empty.csv: no row to fit"));
}

TEST(Fit, SaysTheSameTwice) {
  const MeasuredTable table = measured(known);
  const auto once = fit(table, catalog(), quick()), again = fit(table, catalog(), quick());
  ASSERT_TRUE(once && again);
  EXPECT_EQ(write_calibrations(once->calibrations), write_calibrations(again->calibrations));
}

// ------------------------------------------------------------------------------------- cross-validation

/// A stack that only one system runs, and whose steps take half as long again.
MeasuredTable with_a_shifted_group() {
  MeasuredTable table = measured(known);
  measure(table, {"qwen-3-32b", "h100-sxm-80gb", "sglang", 2}, truth(known), 1.5);
  return table;
}
constexpr const char* shifted = "qwen-3-32b, h100-sxm-80gb, sglang";

const ValidationGroup& group_of(const Validation& v, const std::string& key) {
  const auto found = std::find_if(v.groups.begin(), v.groups.end(),
                                  [&](const ValidationGroup& group) { return group.key == key; });
  EXPECT_NE(found, v.groups.end()) << key;
  return found == v.groups.end() ? v.groups.front() : *found;
}

TEST(CrossValidation, AGroupUnlikeTheOthersIsFarOffOnlyWhenLeftOut) {
  FitOptions options;
  bool written = false;
  options.fitted = [&](const Fit& early) {
    written = true;
    EXPECT_EQ(early.calibrations.spread, 0);  // not known yet
    EXPECT_GT(early.calibrations.seen_spread, 0);
  };
  const auto found = fit(with_a_shifted_group(), catalog(), options);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(written);
  EXPECT_TRUE(found->cross_validated.cross_validated);
  EXPECT_EQ(found->cross_validated.points.size(), found->in_sample.points.size());
  EXPECT_EQ(found->cross_validated.groups.size(), systems.size() + 1);
  // 1 / 1.5 - 1 = -33 %: nothing told the others of the shift.
  EXPECT_NEAR(group_of(found->cross_validated, shifted).tpot.bias, -100.0 / 3, 8);
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i < found->in_sample.points.size(); ++i) {
    if (found->in_sample.table.points[i].stack == "sglang") members.push_back(i);
  }
  const auto seen = validate(subset(found->in_sample.table, members), catalog(), found->calibrations);
  ASSERT_TRUE(seen);
  // Seen, the stack has a level of its own, which takes up what the ridge lets it.
  EXPECT_LT(seen->tpot.median, group_of(found->cross_validated, shifted).tpot.median / 2);
  EXPECT_GT(found->calibrations.spread, found->calibrations.seen_spread);
  EXPECT_NEAR(found->cross_validated.coverage, 90, 6);
}

// The proof that nothing leaks: what a group measured does not enter its own prediction, to the last bit.
TEST(CrossValidation, WhatAGroupMeasuredDoesNotMoveItsPrediction) {
  const MeasuredTable table = with_a_shifted_group();
  MeasuredTable other = table;
  for (MeasuredPoint& point : other.points) {
    if (point.stack == "sglang") point.tpot = *point.tpot * 3;
  }
  const auto one = fit(table, catalog()), two = fit(other, catalog());
  ASSERT_TRUE(one && two);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < table.points.size(); ++i) {
    const ValidatedPoint &a = one->cross_validated.points[i], &b = two->cross_validated.points[i];
    ASSERT_EQ(a.row, b.row);
    if (table.points[a.row].stack != "sglang") continue;
    EXPECT_EQ(a.predicted_tpot.value(), b.predicted_tpot.value());
    EXPECT_EQ(a.predicted_ttft.value(), b.predicted_ttft.value());
    ++compared;
  }
  EXPECT_EQ(compared, 30u);  // 3 shapes x 10 loads
}

TEST(CrossValidation, ModelsOfOneArchitectureAreLeftOutTogether) {
  MeasuredTable table = measured(known);
  for (MeasuredPoint& point : table.points) {
    // Llama 3.3 70B computes what Llama 3.1 70B does.
    if (point.model == "llama-3.1-70b" && point.point.concurrency > 8) point.model = "llama-3.3-70b";
  }
  const auto found = fit(table, catalog());
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->cross_validated.groups.size(), systems.size());
  EXPECT_THAT(found->calibrations.seen, Contains("llama-3.3-70b, h100-sxm-80gb, vllm"));
}

TEST(CrossValidation, StopsWhenAsked) {
  const std::atomic<bool> stop{true};
  FitOptions options;
  options.stop = &stop;
  const auto found = fit(measured(known), catalog(), options);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_TRUE(found->cross_validated.points.empty());
  EXPECT_EQ(found->calibrations.spread, 0);
  EXPECT_THAT(found->notes, Contains(HasSubstr("stopped after 0 of 8 groups")));
}

}  // namespace
}  // namespace ridgeline::calibrate
