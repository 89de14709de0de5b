// The catalog that ships.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ridgeline/catalog.h"
#include "support.h"

namespace ridgeline {
namespace {

TEST(Data, LoadsAndIsPlausible) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  EXPECT_GE(catalog->all_hardware().size(), 45u);
  EXPECT_GE(catalog->all_models().size(), 40u);
  EXPECT_THAT(check(*catalog), testing::IsEmpty());
}

TEST(Data, EveryDeviceReadsBackEqual) {
  const Folder folder;
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  for (const Hardware& hardware : catalog->all_hardware()) {
    const auto again = read_hardware(folder.write("again.yaml", write_hardware(hardware)));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, hardware) << hardware.id;
  }
}

// Names by which others publish measurements lead to the same entries.
TEST(Data, RepositoriesAndSystemNamesAreNames) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const std::pair<const char*, const char*> models[] = {
      {"deepseek-ai/DeepSeek-R1", "deepseek-r1"},
      {"deepseek-ai/DeepSeek-V3", "deepseek-v3"},
      {"nvidia/DeepSeek-R1-NVFP4", "deepseek-r1"},
      {"nvidia/DeepSeek-V3.1-NVFP4", "deepseek-v3.1"},
      {"deepseek-ai/DeepSeek-V3.2", "deepseek-v3.2"},
      {"openai/gpt-oss-120b", "gpt-oss-120b"},
      {"openai/gpt-oss-20b", "gpt-oss-20b"},
      {"Qwen/Qwen3-32B", "qwen-3-32b"},
      {"nvidia/Qwen3-32B-NVFP4", "qwen-3-32b"},
      {"Qwen/Qwen3-235B-A22B-FP8", "qwen-3-235b-a22b"},
      {"Qwen/Qwen3-235B-A22B", "qwen-3-235b-a22b"},
      {"qwen/qwen3.5-397b-a17b", "qwen-3.5-397b-a17b"},
      {"meta-llama/Llama-3.1-8B", "llama-3.1-8b"},
      {"meta-llama/Llama-3.1-8B-Instruct", "llama-3.1-8b"},
      {"nvidia/Llama-3.1-8B-Instruct-FP8", "llama-3.1-8b"},
      {"meta-llama/Llama-3.1-70B", "llama-3.1-70b"},
      {"meta-llama/Llama-3.1-405B", "llama-3.1-405b"},
      {"MiniMaxAI/MiniMax-M2.5", "minimax-m2.5"},
      {"moonshotai/Kimi-K2.5", "kimi-k2.5"},
      {"zhipuai/GLM-5", "glm-5"},
      {"google/gemma-2-9b", "gemma-2-9b"},
  };
  for (const auto& [name, id] : models) {
    const auto model = catalog->model(name);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ((*model)->id, id) << name;
  }
  const std::pair<const char*, const char*> devices[] = {
      {"h100_sxm", "h100-sxm-80gb"},
      {"h200_sxm", "h200-sxm-141gb"},
      {"b200_sxm", "b200-sxm-192gb"},
      {"b300_sxm", "b300-sxm-288gb"},
      {"a100_sxm", "a100-sxm-80gb"},
      {"GB200", "gb200"},
      {"gb300", "gb300"},
      {"l40s", "l40s"},
  };
  for (const auto& [name, id] : devices) {
    const auto device = catalog->hardware(name);
    ASSERT_TRUE(device) << device.error().message;
    EXPECT_EQ((*device)->id, id) << name;
  }
}

// Published as "total-A-active", in billions: the active ones agree within the rounding of the names. Of the
// embedding table a token reads one row, so publishers leave it out.
TEST(Data, ActiveParametersAreAsTheNameSays) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const std::pair<const char*, double> published[] = {
      {"qwen-3.5-397b-a17b", 17e9}, {"glm-5", 40e9},     {"deepseek-v3.2", 37e9},
      {"minimax-m2.5", 10e9},       {"kimi-k2.5", 32e9}, {"qwen-3-235b-a22b", 22e9},
      {"deepseek-v3.1", 37e9},
  };
  for (const auto& [id, active] : published) {
    const auto model = catalog->model(id);
    ASSERT_TRUE(model) << model.error().message;
    const ParameterCount count = count_parameters(**model);
    EXPECT_NEAR(count.active - count.embedding, active, 0.05 * active) << id;
  }
}

// A scale-up domain is left over a network, and its devices have a count of processors.
TEST(Data, SystemsOfManyDevicesKnowTheirNetwork) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const std::tuple<const char*, unsigned, double, double> systems[] = {
      // id, scale-up domain, network bytes/s a device, processors
      {"a100-sxm-80gb", 8, 25e9, 108},  {"h100-sxm-80gb", 8, 50e9, 132},   {"h200-sxm-141gb", 8, 50e9, 132},
      {"b200-sxm-192gb", 8, 50e9, 148}, {"b300-sxm-288gb", 8, 100e9, 148}, {"gb200", 72, 50e9, 152},
      {"gb300", 72, 100e9, 152},
  };
  for (const auto& [id, domain, network, units] : systems) {
    const auto device = catalog->hardware(id);
    ASSERT_TRUE(device) << device.error().message;
    const Hardware& h = **device;
    EXPECT_EQ(h.links.front().domain, domain) << id;
    EXPECT_THAT(h.links.back().name, testing::HasSubstr("network")) << id;
    EXPECT_EQ(h.links.back().bandwidth.value, BytesPerSecond(network)) << id;
    ASSERT_TRUE(h.compute_units) << id;
    EXPECT_EQ(h.compute_units->value, units) << id;
  }
}

// Its 26560 batch-norm channels fold from two values each into one bias: 25557032 - 26560.
TEST(Data, ResNet50Folded) {
  const auto catalog = Catalog::load(RIDGELINE_DATA_DIR);
  ASSERT_TRUE(catalog) << catalog.error().message;
  const auto resnet = catalog->model("resnet-50");
  ASSERT_TRUE(resnet) << resnet.error().message;
  EXPECT_EQ(count_parameters(**resnet).total, 25557032.0 - 26560);
}

}  // namespace
}  // namespace ridgeline
