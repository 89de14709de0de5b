#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/audit.h"
#include "ridgeline/report.h"

namespace ridgeline {
namespace {

using ::testing::HasSubstr;

class AuditBatches : public ::testing::Test {
 protected:
  void SetUp() override {
    auto loaded = Catalog::load(RIDGELINE_DATA_DIR);
    ASSERT_TRUE(loaded) << loaded.error().message;
    catalog_ = std::make_unique<Catalog>(*std::move(loaded));
    AuditWorkload workload;
    workload.model = "mobilenet-v2";
    options_.workloads = {workload};
    options_.batches = {1, 2};
    options_.rounds = 2;
    options_.patience = Seconds(1);
  }
  std::string refused(const BatchAuditOptions& options) const {
    const auto audit = audit_batches_here(*catalog_, options);
    return audit ? "accepted" : audit.error().message;
  }
  std::unique_ptr<Catalog> catalog_;
  BatchAuditOptions options_;
};

TEST_F(AuditBatches, EveryBatchHasBothColumns) {
  const auto audit = audit_batches_here(*catalog_, options_);
  ASSERT_TRUE(audit) << audit.error().message;
  EXPECT_EQ(audit->rounds, 2u);
  ASSERT_EQ(audit->workloads.size(), 1u);
  const auto& cells = audit->workloads.front().cells;
  ASSERT_EQ(cells.size(), 2u);
  for (const BatchCell& cell : cells) {
    EXPECT_GT(cell.total.predicted, Seconds(0));
    EXPECT_GT(cell.total.measured, Seconds(0));
    EXPECT_FALSE(cell.first_token);
    EXPECT_GT(cell.on_core, 0);
  }
  EXPECT_GT(cells[1].total.measured, cells[0].total.measured);
  EXPECT_GT(audit->calibration.gemm_few_rows, 0);
}

TEST_F(AuditBatches, GeneratorsHaveTokenTimes) {
  options_.workloads[0].model = "llama-110m";
  options_.workloads[0].shape = {4, 3};
  options_.batches = {1};
  options_.rounds = 1;
  const auto audit = audit_batches_here(*catalog_, options_);
  ASSERT_TRUE(audit) << audit.error().message;
  const BatchCell& cell = audit->workloads.front().cells.front();
  ASSERT_TRUE(cell.first_token && cell.per_token);
  // Three tokens: the first, and two steps.
  EXPECT_NEAR((cell.first_token->measured + 2 * cell.per_token->measured) / cell.total.measured, 1, 1e-9);
  EXPECT_NEAR((cell.first_token->predicted + 2 * cell.per_token->predicted) / cell.total.predicted, 1, 1e-9);
}

TEST_F(AuditBatches, RefusesBadInput) {
  BatchAuditOptions options = options_;
  options.batches = {1, 0};
  EXPECT_THAT(refused(options), HasSubstr("at least 1"));
  options = options_;
  options.rounds = 0;
  EXPECT_THAT(refused(options), HasSubstr("rounds"));
  options = options_;
  options.workloads[0].model = "resnet-5o";
  EXPECT_THAT(refused(options), HasSubstr("did you mean"));
  options = options_;
  options.workloads[0].model = "mixtral-8x7b";
  EXPECT_THAT(refused(options), HasSubstr("no executor"));
}

TEST_F(AuditBatches, AStopBeforeTheFirstRoundIsAnError) {
  const std::atomic<bool> stop{true};
  options_.stop = &stop;
  EXPECT_THAT(refused(options_), HasSubstr("stopped"));
}

}  // namespace
}  // namespace ridgeline
