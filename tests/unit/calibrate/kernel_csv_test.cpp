#include <gtest/gtest.h>

#include "fixtures.h"
#include "ridgeline/kernel_validation.h"

namespace ridgeline {
namespace {

using calibrate::catalog;
class KernelCsv : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) { return folder_.write(name, text); }
  Result<KernelTable> read(const std::string& name, const std::string& text) {
    return read_kernel_table(file(name, text), catalog());
  }
  Folder folder_;
};

TEST_F(KernelCsv, name_gives_device_and_stack_and_columns_the_operation) {
  const auto table =
      read("h100_sxm.vllm-0.24.0.gemm.csv", "gemm_dtype,m,n,k,latency\nfp8,16,4096,7168,0.0125\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(table->hardware, "h100-sxm-80gb");
  EXPECT_EQ(table->stack, "vllm");
  EXPECT_EQ(table->version, "0.24.0");
  EXPECT_EQ(table->op, KernelOp::gemm);
  ASSERT_EQ(table->rows.size(), 1U);
  const auto& shape = std::get<GemmShape>(table->rows[0].shape);
  EXPECT_EQ(shape.format, KernelFormat::fp8);
  EXPECT_EQ(shape.m, 16);
  EXPECT_EQ(shape.n, 4096);
  EXPECT_EQ(shape.k, 7168);
  EXPECT_DOUBLE_EQ(table->rows[0].time.value(), 12.5e-6);  // latency is in ms
  EXPECT_EQ(table->rows[0].line, 2U);
  EXPECT_EQ(table->rows[0].setting, KernelSetting::benchmark);
}

TEST_F(KernelCsv, attention_counts_the_new_token_and_reads_windows_where_they_are) {
  const std::string columns =
      "batch_size,isl,num_heads,num_key_value_heads,head_dim,window_size,beam_width,attn_dtype,kv_cache_"
      "dtype,"
      "step,latency\n";
  const auto decode = read("b200_sxm.trtllm-1.3.0.generation_attention.csv",
                           columns + "128,1,4,2,64,128,1,bfloat16,fp8,511,0.0128\n");
  ASSERT_TRUE(decode) << decode.error().message;
  const auto& g = std::get<GenerationAttention>(decode->rows[0].shape);
  EXPECT_EQ(g.context, 512);
  EXPECT_EQ(g.window, 128);
  EXPECT_EQ(g.cache, Precision::fp8);
  const auto prompt =
      read("b200_sxm.trtllm-1.3.0.context_attention.csv", columns + "2,1536,16,1,64,0,1,fp8,fp8,0,0.0358\n");
  ASSERT_TRUE(prompt) << prompt.error().message;
  EXPECT_EQ(std::get<ContextAttention>(prompt->rows[0].shape).products, Precision::fp8);
  EXPECT_FALSE(
      read("b200_sxm.trtllm-1.3.0.attention.csv", columns + "2,1536,16,1,64,0,1,fp8,fp8,0,0.0358\n"));
}

/// Two sizes a block: two formats, four operations, at one number of devices.
std::string nccl_blocks(int blocks) {
  std::string text = "nccl_dtype,num_gpus,message_size,latency\n";
  for (int block = 0; block < blocks; ++block) {
    const std::string format = block % 2 == 0 ? "half" : "int8";
    text += format + ",2,256,0.009\n" + format + ",2,512,0.0091\n";
  }
  return text;
}

TEST_F(KernelCsv, nccl_blocks_are_operations_and_sizes_are_elements) {
  const auto table = read("a100_sxm.nccl-2.27.3.nccl.csv", nccl_blocks(8));
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->rows.size(), 16U);
  const auto shape = [&](std::size_t row) { return std::get<CollectiveShape>(table->rows[row].shape); };
  EXPECT_EQ(shape(0).op, CollectiveOp::all_gather);
  EXPECT_EQ(shape(2).op, CollectiveOp::all_gather);
  EXPECT_EQ(shape(4).op, CollectiveOp::all_to_all);
  EXPECT_EQ(shape(8).op, CollectiveOp::reduce_scatter);
  EXPECT_EQ(shape(15).op, CollectiveOp::all_reduce);
  EXPECT_EQ(shape(1).bytes.value(), 1024);  // 512 halves
  EXPECT_EQ(shape(3).bytes.value(), 512);   // 512 bytes
  const auto odd = read("a100_sxm.nccl-2.27.3.nccl.csv", nccl_blocks(7));
  ASSERT_FALSE(odd);
  EXPECT_NE(odd.error().message.find("7 blocks"), std::string::npos);
}

TEST_F(KernelCsv, an_operation_column_replaces_the_blocks) {
  const auto table = read("a100_sxm.nccl-2.27.3.nccl.csv",
                          "nccl_dtype,op,num_gpus,message_size,latency\nhalf,all_to_all,8,256,0.01\n");
  ASSERT_TRUE(table) << table.error().message;
  EXPECT_EQ(std::get<CollectiveShape>(table->rows[0].shape).op, CollectiveOp::all_to_all);
}

TEST_F(KernelCsv, calls_from_python_are_eager) {
  const auto reduce = read("h100_sxm.vllm-0.24.0.custom_allreduce.csv",
                           "allreduce_dtype,num_gpus,message_size,latency,backend\n"
                           "bfloat16,2,128,0.0043,vllm_graph\nbfloat16,2,128,0.0206,vllm_eager\n");
  ASSERT_TRUE(reduce) << reduce.error().message;
  EXPECT_EQ(reduce->rows[0].setting, KernelSetting::benchmark);
  EXPECT_EQ(reduce->rows[1].setting, KernelSetting::eager);
  const auto block =
      read("h100_sxm.vllm-0.24.0.gemm.csv", "gemm_dtype,m,n,k,latency\nfp8_block,8,128,128,0.06\n");
  ASSERT_TRUE(block);
  EXPECT_EQ(block->rows[0].setting, KernelSetting::eager);
}

TEST_F(KernelCsv, experts_with_one_projection_are_known_by_their_sizes) {
  const std::string columns =
      "moe_dtype,num_tokens,hidden_size,inter_size,topk,num_experts,moe_tp_size,moe_ep_size,distribution,"
      "latency\n";
  const std::string nemotron = "bfloat16,2,4096,2688,22,512,4,2,power_law_1.2,0.5\n";
  const auto now = read("h100_sxm.vllm-0.24.0.moe.csv",
                        columns + nemotron + "bfloat16,2,4096,1536,8,128,4,1,balanced,0.05\n");
  ASSERT_TRUE(now) << now.error().message;
  const auto& shape = std::get<MoeShape>(now->rows[0].shape);
  EXPECT_FALSE(shape.gated);
  EXPECT_EQ(shape.routing, Routing::power_law);
  EXPECT_DOUBLE_EQ(shape.exponent, 1.2);
  EXPECT_EQ(shape.tensor_parallel, 4);
  EXPECT_EQ(shape.expert_parallel, 2);
  EXPECT_TRUE(std::get<MoeShape>(now->rows[1].shape).gated);
  const auto early = read("a100_sxm.vllm-0.14.0.moe.csv", columns + nemotron);
  ASSERT_TRUE(early);
  EXPECT_TRUE(std::get<MoeShape>(early->rows[0].shape).gated);
  EXPECT_EQ(std::get<MoeShape>(early->rows[0].shape).least_experts, 22);
}

TEST_F(KernelCsv, errors_say_file_line_and_column) {
  const auto refused = [&](const std::string& name, const std::string& text, const std::string& message) {
    const auto table = read(name, text);
    ASSERT_FALSE(table) << message;
    EXPECT_NE(table.error().message.find(message), std::string::npos) << table.error().message;
  };
  const std::string gemm = "gemm_dtype,m,n,k,latency\n";
  refused("gemm.csv", gemm + "fp8,1,1,1,1\n", "SYSTEM.STACK-VERSION.OP.csv");
  refused("h900.vllm-1.gemm.csv", gemm + "fp8,1,1,1,1\n", "h900");
  refused("l40s.vllm-1.gemm.csv", gemm + "fp8,1,1,1,1\nfp7,1,1,1,1\n", "gemm.csv:3: gemm_dtype: 'fp7'");
  refused("l40s.vllm-1.gemm.csv", gemm + "fp8,0,1,1,1\n", "gemm.csv:2: m: expected a number above 0");
  refused("l40s.vllm-1.gemm.csv", gemm + "fp8,1,1,1,soon\n", "gemm.csv:2: latency: expected a number");
  refused("l40s.vllm-1.gemm.csv", "gemm_dtype,m,n,latency\nfp8,1,1,1\n", "the column 'k' is missing");
  refused("l40s.vllm-1.gemm.csv", gemm, "no rows");
  refused("l40s.vllm-1.other.csv", "a,b\n1,2\n", "not the columns of any kernel");
}

TEST_F(KernelCsv, are_told_from_serving_points_by_their_columns) {
  EXPECT_TRUE(is_kernel_csv(file("anything.csv", "gemm_dtype,m,n,k,latency\n")));
  EXPECT_FALSE(is_kernel_csv(file("serving.csv", "model,system,isl,osl,concurrency,ttft_ms,tpot_ms\n")));
  EXPECT_FALSE(is_kernel_csv(folder_.path("absent.csv")));
}

}  // namespace
}  // namespace ridgeline
