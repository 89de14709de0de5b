// One case for every branch of the closed forms: vectors.h says of what.
#include <gtest/gtest.h>

#include "vectors.h"

namespace ridgeline {
namespace {

TEST(ContextAttention, long_prompt) {
  ContextCoefficients c;
  c.fixed_time = microseconds(13.13732094);
  c.tail_share = 0.4776341233;
  c.memory_efficiency = 0.5351257071;
  c.chain_latency = microseconds(0.01981923486);
  c.cache_traffic = 3.142743608;
  c.cache_knee = 0.3644016115;
  c.cached_rate = 0.6998989435;
  c.tile_time = microseconds(0.4109419046);
  c.throttle = 0.05265134512;
  c.window_slack = 0.01514073968;
  c.efficiency[0][1] = 0.8165907044;
  EXPECT_NEAR(microseconds_of(ContextAttention{1, 4096, 32, 8, 128, 0, Precision::bf16, Precision::bf16},
                              h100(), c, KernelSetting::benchmark),
              280.5655119, 1e-6 * 280.5655119);
}

TEST(ContextAttention, window) {
  ContextCoefficients c;
  c.fixed_time = microseconds(13.51814055);
  c.tail_share = 0.1187410676;
  c.memory_efficiency = 0.2803145463;
  c.chain_latency = microseconds(0.9035229217);
  c.cache_traffic = 0.2835932562;
  c.cache_knee = 2.097275617;
  c.cached_rate = 0.2612868505;
  c.tile_time = microseconds(2.679278012);
  c.throttle = 0.1456183443;
  c.window_slack = 1.405833278;
  c.efficiency[2][0] = 0.2488305549;
  EXPECT_NEAR(microseconds_of(ContextAttention{2, 1536, 16, 1, 64, 128, Precision::fp8, Precision::fp8},
                              b200(), c, KernelSetting::benchmark),
              34.31483006, 1e-6 * 34.31483006);
}

TEST(ContextAttention, one_token) {
  ContextCoefficients c;
  c.fixed_time = microseconds(12.4400183);
  c.tail_share = 0.4422827235;
  c.memory_efficiency = 0.4461871127;
  c.chain_latency = microseconds(0.7422669571);
  c.cache_traffic = 0.8109046483;
  c.cache_knee = 0.3108388155;
  c.cached_rate = 0.859034521;
  c.tile_time = microseconds(2.176697577);
  c.throttle = 0.05754172256;
  c.efficiency[0][1] = 0.5245757603;
  EXPECT_NEAR(microseconds_of(ContextAttention{3, 1, 24, 8, 128, 0, Precision::bf16, Precision::bf16}, a100(),
                              c, KernelSetting::benchmark),
              14.75616698, 1e-6 * 14.75616698);
}

TEST(ContextAttention, fp8_cache_and_window) {
  ContextCoefficients c;
  c.fixed_time = microseconds(15.59830549);
  c.tail_share = 0.5723465915;
  c.memory_efficiency = 0.5231463258;
  c.chain_latency = microseconds(0.1699809057);
  c.cache_traffic = 0.6919304068;
  c.cache_knee = 0.1443505172;
  c.cached_rate = 2.465065012;
  c.tile_time = microseconds(3.339747575);
  c.throttle = 0.05638897506;
  c.window_slack = 5.315341773;
  c.efficiency[1][0] = 0.5752716193;
  EXPECT_NEAR(microseconds_of(ContextAttention{4, 10240, 24, 4, 64, 128, Precision::bf16, Precision::fp8},
                              h100(), c, KernelSetting::benchmark),
              778.7261364, 1e-6 * 778.7261364);
}

TEST(GenerationAttention, grouped) {
  GenerationCoefficients c;
  c.memory_efficiency = 0.8564405905;
  c.fp8_cache_efficiency = 0.7900651598;
  c.query_traffic = 2.763737137;
  c.head_dim_power = 0.5184637574;
  c.split_time = microseconds(0.94120411);
  c.window_time = microseconds(3.493949643);
  c.transpose_time = microseconds(0.01002380487);
  c.harness.warm_rate = 0.3998951084;
  c.harness.warm_knee = 0.1553678768;
  c.kernels[0][0] = {microseconds(8.001457461), microseconds(3.857507312), Seconds(2.503799297e-09),
                     248.2443875};
  c.kernels[0][1] = {microseconds(8.020046043), microseconds(3.783513665), Seconds(5.109372198e-10),
                     726.2563535};
  c.kernels[1][0] = {microseconds(8.984162987), microseconds(4.583277001), Seconds(2.969126375e-09),
                     159.1587884};
  c.kernels[1][1] = {microseconds(9.092852566), microseconds(4.094023284), Seconds(3.879529477e-09),
                     304.8913283};
  EXPECT_NEAR(microseconds_of(GenerationAttention{64, 2048, 32, 8, 128, 0, Precision::bf16}, h100(), c,
                              KernelSetting::benchmark),
              199.0443187, 1e-6 * 199.0443187);
}

TEST(GenerationAttention, not_shared) {
  GenerationCoefficients c;
  c.memory_efficiency = 0.8794638008;
  c.fp8_cache_efficiency = 0.9638917879;
  c.query_traffic = 4.944494758;
  c.head_dim_power = 0.1424147669;
  c.split_time = microseconds(2.86975834);
  c.window_time = microseconds(3.297546942);
  c.unshared_efficiency = 1.918393186;
  c.unshared_block_time = microseconds(1.297927666);
  c.harness.warm_rate = 1.832860897;
  c.harness.warm_knee = 0.2919865371;
  c.kernels[0][0] = {microseconds(7.10452213), microseconds(1.241877149), Seconds(9.021761401e-09),
                     435.0225164};
  c.kernels[0][1] = {microseconds(4.57114207), microseconds(4.490962768), Seconds(1.738486623e-08),
                     128.0025489};
  c.kernels[1][0] = {microseconds(7.801928804), microseconds(1.363832118), Seconds(1.804388782e-08),
                     214.5140332};
  c.kernels[1][1] = {microseconds(5.60803999), microseconds(0.904978968), Seconds(4.165617758e-09),
                     128.6223063};
  c.sharing_limit = 32;
  EXPECT_NEAR(microseconds_of(GenerationAttention{8, 1024, 64, 1, 128, 0, Precision::fp8}, h100(), c,
                              KernelSetting::benchmark),
              43.72034508, 1e-6 * 43.72034508);
}

TEST(GenerationAttention, unpacked_window) {
  GenerationCoefficients c;
  c.memory_efficiency = 0.7570086433;
  c.fp8_cache_efficiency = 0.9936637529;
  c.query_traffic = 0.8562747849;
  c.head_dim_power = 0.03764431082;
  c.split_time = microseconds(1.826241473);
  c.window_time = microseconds(0.2285387569);
  c.transpose_time = microseconds(1.464199941);
  c.unpacked_block_time = microseconds(4.196503763);
  c.harness.warm_rate = 3.995507827;
  c.harness.warm_knee = 1.104460351;
  c.kernels[0][0] = {microseconds(3.133829411), microseconds(4.419444448), Seconds(1.873887631e-08),
                     4829.482474};
  c.kernels[0][1] = {microseconds(4.174898333), microseconds(4.884384078), Seconds(1.034022628e-08),
                     417.8093964};
  c.kernels[1][0] = {microseconds(9.053908174), microseconds(2.242339583), Seconds(1.447353405e-09),
                     1445.197016};
  c.kernels[1][1] = {microseconds(8.26130735), microseconds(2.250716052), Seconds(3.142652505e-09),
                     128.0346058};
  EXPECT_NEAR(microseconds_of(GenerationAttention{16, 8192, 32, 8, 64, 128, Precision::bf16}, l40s(), c,
                              KernelSetting::benchmark),
              22.25057288, 1e-6 * 22.25057288);
}

TEST(GenerationAttention, split_cache) {
  GenerationCoefficients c;
  c.memory_efficiency = 0.7563682937;
  c.query_traffic = 2.086623356;
  c.head_dim_power = 0.5;
  c.split_time = microseconds(5.947040542);
  c.transpose_time = microseconds(6.142928504);
  c.harness.warm_rate = 0.6835188339;
  c.harness.warm_knee = 1.385981299;
  c.kernels[0][0] = {microseconds(7.099271146), microseconds(3.429676248), Seconds(2.146253917e-08),
                     7891.99567};
  c.kernels[0][1] = {microseconds(9.004413596), microseconds(3.79368402), Seconds(1.365849752e-10),
                     255.9998058};
  EXPECT_NEAR(microseconds_of(GenerationAttention{2, 65536, 40, 40, 128, 0, Precision::bf16}, a100(), c,
                              KernelSetting::benchmark),
              1942.389705, 1e-6 * 1942.389705);
}

TEST(GenerationAttention, fp8_window) {
  GenerationCoefficients c;
  c.memory_efficiency = 0.8893778528;
  c.fp8_cache_efficiency = 0.970734287;
  c.query_traffic = 5.166570047;
  c.head_dim_power = 0.301754343;
  c.split_time = microseconds(0.9963821993);
  c.window_time = microseconds(0.2722688476);
  c.transpose_time = microseconds(0.068979531);
  c.harness.warm_rate = 1.60557552;
  c.harness.warm_knee = 0.6293707881;
  c.kernels[0][0] = {microseconds(7.735631412), microseconds(1.632210795), Seconds(2.237590166e-09),
                     1336.341166};
  c.kernels[0][1] = {microseconds(7.867197581), microseconds(1.502170239), Seconds(1.833308197e-09),
                     442.8145283};
  c.kernels[1][0] = {microseconds(8.281561161), microseconds(1.403688347), Seconds(4.013392147e-10),
                     442.6463278};
  c.kernels[1][1] = {microseconds(8.643926295), microseconds(1.304051256), Seconds(2.245949946e-09),
                     176.1853034};
  EXPECT_NEAR(microseconds_of(GenerationAttention{256, 512, 24, 4, 64, 128, Precision::fp8}, b200(), c,
                              KernelSetting::benchmark),
              17.91275224, 1e-6 * 17.91275224);
}

}  // namespace
}  // namespace ridgeline
