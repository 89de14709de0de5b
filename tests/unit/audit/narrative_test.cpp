#include "audit/narrative.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

AuditCell cell(double predicted, Estimate measured) {
  AuditCell result;
  AuditMetric metric;
  metric.name = "P50";
  metric.unit = "s";
  metric.predicted = Estimate{predicted, std::nullopt, std::nullopt};
  metric.measured = measured;
  metric.predicted_error = (predicted - measured.value) / measured.value;
  result.metrics.push_back(metric);
  result.measured.emplace();
  result.measured->p50 = measured;
  return result;
}

AuditReport report_of(std::vector<AuditCell> cells) {
  AuditReport report;
  report.workloads.emplace_back();
  report.workloads.back().model = "toy";
  report.workloads.back().cells = std::move(cells);
  return report;
}

TEST(Narrative, NamesTheLargestSupportedGap) {
  const auto sentences = audit::narrate(
      report_of({cell(0.11, Estimate{0.10, 0.099, 0.101}), cell(0.15, Estimate{0.10, 0.09, 0.11})}));
  ASSERT_FALSE(sentences.empty());
  EXPECT_THAT(sentences.front(), HasSubstr("50 % too high"));
}

TEST(Narrative, AGapToAFigureWithoutAnIntervalIsNoFinding) {
  const auto sentences = audit::narrate(report_of(
      {cell(0.60, Estimate{0.10, std::nullopt, std::nullopt}), cell(0.12, Estimate{0.10, 0.09, 0.11})}));
  ASSERT_FALSE(sentences.empty());
  EXPECT_THAT(sentences.front(), HasSubstr("20 % too high"));
}

TEST(Narrative, SaysSoWhenNothingIsSupported) {
  const auto sentences = audit::narrate(report_of({cell(0.60, Estimate{0.10, std::nullopt, std::nullopt})}));
  ASSERT_EQ(sentences.size(), 1u);
  EXPECT_THAT(sentences.front(), HasSubstr("no gap is explained"));
}

}  // namespace
}  // namespace ridgeline
