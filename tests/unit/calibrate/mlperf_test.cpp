#include "ridgeline/mlperf.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "folder.h"
#include "shipped.h"

namespace ridgeline {
namespace {

using testing::catalog;
using testing::rules;
using testing::shipped_offline;

constexpr const char* header =
    "round,submitter,system,accelerator,accel_total,model,scenario,value,unit,power_value,power_unit,"
    "software\n";

class Mlperf : public ::testing::Test {
 protected:
  Folder folder_;
  Result<MlperfTable> read(const std::string& rows, const std::string& head = header) {
    return read_mlperf(folder_.write("results.csv", head + rows), catalog(), rules());
  }
};

TEST_F(Mlperf, EveryWorkloadAndDeviceOfTheRulesIsInTheCatalog) {
  for (const MlperfWorkload& workload : rules().workloads)
    EXPECT_TRUE(catalog().model(workload.model)) << workload.model;
  for (const auto& device : rules().devices) {
    const auto hardware = catalog().hardware(device.device);
    ASSERT_TRUE(hardware) << device.device;
    EXPECT_FALSE((*hardware)->generation.empty()) << device.device;
  }
}

TEST_F(Mlperf, FormatsFollowTheGeneration) {
  const auto format = [&](const char* workload, const char* device) {
    const Hardware& hardware = **catalog().hardware(device);
    const auto shared = rules().shared.find(hardware.generation);
    const std::string generation = shared == rules().shared.end() ? hardware.generation : shared->second;
    return offline_workload(rules(), *rules().workload(workload), hardware, generation, "")
        ->precision.weights;
  };
  EXPECT_EQ(format("resnet50", "h100-sxm-80gb"), Precision::int8);
  EXPECT_EQ(format("resnet50", "b200-sxm-192gb"), Precision::fp8);
  EXPECT_EQ(format("bert-99.9", "l4"), Precision::fp16);
  EXPECT_EQ(format("llama2-70b", "b200-sxm-192gb"), Precision::fp4);
  EXPECT_EQ(format("llama2-70b", "mi300x"), Precision::fp8);
  EXPECT_EQ(format("gptj-99", "tpu-v5e"), Precision::int8);
  EXPECT_EQ(format("gptj-99", "a100-sxm-80gb"), Precision::fp16);
}

TEST_F(Mlperf, ReadsRatesPerDeviceAndSample) {
  const auto table = read(
      "v4.0,NVIDIA,DGX,NVIDIA H100-SXM-80GB,8,llama2-70b-99,Offline,23556,Tokens/s,,,TensorRT\n"
      "v4.1,NVIDIA,\"H200 (8x, MaxQ)\",NVIDIA "
      "H200-SXM-141GB-CTS,8,resnet50,Server,480000,Samples/s,5013.8,Watts,TensorRT\n");
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->rows.size(), 2u);
  const MlperfRow& llama = table->rows[0];
  EXPECT_EQ(llama.workload, "llama2-70b");
  EXPECT_EQ(llama.hardware, "h100-sxm-80gb");
  EXPECT_EQ(llama.offline.software, "4.0");
  EXPECT_NEAR(llama.samples.value(), 23556 / 8.0 / 294.45, 1e-9);
  EXPECT_EQ(llama.offline.power_mode, PowerMode::full);
  const MlperfRow& resnet = table->rows[1];
  EXPECT_TRUE(resnet.server);
  EXPECT_EQ(resnet.offline.power_mode, PowerMode::saving);
  EXPECT_EQ(*resnet.offline.power_limit, Watts(1000));
  EXPECT_EQ(*resnet.watts, Watts(5013.8));
}

TEST_F(Mlperf, CountsWhatIsLeftOutAndWhy) {
  const auto table = read(
      "v4.0,A,S,NVIDIA A100-PCIe-80GB (1x1g.10gb MIG),1,resnet50,Offline,1,Samples/s,,,TensorRT\n"
      "v4.0,A,S,NVIDIA L4,1,dlrm-v2-99,Offline,1,Samples/s,,,TensorRT\n"
      "v4.0,A,S,NVIDIA L40,1,resnet50,Offline,1,Samples/s,,,Onnxruntime v1.15\n"
      "v4.0,A,S,,0,resnet50,Offline,1,Samples/s,,,OpenVINO\n"
      "v4.0,A,S,RBLN ATOM,1,resnet50,Offline,1,Samples/s,,,RBLN\n"
      "v4.0,A,S,NVIDIA L4,1,resnet50,SingleStream,1,Latency (ms),,,TensorRT\n"
      "v4.0,A,S,NVIDIA L4,1,rnnt,Offline,1,Samples/s,,,TensorRT\n"
      "v4.0,A,S,NVIDIA L4,1,resnet50,Server,1,Samples/s,,,TensorRT\n"
      "v4.0,A,S,NVIDIA L4,1,resnet50,Offline,12000,Samples/s,,,TensorRT\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->rows.size(), 1u);
  EXPECT_EQ(table->left_out.size(), 8u);  // each for a reason of its own
}

TEST_F(Mlperf, BadNumbersNameTheirColumn) {
  const auto bad = read("v4.0,A,S,NVIDIA L4,one,resnet50,Offline,1,Samples/s,,,TensorRT\n");
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.find(":2: accel_total: 'one'"), std::string::npos) << bad.error().message;
}

TEST_F(Mlperf, PowerRunsSayTheirSystemInTheName) {
  const auto table = read(
      "closed,NVIDIA,H200-SXM-141GBx8_TRT_MaxQ,llama2-70b-99,Offline,6153,3116,3116.7,86.7369,25262.1,,70.9,"
      "0.2\n"
      "closed,UntetherAI,r760_u6_slim,resnet50,offline,1021.4,663,663,334462,,,0.003,\n",
      "division,submitter,system,model,scenario,avg_watts,n_samples,duration_s,samples_per_s,tokens_per_s,"
      "metric_latency_ns,joules_per_sample,joules_per_token\n");
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->rows.size(), 1u);
  EXPECT_EQ(table->rows[0].hardware, "h200-sxm-141gb");
  EXPECT_EQ(table->rows[0].devices, 8u);
  EXPECT_EQ(table->rows[0].host, HostClass::accelerator);
  EXPECT_NEAR(table->rows[0].samples.value(), 25262.1 / 294.45 / 8, 1e-9);
}

TEST_F(Mlperf, ErrorsAreThoseOfTheRates) {
  const Hardware& l4 = **catalog().hardware("l4");
  const auto w = offline_workload(rules(), *rules().workload("resnet"), l4, "ada", "5.1");
  const double rate =
      predict_offline(**catalog().model("resnet-50"), l4, *w, shipped_offline())->samples.value();
  // 25 % too high, 20 % too low, and beyond the peak: suspect.
  const auto table =
      read(fmt::format("v5.1,A,S,NVIDIA L4,1,resnet50,Offline,{},Samples/s,,,T\n"
                       "v5.1,A,S,NVIDIA L4,1,resnet50,Offline,{},Samples/s,,,T\n"
                       "v5.1,A,S,NVIDIA L4,1,resnet50,Offline,1e6,Samples/s,,,T\n",
                       rate / 1.25, rate / 0.8));
  ASSERT_TRUE(table) << table.error().message;
  const MlperfValidation v = validate_mlperf(*table, catalog(), rules(), shipped_offline());
  EXPECT_EQ(v.offline.rows, 2u);
  EXPECT_NEAR(v.offline.mape, 22.5, 1e-3);
  EXPECT_NEAR(v.offline.bias, 2.5, 1e-3);
  EXPECT_TRUE(v.points[2].beats_roofline);
  EXPECT_EQ(v.offline_groups.rows, 1u);
}

TEST_F(Mlperf, CrossValidationDoesNotSeeTheGroupItPredicts) {
  // Three devices as the shipped coefficients say; a fourth three times too slow.
  std::string rows;
  const std::pair<const char*, const char*> devices[] = {{"NVIDIA L4", "l4"},
                                                         {"NVIDIA L40S", "l40s"},
                                                         {"NVIDIA A30", "a30"},
                                                         {"NVIDIA A100-PCIe-80GB", "a100-pcie-80gb"}};
  for (const auto& [accelerator, id] : devices) {
    const Hardware& hardware = **catalog().hardware(id);
    const auto w =
        offline_workload(rules(), *rules().workload("resnet"), hardware, hardware.generation, "5.1");
    double rate =
        predict_offline(**catalog().model("resnet-50"), hardware, *w, shipped_offline())->samples.value();
    if (std::string(id) == "a100-pcie-80gb") rate /= 3;
    rows += fmt::format("v5.1,A,S,{},1,resnet50,Offline,{},Samples/s,,,T\n", accelerator, rate);
  }
  const auto table = read(rows);
  ASSERT_TRUE(table) << table.error().message;
  MlperfFitOptions options;
  options.source = "a test";
  options.date = "2026";
  const auto fit = fit_mlperf(*table, catalog(), rules(), options);
  ASSERT_TRUE(fit) << fit.error().message;
  EXPECT_TRUE(fit->converged);
  const double seen = fit->in_sample.points[3].samples / table->rows[3].samples;
  const double unseen = fit->cross_validated.points[3].samples / table->rows[3].samples;
  EXPECT_GT(unseen, 1.2 * seen);
  EXPECT_GT(unseen, 2);
  EXPECT_EQ(fit->coefficients.groups, 4u);
}

}  // namespace
}  // namespace ridgeline
