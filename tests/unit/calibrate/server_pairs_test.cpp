#include <gtest/gtest.h>

#include "folder.h"
#include "ridgeline/simulator_validation.h"
#include "shipped.h"

namespace ridgeline {
namespace {

using testing::catalog;
using testing::rules;
using testing::shipped_offline;

const ServerRules& server_rules() {
  static const ServerRules loaded = *ServerRules::load(RIDGELINE_DATA_DIR "/offline/server.yaml");
  return loaded;
}
const Calibrations& calibrations() {
  static const Calibrations loaded = *Calibrations::load(RIDGELINE_DATA_DIR "/calibration/serving.yaml");
  return loaded;
}

class ServerPairs : public ::testing::Test {
 protected:
  Folder folder_;
  Result<ServerTable> read(const std::string& text) {
    return read_server_pairs(folder_.write("pairs.csv", text), catalog(), rules(), server_rules());
  }
};

TEST_F(ServerPairs, EveryWorkloadHasLimitsAndLengths) {
  for (const auto& limits : server_rules().limits)
    EXPECT_TRUE(rules().workload(limits.workload)) << limits.workload;
  for (const MlperfWorkload& workload : rules().workloads) {
    EXPECT_TRUE(server_rules().limits_of(workload.name, false)) << workload.name;
    EXPECT_EQ(workload.output_tokens > 0, server_rules().lengths_of(workload.name) != nullptr)
        << workload.name;
  }
}

TEST_F(ServerPairs, OfPublishedResults) {
  const auto table = read(
      "round,submitter,system,accelerator,accel_total,model,scenario,value,unit,power_value,power_unit,"
      "software\n"
      "v4.1,A,box,NVIDIA H100-SXM-80GB,8,llama2-70b-99,Server,21000,Tokens/s,,,TensorRT\n"
      "v4.1,A,box,NVIDIA H100-SXM-80GB,8,llama2-70b-99,Offline,24000,Tokens/s,,,TensorRT\n"
      "v4.1,A,box,NVIDIA H100-SXM-80GB,8,llama2-70b-99.9,Server,21000,Tokens/s,,,TensorRT\n"
      "v4.1,A,box,NVIDIA H100-SXM-80GB,8,llama2-70b-99.9,Offline,24000,Tokens/s,,,TensorRT\n"
      "v5.1,B,box,NVIDIA H100-SXM-80GB,8,llama2-70b-99,Interactive,14000,Tokens/s,,,TensorRT\n"
      "v5.1,B,box,NVIDIA H100-SXM-80GB,8,bert-99,Server,50000,Queries/s,,,TensorRT\n"
      "v5.1,B,box,NVIDIA H100-SXM-80GB,8,bert-99,Offline,70000,Samples/s,,,TensorRT\n");
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->pairs.size(), 2u);
  // 294.45 tokens a sample, as published; the share does not depend on it.
  EXPECT_NEAR(table->pairs[0].server_rate / table->pairs[0].offline_rate, 21000.0 / 24000, 1e-12);
  EXPECT_NEAR(table->pairs[0].server_rate.value(), 21000 / 294.45, 1e-9);
  EXPECT_EQ(table->pairs[1].benchmark, "bert-99");
  EXPECT_NEAR(table->pairs[1].server_rate.value(), 50000, 1e-9);
  EXPECT_EQ(table->left_out.at("the same run under another name"), 1u);
  EXPECT_EQ(table->left_out.at("no Offline result of the same system"), 1u);
}

TEST_F(ServerPairs, OfLoadGenSummaries) {
  const auto table = read(
      "division,submitter,system,model,accelerator,accelerators_per_node,nodes,software,scenario,samples_per_"
      "second,"
      "result_is,completed_samples_per_second,50.00_percentile_latency_ns,99.00_percentile_latency_ns\n"
      "closed,A,box,resnet50,NVIDIA L4,2,2,TensorRT,Offline,50000,VALID,,1,2\n"
      "closed,A,box,resnet50,NVIDIA L4,2,2,TensorRT,Server,,VALID,46000,8000000,12000000\n"
      "open,A,box,resnet50,NVIDIA L4,2,2,TensorRT,Server,,VALID,47000,8000000,12000000\n"
      "closed,A,cpu,resnet50,N/A,N/A,1,PyTorch,Server,,VALID,100,8000000,12000000\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_TRUE(is_loadgen_summaries(folder_.path("pairs.csv")));
  ASSERT_EQ(table->pairs.size(), 1u);
  EXPECT_EQ(table->pairs[0].devices, 4u);
  EXPECT_EQ(table->pairs[0].p50, Seconds(0.008));
  EXPECT_EQ(table->left_out.at("not of the closed division"), 1u);
  EXPECT_EQ(table->left_out.at("no accelerator"), 1u);
}

/// The published rate is the simulation's clock: twice the rate under half the limit is the same simulation.
TEST_F(ServerPairs, TheOfflineRateIsTheClock) {
  const auto solve = [](double offline_rate, Nanoseconds limit) {
    ServerTable table;
    ServerPair pair;
    pair.workload = "bert-99";
    pair.hardware = "l4";
    pair.offline =
        *offline_workload(rules(), *rules().workload("bert-99"), **catalog().hardware("l4"), "ada", "");
    pair.offline_rate = Hertz(offline_rate);
    pair.server_rate = Hertz(0.8 * offline_rate);
    table.pairs.push_back(pair);
    ServerRules limits = server_rules();
    for (ServerRules::Limits& one : limits.limits) one.latency = limit;
    return validate_server(table, {catalog(), rules(), limits, shipped_offline(), calibrations()})
        .points.front();
  };
  using std::chrono::milliseconds;
  const ServerPoint slow = solve(800, milliseconds(120)), fast = solve(1600, milliseconds(60));
  ASSERT_EQ(slow.unanswered, "");
  EXPECT_EQ(slow.batch, fast.batch);
  EXPECT_NEAR(slow.rate.value() / 800, fast.rate.value() / 1600, 1e-6);
  EXPECT_LE(slow.largest, Hertz(800));
  EXPECT_NEAR(slow.error, 100 * (slow.rate.value() / 640 - 1), 1e-9);
}

}  // namespace
}  // namespace ridgeline
