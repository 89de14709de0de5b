#include "engine/coefficients.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "engine/calibration.h"

namespace ridgeline {
namespace {

TEST(Coefficients, NamesAreUniqueAndFound) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < coefficients().size(); ++i) {
    const Coefficient& c = coefficients()[i];
    EXPECT_TRUE(names.insert(c.name).second) << c.name;
    EXPECT_EQ(find_coefficient(c.name), i);
    EXPECT_FALSE(c.meaning.empty()) << c.name;
  }
  EXPECT_EQ(find_coefficient("memroy"), std::nullopt);
}

TEST(Coefficients, PriorsArePhysical) {
  for (const Coefficient& c : coefficients()) {
    EXPECT_GT(c.prior, 0) << c.name;
    EXPECT_LE(c.prior, c.limit) << c.name;
    EXPECT_GT(c.prior_spread, 0) << c.name;
    if (c.unit == "share" && c.name != "burst") {
      EXPECT_LE(c.limit, 1) << c.name;
    }
  }
}

// Each reaches a number of its own: setting one moves no other.
TEST(Coefficients, SetReachesOneNumberAndGetReadsIt) {
  for (const Coefficient& c : coefficients()) {
    Calibration calibration = engine::calibration_from(engine::prior_logs());
    const double value = c.prior * 0.37;
    c.set(calibration, value);
    for (const Coefficient& other : coefficients()) {
      const double expected = other.name == c.name ? value : other.prior;
      EXPECT_NEAR(other.get(calibration), expected, 1e-12 * expected) << c.name << " moved " << other.name;
    }
  }
}

TEST(Coefficients, CalibrationStopsAtTheLimits) {
  std::vector<double> logs = engine::prior_logs();
  for (double& log : logs) log += 20;
  const Calibration calibration = engine::calibration_from(logs);
  for (const Coefficient& c : coefficients()) EXPECT_EQ(c.get(calibration), c.limit) << c.name;
  const Status valid = engine::validate(calibration);
  EXPECT_TRUE(valid) << valid.error().message;
  EXPECT_EQ(calibration.kind, CalibrationKind::fitted);
  EXPECT_EQ(calibration.overlap, Overlap::partial);
}

TEST(Coefficients, PriorCalibrationHasThePriors) {
  const Calibration calibration = engine::calibration_from(engine::prior_logs());
  EXPECT_NEAR(calibration.compute_efficiency[static_cast<std::size_t>(OpClass::gemm)], 0.6, 1e-12);
  EXPECT_NEAR(calibration.memory_efficiency_of(OpClass::experts), 0.8 * 0.9, 1e-12);
  EXPECT_NEAR(calibration.memory_efficiency_of(OpClass::vector), 0.8, 1e-12);
  EXPECT_NEAR(calibration.serving.per_request.value(), 20e-3, 1e-12);
}

}  // namespace
}  // namespace ridgeline
