#include <gmock/gmock.h>

#include "fixtures.h"

namespace ridgeline::calibrate {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

Result<MeasuredTable> read(const std::string& content) {
  return read_measured(CsvFile(content).path(), catalog());
}

/// What follows "path:" in the error.
std::string error_of(const std::string& content) {
  const CsvFile file(content);
  const auto table = read_measured(file.path(), catalog());
  if (table) return "no error";
  const std::string& message = table.error().message;
  return message.substr(0, file.path().size()) == file.path() ? message.substr(file.path().size() + 1)
                                                              : message;
}

TEST(ReadMeasured, PlainFormWithUnitsInItsHeader) {
  const auto table = read(
      "Model,Hardware,Stack,Version,precision,isl,osl,concurrency,tp,ttft_s,tpot_us,weather\n"
      "Llama-3.1-70B,h100,TensorRT-LLM,1.2,fp8,2048,256,32.0,4,0.25,12500,sunny\n");
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->points.size(), 1u);
  const MeasuredPoint& m = table->points[0];
  EXPECT_EQ(m.line, 2u);
  EXPECT_EQ(m.model, "llama-3.1-70b");
  EXPECT_EQ(m.hardware, "h100-sxm-80gb");
  EXPECT_EQ(m.stack, "trtllm");
  EXPECT_EQ(m.version, "1.2");
  EXPECT_EQ(m.precision_text, "fp8");
  EXPECT_EQ(m.point.isl, 2048u);
  EXPECT_EQ(m.point.osl, 256u);
  EXPECT_EQ(m.point.concurrency, 32);
  EXPECT_EQ(m.point.worker.parallelism.tensor, 4u);
  EXPECT_EQ(m.point.requests_per_user, 0);  // steady state
  EXPECT_NEAR(m.ttft->value(), 0.25, 1e-12);
  EXPECT_NEAR(m.tpot->value(), 12500e-6, 1e-12);
  EXPECT_FALSE(m.disaggregated);
  EXPECT_TRUE(m.doubt.empty());
  EXPECT_THAT(table->notes, Contains("columns not used: weather"));
}

TEST(ReadMeasured, MissingColumnsHaveDefaults) {
  const auto table = read("model,hardware,isl,osl,tpot_ms\nllama-3.1-8b,h100,128,128,5\n");
  ASSERT_TRUE(table) << table.error().message;
  const MeasuredPoint& m = table->points[0];
  EXPECT_EQ(m.point.concurrency, 1);
  EXPECT_EQ(m.point.worker.devices(), 1u);
  EXPECT_EQ(m.point.precision.weights, Precision::bf16);
  EXPECT_EQ(m.precision_text, "bf16");
  EXPECT_EQ(m.stack, "");
  EXPECT_FALSE(m.ttft);
  EXPECT_TRUE(table->notes.empty());
}

const char* const silicon_header =
    "backend,backend_version,model_path,system,precision,mode,isl,osl,gemm_quant_mode,moe_quant_mode,"
    "concurrency,"
    "batch_size,tp_size,pp_size,attention_dp_size,moe_tp_size,moe_ep_size,prefill_num_workers,prefill_tp_"
    "size,"
    "decode_batch_size,decode_num_workers,decode_tp_size,decode_moe_ep_size,ttft_ms,tpot_ms\n";

TEST(ReadMeasured, SiliconForm) {
  const auto table =
      read(std::string(silicon_header) +
           "vllm,0.19.0,MiniMaxAI/MiniMax-M2.5,b300_sxm,fp8,agg,8192,1024,fp8,fp8,128,128,4,1,1,4,1,,,,,,,"
           "972.311,33.4429\n");
  ASSERT_TRUE(table) << table.error().message;
  const MeasuredPoint& m = table->points.at(0);
  EXPECT_EQ(m.model, "minimax-m2.5");
  EXPECT_EQ(m.hardware, "b300-sxm-288gb");
  EXPECT_EQ(m.point.requests_per_user, 10);
  EXPECT_EQ(m.point.worker.parallelism.expert_tensor, 4u);
  EXPECT_NEAR(m.ttft->value(), 0.972311, 1e-12);
}

TEST(ReadMeasured, CopiesAreKeptOnceThoughTheirColumnsDiffer) {
  // Two rows of the benchmark: 8 devices written as tp 64 with moe_tp = moe_ep = 8.
  const std::string row =
      "trtllm,1.0.0rc3,deepseek-ai/DeepSeek-R1,b200_sxm,fp4,agg,1024,1024,nvfp4,nvfp4,16,16,";
  const std::string times = ",,,,,,,512.5,9.5\n";
  const auto table =
      read(silicon_header + row + "64,1,1,8,8" + times.substr(1) + row + "8,1,1,1,8" + times.substr(1));
  ASSERT_FALSE(table);  // one field short, on purpose: the reader is strict
  const auto good = read(silicon_header + row + "64,1,1,8,8" + times + row + "8,1,1,1,8" + times + row +
                         "8,1,1,8,1" + times);
  ASSERT_TRUE(good) << good.error().message;
  ASSERT_EQ(good->points.size(), 2u);  // the third divides each expert: another deployment
  EXPECT_EQ(good->points[1].line, 4u);
  EXPECT_THAT(good->notes, Contains("1 rows are copies of others and are left out"));
  EXPECT_THAT(good->notes, Contains(AllOf(HasSubstr("1 rows: moe_tp = moe_ep = g"), HasSubstr("g devices"))));
}

TEST(ReadMeasured, DisaggregatedRowsHaveTwoKindsOfWorkers) {
  const std::string row = "sglang,0.5.8,deepseek-ai/DeepSeek-R1,gb200,fp8,disagg,1024,1024,fp8,fp8,";
  const auto table = read(silicon_header + row + "512,,,,,,,2,4,,3,8,8,900,20\n" + row +
                          ",,,,,,,2,4,24,3,8,8,901,21\n" + row + "512,,,,,,,,4,,,8,8,902,22\n");
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->points.size(), 3u);
  const MeasuredPoint& m = table->points[0];
  EXPECT_TRUE(m.disaggregated);
  ASSERT_TRUE(m.point.prefill);
  EXPECT_EQ(m.point.prefill->replicas, 2u);
  EXPECT_EQ(m.point.prefill->devices(), 8u);
  EXPECT_EQ(m.point.worker.replicas, 3u);
  EXPECT_EQ(m.point.worker.parallelism.expert, 8u);
  EXPECT_TRUE(m.doubt.empty());
  EXPECT_EQ(table->points[1].point.concurrency, 24 * 3);  // from the batch of each decode worker
  EXPECT_EQ(table->points[2].point.worker.replicas, 1u);
  EXPECT_EQ(table->points[2].doubt, "number of workers not given; taken as 1");
}

TEST(ReadMeasured, ConcurrencyFromTheBatchOfEachRank) {
  const std::string row =
      "trtllm,1.0.0rc3,deepseek-ai/"
      "DeepSeek-R1,b200_sxm,fp4,agg,4000,1000,nvfp4,nvfp4,,28,1,1,8,1,8,,,,,,,500,20\n";
  const auto table = read(silicon_header + row);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->points[0].point.concurrency, 28 * 8);
}

TEST(ReadMeasured, ConcurrencyOfSeveralWorkers) {
  // Qwen3-32B on a cluster of 64: 416 users, 13 on each worker.
  const std::string row = "trtllm,1.3.0rc5,nvidia/Qwen3-32B-NVFP4,b200_sxm,fp4,agg,15000,500,nvfp4,nvfp4,";
  const std::string end = ",,,,,,,719.276,13.7\n";
  const auto table = read(silicon_header + row + "416,13,2,1,1,1,1" + end + row + "416,15,2,1,1,1,1" + end);
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->points[0].point.worker.replicas, 416u / 13);
  EXPECT_EQ(table->points[0].point.concurrency, 416);
  EXPECT_EQ(table->points[1].point.worker.replicas, 1u);  // 416 / 15 is not whole
  // dp 64 written for 8 ranks: 64 x 2 users are those of one worker.
  const auto square =
      read(std::string(silicon_header) +
           "trtllm,,deepseek-ai/DeepSeek-R1,b200_sxm,fp4,agg,1024,1024,nvfp4,nvfp4,128,2,1,1,64,8,8" + end);
  ASSERT_TRUE(square) << square.error().message;
  EXPECT_EQ(square->points[0].point.worker.replicas, 1u);
  EXPECT_EQ(square->points[0].point.worker.parallelism.data, 8u);
}

TEST(ReadMeasured, WhatWasMeasuredDidFit) {
  // 671 GB of fp8 weights on one device of 186 GB; the plain form says what it means and is left alone.
  const auto silicon =
      read(std::string(silicon_header) +
           "sglang,,deepseek-ai/DeepSeek-R1,gb200,fp8,agg,1024,1024,fp8,fp8,8,8,1,1,1,1,1,,,,,,,900,20\n");
  ASSERT_TRUE(silicon) << silicon.error().message;
  EXPECT_GE(silicon->points[0].point.worker.devices(), 4u);
  EXPECT_THAT(silicon->points[0].doubt, HasSubstr("deepseek-r1 does not fit on 1 of gb200; answered on"));
  const auto plain = read("model,hardware,isl,osl,precision,tpot_ms\ndeepseek-r1,gb200,1024,1024,fp8,20\n");
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->points[0].point.worker.devices(), 1u);
  EXPECT_EQ(plain->points[0].doubt, "");
}

TEST(ReadMeasured, ErrorsNameLineAndColumn) {
  const std::string head = "model_path,system,isl,osl,concurrency,tp_size,mode,precision,ttft_ms,tpot_ms\n";
  const std::string good = "llama-3.1-8b,h100,128,128,4,1,agg,bf16,50,5\n";
  EXPECT_EQ(error_of(head + good), "no error");
  EXPECT_THAT(error_of(head + good + "llama-3.1-8c,h100,128,128,4,1,agg,bf16,50,5\n"),
              AllOf(HasSubstr("3: model_path: unknown model 'llama-3.1-8c'"),
                    HasSubstr("did you mean 'llama-3.1-8b'")));
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h1000,128,128,4,1,agg,bf16,50,5\n"),
              HasSubstr("2: system: unknown hardware"));
  EXPECT_EQ(error_of(head + "llama-3.1-8b,h100,128,x,4,1,agg,bf16,50,5\n"), "2: osl: 'x' is not a number");
  EXPECT_EQ(error_of(head + "llama-3.1-8b,h100,0,128,4,1,agg,bf16,50,5\n"),
            "2: isl: a whole number above 0 is needed");
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h100,128,128,4,1.5,agg,bf16,50,5\n"),
              HasSubstr("2: tp_size: 1.5 must be a whole number"));
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h100,128,128,-4,1,agg,bf16,50,5\n"),
              HasSubstr("2: concurrency: -4 must be above 0"));
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h100,128,128,4,1,both,bf16,50,5\n"),
              HasSubstr("2: mode: 'both' is not agg or disagg"));
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h100,128,128,4,1,agg,fp7,50,5\n"),
              HasSubstr("2: precision: unknown precision 'fp7'"));
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h100,128,128,4,1,agg,bf16,50,0\n"),
              HasSubstr("2: tpot_ms: 0 must be above 0"));
  EXPECT_THAT(error_of(head + "llama-3.1-8b,h100,128,128,4,1,agg,bf16,inf,5\n"),
              HasSubstr("2: ttft_ms: 'inf' is not a number"));
  EXPECT_THAT(error_of(head + ",h100,128,128,4,1,agg,bf16,50,5\n"), HasSubstr("2: model_path: is missing"));
}

TEST(ReadMeasured, ErrorsOfTheHeader) {
  EXPECT_THAT(error_of("model,hardware,isl,osl,ttft\n"),
              HasSubstr("1: the column 'ttft' needs its unit: ttft_ms"));
  EXPECT_EQ(error_of("model,hardware,isl,osl\n"), "1: a column ttft_ms or tpot_ms is needed");
  EXPECT_EQ(error_of("model,isl,osl,tpot_ms\n"), "1: a column 'hardware' is needed");
  EXPECT_EQ(error_of("model,model_path,hardware,isl,osl,tpot_ms\n"),
            "1: the columns 'model' and 'model_path' say the same; keep one");
  EXPECT_EQ(error_of("model,hardware,isl,osl,tpot_ms,tpot_s\n"),
            "1: the columns 'tpot_ms' and 'tpot_s' say the same; keep one");
}

TEST(ReadMeasured, NoSuchFile) {
  const auto table = read_measured("/no/such/file.csv", catalog());
  ASSERT_FALSE(table);
  EXPECT_EQ(table.error().kind, ErrorKind::unavailable);
  EXPECT_FALSE(read_measured(testing::TempDir(), catalog()));  // a folder
}

}  // namespace
}  // namespace ridgeline::calibrate
