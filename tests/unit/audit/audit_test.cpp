#include "ridgeline/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

AuditWorkload workload(const char* model) {
  AuditWorkload result;
  result.model = model;
  result.offline_batch = 2;
  return result;
}

class AuditHere : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = Catalog::load(RIDGELINE_DATA_DIR);
    ASSERT_TRUE(loaded) << loaded.error().message;
    catalog_ = std::make_unique<Catalog>(*std::move(loaded));
    options_.budget = Seconds(4);
  }
  std::unique_ptr<Catalog> catalog_;
  AuditOptions options_;
};

TEST_F(AuditHere, FillsAllThreeColumnsOfAllFourScenarios) {
  options_.workloads = {workload("mobilenet-v2")};
  const auto report = audit_here(*catalog_, options_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->workloads.size(), 1u);
  const auto& audited = report->workloads.front();
  EXPECT_FALSE(audited.failure) << *audited.failure;
  ASSERT_EQ(audited.cells.size(), 6u);  // Server at three loads
  for (const auto& cell : audited.cells) {
    ASSERT_EQ(cell.metrics.size(), 4u);
    const auto& p50 = cell.metrics.front();
    EXPECT_TRUE(p50.measured) << to_string(cell.scenario.kind);
    EXPECT_TRUE(p50.simulated) << to_string(cell.scenario.kind);
    EXPECT_TRUE(p50.simulated_error);
    // A machine that slowed down since its probe may be offered more than the prediction says it can serve:
    // then the closed form has no answer, and must say why.
    const bool may_lack = cell.scenario.kind == ScenarioKind::server;
    EXPECT_TRUE(p50.predicted || (may_lack && !cell.predicted_method.empty()))
        << to_string(cell.scenario.kind);
    EXPECT_EQ(p50.predicted.has_value(), p50.predicted_error.has_value());
  }
  EXPECT_FALSE(report->explanation.empty());
  EXPECT_EQ(report->hardware.memory.bandwidth->provenance.kind, ProvenanceKind::measured);
}

TEST_F(AuditHere, GoesOnWhenOneWorkloadFails) {
  options_.workloads = {workload("mixtral-8x7b"), workload("mobilenet-v2")};  // no executor for experts
  const auto report = audit_here(*catalog_, options_);
  ASSERT_TRUE(report) << report.error().message;
  ASSERT_EQ(report->workloads.size(), 2u);
  EXPECT_TRUE(report->workloads[0].failure);
  EXPECT_FALSE(report->workloads[1].failure);
  EXPECT_EQ(report->workloads[1].cells.size(), 6u);  // Server at three loads
}

TEST_F(AuditHere, AStopKeepsWhatWasDone) {
  const std::atomic<bool> stop{true};
  options_.workloads = {workload("mobilenet-v2")};
  options_.stop = &stop;
  const auto report = audit_here(*catalog_, options_);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->interrupted);
  EXPECT_FALSE(report->probe.rates.empty());
}

TEST_F(AuditHere, RefusesBadInputBeforeItMeasuresAnything) {
  bool measured = false;
  options_.progress = [&](const std::string&) { measured = true; };
  const auto refused = [&](auto change) {
    AuditOptions options = options_;
    change(options);
    const auto report = audit_here(*catalog_, options);
    return report ? std::string("accepted") : report.error().message;
  };
  EXPECT_THAT(refused([](AuditOptions& o) { o.workloads = {workload("resnet-5o")}; }),
              HasSubstr("did you mean"));
  EXPECT_THAT(refused([](AuditOptions& o) { o.server_loads = {0.5, 1}; }), HasSubstr("between 0 and 1"));
  EXPECT_THAT(refused([](AuditOptions& o) { o.budget = Seconds(std::nan("")); }), HasSubstr("budget"));
  EXPECT_THAT(refused([](AuditOptions& o) {
                o.workloads = {workload("mobilenet-v2")};
                o.workloads[0].offline_batch = 0;
              }),
              HasSubstr("batch of 0"));
  EXPECT_FALSE(measured);
}

}  // namespace
}  // namespace ridgeline
