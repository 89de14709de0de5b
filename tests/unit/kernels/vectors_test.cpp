// One case for every branch of the closed forms: vectors.h says of what.
#include "vectors.h"

#include <gtest/gtest.h>

namespace ridgeline {
namespace {

TEST(Gemm, tuned_library) {
  GemmCoefficients c;
  c.fixed_time = microseconds(2.437616438);
  c.compute_efficiency = 0.8249059015;
  c.memory_efficiency = 0.8203203662;
  c.stream_rate = 7.610370282;
  c.wave_smoothing = 0.5004435807;
  c.overlap_power = 2.50249164;
  c.step_latency = Seconds(7.908381259e-12);
  c.tile_time = microseconds(0.3299946598);
  c.split_time = microseconds(0.8915178839);
  EXPECT_NEAR(
      microseconds_of(GemmShape{KernelFormat::bf16, 1024, 4096, 4096}, h100(), c, KernelSetting::benchmark),
      47.85625456, 1e-6 * 47.85625456);
}

TEST(Gemm, split_k) {
  GemmCoefficients c;
  c.fixed_time = microseconds(8.22503279);
  c.compute_efficiency = 0.8269326184;
  c.memory_efficiency = 0.9995963291;
  c.stream_rate = 1.605238683;
  c.wave_smoothing = 0.5004996643;
  c.overlap_power = 2.497501675;
  c.step_latency = Seconds(1.02557197e-09);
  c.tile_time = microseconds(1.491404927);
  c.split_time = microseconds(5.991350841);
  EXPECT_NEAR(microseconds_of(GemmShape{KernelFormat::int4_weights, 37, 512, 4096}, a100(), c,
                              KernelSetting::benchmark),
              24.37223547, 1e-6 * 24.37223547);
}

TEST(Gemm, quantised) {
  GemmCoefficients c;
  c.fixed_time = microseconds(5.331477347);
  c.compute_efficiency = 0.7257195672;
  c.memory_efficiency = 0.7198986057;
  c.stream_rate = 6.675301001;
  c.wave_smoothing = 0.5004991867;
  c.overlap_power = 2.501552082;
  c.quantise_efficiency = 0.8149073697;
  c.step_latency = Seconds(3.811380013e-10);
  c.tile_time = microseconds(1.590919433);
  c.split_time = microseconds(18.57099026);
  EXPECT_NEAR(
      microseconds_of(GemmShape{KernelFormat::nvfp4, 2304, 3584, 5120}, b200(), c, KernelSetting::benchmark),
      30.81202655, 1e-6 * 30.81202655);
}

TEST(Gemm, tile_by_rows_unaligned) {
  GemmCoefficients c;
  c.fixed_time = microseconds(3.6950671);
  c.compute_efficiency = 0.8481316445;
  c.memory_efficiency = 0.7829157663;
  c.stream_rate = 16.13178445;
  c.wave_smoothing = 0.4995003351;
  c.overlap_power = 2.497501675;
  c.quantise_efficiency = 0.3202341518;
  c.unaligned_efficiency = 0.7997469834;
  c.step_latency = Seconds(5.012761179e-12);
  c.tile_time = microseconds(2.150999658);
  c.tile_choice = TileChoice::by_rows;
  EXPECT_NEAR(
      microseconds_of(GemmShape{KernelFormat::fp8, 1025, 7168, 768}, h100(), c, KernelSetting::benchmark),
      24.90355733, 1e-6 * 24.90355733);
}

TEST(Gemm, tile_by_rows_small) {
  GemmCoefficients c;
  c.fixed_time = microseconds(0.3007472758);
  c.compute_efficiency = 0.6617943437;
  c.memory_efficiency = 0.6873727838;
  c.stream_rate = 28.44016205;
  c.wave_smoothing = 0.499500335;
  c.overlap_power = 2.497501676;
  c.quantise_efficiency = 1.137010146;
  c.harness.warm_rate = 1.392338534;
  c.step_latency = Seconds(5.012761951e-12);
  c.tile_time = microseconds(6.926475694);
  c.tile_choice = TileChoice::by_rows_small;
  EXPECT_NEAR(
      microseconds_of(GemmShape{KernelFormat::fp8, 200, 7168, 768}, l40s(), c, KernelSetting::benchmark),
      20.38992241, 1e-6 * 20.38992241);
}

TEST(Gemm, eager_launch_of_odd_rows) {
  GemmCoefficients c;
  c.compute_efficiency = 0.6993481193;
  c.memory_efficiency = 0.733979662;
  c.stream_rate = 4.225789651;
  c.wave_smoothing = 0.5004989919;
  c.overlap_power = 2.497573241;
  c.quantise_efficiency = 0.3689582859;
  c.step_latency = Seconds(2.918989195e-11);
  c.tile_time = microseconds(2.737335449);
  c.split_time = microseconds(2.562817151);
  c.harness.launch_floor = microseconds(181.771651);
  c.harness.small_launch_floor = microseconds(237.4250914);
  c.harness.odd_launch_floor = microseconds(164.951535);
  c.harness.small_is_odd_rows = true;
  EXPECT_NEAR(
      microseconds_of(GemmShape{KernelFormat::fp8_block, 17, 4096, 7168}, b200(), c, KernelSetting::eager),
      237.4250914, 1e-6 * 237.4250914);
}

TEST(Gemm, warm_operands) {
  GemmCoefficients c;
  c.fixed_time = microseconds(1.113366167);
  c.compute_efficiency = 0.6219486054;
  c.memory_efficiency = 0.8017622784;
  c.stream_rate = 12.44623798;
  c.wave_smoothing = 0.5004996571;
  c.overlap_power = 2.502498161;
  c.harness.warm_rate = 1.930173112;
  c.step_latency = Seconds(1.202930646e-10);
  c.tile_time = microseconds(1.12836801);
  c.split_time = microseconds(0.4898007501);
  EXPECT_NEAR(
      microseconds_of(GemmShape{KernelFormat::bf16, 16, 1024, 1024}, l40s(), c, KernelSetting::benchmark),
      4.64697552, 1e-6 * 4.64697552);
}

TEST(Collective, all_reduce) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(5.235476683);
  c.step_time = microseconds(0.816286108);
  c.segment_time = microseconds(3.123535455);
  c.link_efficiency = 0.9637764421;
  c.contention = 0.4809684103;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::all_reduce, 8, Bytes(1048576)}, h100(), c,
                              KernelSetting::benchmark),
              27.84856735, 1e-6 * 27.84856735);
}

TEST(Collective, all_gather) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(9.100487848);
  c.step_time = microseconds(0.920595004);
  c.segment_time = microseconds(7.52632191);
  c.link_efficiency = 0.8356065335;
  c.contention = 0.6000170479;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::all_gather, 4, Bytes(16777216)}, a100(), c,
                              KernelSetting::benchmark),
              112.1586157, 1e-6 * 112.1586157);
}

TEST(Collective, over_host) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(5.327392009);
  c.step_time = microseconds(0.9278073347);
  c.segment_time = microseconds(1.352507356);
  c.link_efficiency = 0.6243525127;
  c.contention = 1.894784589;
  c.over_host = true;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::reduce_scatter, 8, Bytes(67108864)}, l40s(), c,
                              KernelSetting::benchmark),
              41122.46267, 1e-6 * 41122.46267);
}

TEST(Collective, all_to_all) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(10.72592748);
  c.step_time = microseconds(0.009901048334);
  c.segment_time = microseconds(4.416373584);
  c.link_efficiency = 0.8408964999;
  c.contention = 0.855945145;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::all_to_all, 2, Bytes(512)}, b200(), c,
                              KernelSetting::benchmark),
              10.82872612, 1e-6 * 10.82872612);
}

TEST(Collective, one_shot) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(4.54926087);
  c.step_time = microseconds(0.074174652);
  c.segment_time = microseconds(1.962237186);
  c.link_efficiency = 0.9987932472;
  c.contention = 0.5673076766;
  c.one_shot.fixed_time = microseconds(4.272240079);
  c.one_shot.device_time = microseconds(0.08116244373);
  c.one_shot.link_efficiency = 0.5127699994;
  c.harness.launch_floor = microseconds(21.73299563);
  c.harness.copy_efficiency = 0.7278639509;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::all_reduce, 8, Bytes(65536)}, h100(), c,
                              KernelSetting::benchmark),
              6.747335907, 1e-6 * 6.747335907);
}

TEST(Collective, eager_with_copy) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(4.54926087);
  c.step_time = microseconds(0.074174652);
  c.segment_time = microseconds(1.962237186);
  c.link_efficiency = 0.9987932472;
  c.contention = 0.5673076766;
  c.one_shot.fixed_time = microseconds(4.272240079);
  c.one_shot.device_time = microseconds(0.08116244373);
  c.one_shot.link_efficiency = 0.5127699994;
  c.harness.launch_floor = microseconds(21.73299563);
  c.harness.copy_efficiency = 0.7278639509;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::all_reduce, 8, Bytes(268435456)}, h100(), c,
                              KernelSetting::eager),
              1444.609508, 1e-6 * 1444.609508);
}

TEST(Collective, one_shot_over_host) {
  CollectiveCoefficients c;
  c.fixed_time = microseconds(5.336719037);
  c.step_time = microseconds(1.085105283);
  c.segment_time = microseconds(0.917348335);
  c.link_efficiency = 0.6193705629;
  c.contention = 1.81124783;
  c.over_host = true;
  c.one_shot.fixed_time = microseconds(24.90663136);
  c.one_shot.device_time = microseconds(0.1996906801);
  c.one_shot.link_efficiency = 0.1915496992;
  c.one_shot.contention = 2.115382727;
  EXPECT_NEAR(microseconds_of(CollectiveShape{CollectiveOp::all_reduce, 4, Bytes(65536)}, l40s(), c,
                              KernelSetting::benchmark),
              36.16065412, 1e-6 * 36.16065412);
}

TEST(Moe, by_tokens) {
  MoeCoefficients c;
  c.fixed_time = microseconds(31.35385178);
  c.compute_efficiency = 0.6114132643;
  c.memory_efficiency = 0.9993640029;
  c.stream_rate = 4.940493186;
  c.tile_time = microseconds(0.3889973843);
  c.overlap_power = 1.273844417;
  c.activation_efficiency = 0.9986889627;
  c.routing_time = Seconds(8.834522296e-09);
  c.row_tile = RowTileChoice::by_tokens;
  EXPECT_NEAR(microseconds_of(MoeShape{KernelFormat::bf16, 256, 4096, 1536, 128, 8, 1, 4, true,
                                       Routing::balanced, 1.2, 1},
                              h100(), c, KernelSetting::benchmark),
              506.9106328, 1e-6 * 506.9106328);
}

TEST(Moe, few_tokens_skewed) {
  MoeCoefficients c;
  c.fixed_time = microseconds(28.29628278);
  c.compute_efficiency = 0.9988247645;
  c.memory_efficiency = 0.9993640029;
  c.stream_rate = 24.43562981;
  c.tile_time = microseconds(1.67271109);
  c.overlap_power = 1.110419433;
  c.activation_efficiency = 0.460269713;
  c.routing_time = Seconds(1.162654371e-09);
  EXPECT_NEAR(microseconds_of(MoeShape{KernelFormat::nvfp4, 4, 6144, 2048, 256, 8, 1, 4, true,
                                       Routing::power_law, 1.01, 1},
                              b200(), c, KernelSetting::benchmark),
              68.34030078, 1e-6 * 68.34030078);
}

TEST(Moe, busiest_rank) {
  MoeCoefficients c;
  c.fixed_time = microseconds(26.0703984);
  c.compute_efficiency = 0.9988247665;
  c.memory_efficiency = 0.9416818078;
  c.stream_rate = 28.3536465;
  c.tile_time = microseconds(1.55684087);
  c.overlap_power = 1.336819578;
  c.activation_efficiency = 0.5173408527;
  c.routing_time = Seconds(4.526255185e-10);
  EXPECT_NEAR(microseconds_of(MoeShape{KernelFormat::fp8, 4096, 7168, 2048, 256, 8, 8, 1, true,
                                       Routing::power_law, 1.2, 1},
                              h100(), c, KernelSetting::benchmark),
              1043.290163, 1e-6 * 1043.290163);
}

TEST(Moe, least_experts) {
  MoeCoefficients c;
  c.fixed_time = microseconds(31.5929938);
  c.compute_efficiency = 0.3507226307;
  c.memory_efficiency = 0.9845226804;
  c.stream_rate = 1.751709391;
  c.tile_time = microseconds(0.0200510443);
  c.overlap_power = 1.501370739;
  c.activation_efficiency = 0.9986889627;
  c.routing_time = Seconds(1.18748166e-08);
  c.row_tile = RowTileChoice::by_tokens;
  EXPECT_NEAR(microseconds_of(MoeShape{KernelFormat::bf16, 2, 4096, 2688, 512, 22, 1, 4, true,
                                       Routing::power_law, 1.2, 22},
                              a100(), c, KernelSetting::benchmark),
              507.5485156, 1e-6 * 507.5485156);
}

TEST(Moe, warm_weights) {
  MoeCoefficients c;
  c.fixed_time = microseconds(7.959095486);
  c.compute_efficiency = 0.5065846134;
  c.memory_efficiency = 0.7785475562;
  c.stream_rate = 4.208240044;
  c.tile_time = microseconds(0.1846565115);
  c.overlap_power = 2.286218892;
  c.activation_efficiency = 0.9986879435;
  c.routing_time = Seconds(2.022784073e-08);
  c.harness.warm_rate = 4.995262026;
  EXPECT_NEAR(microseconds_of(
                  MoeShape{KernelFormat::fp8, 96, 2048, 2560, 16, 8, 1, 8, true, Routing::balanced, 1.2, 1},
                  l40s(), c, KernelSetting::benchmark),
              56.52486205, 1e-6 * 56.52486205);
}

}  // namespace
}  // namespace ridgeline
