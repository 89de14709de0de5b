// mlperf.conf, user.conf and spl.txt.

#include <gmock/gmock.h>

#include <chrono>

#include "formats/power_log.h"
#include "logs.h"

namespace ridgeline::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using namespace std::chrono_literals;

TEST(MlperfConf, TheMostSpecialNameCounts) {
  const Folder folder;
  const auto conf =
      MlperfConf::read(folder.write("user.conf",
                                    "# model.scenario.key\n*.*.min_duration = 1\nbert.*.min_duration = 2\n"
                                    "*.Server.min_duration = 3 # ms\nllama3.1-8b.Server.min_duration=4\n"));
  ASSERT_TRUE(conf) << conf.error().message;
  EXPECT_EQ(conf->find("llama3.1-8b", "Server", "min_duration"), 4);
  EXPECT_EQ(conf->find("bert", "Server", "min_duration"), 3);  // the scenario before the model
  EXPECT_EQ(conf->find("bert", "Offline", "min_duration"), 2);
  EXPECT_EQ(conf->find("x", "Offline", "min_duration"), 1);
  EXPECT_EQ(conf->find("x", "Offline", "target_qps"), std::nullopt);
}

TEST(MlperfConf, TimesAreMillisecondsAndPercentilesPerCent) {
  const Folder folder;
  const auto conf = MlperfConf::read(
      folder.write("user.conf",
                   "*.Server.target_latency = 15\n*.Server.target_latency_percentile = 97\n"
                   "*.Server.target_qps = 12.5\n*.*.min_query_count = 7\n*.*.ttft_latency = 450\n"
                   "*.MultiStream.target_latency = 1.5\n*.MultiStream.multi_stream_samples_per_query = 8\n"));
  ASSERT_TRUE(conf);
  Scenario server = Scenario::mlperf(ScenarioKind::server);
  ASSERT_TRUE(conf->apply_to(server, "resnet50"));
  EXPECT_EQ(server.target_latency, 15ms);
  EXPECT_DOUBLE_EQ(server.percentile, 0.97);
  EXPECT_EQ(server.target_qps, 12.5);
  EXPECT_EQ(server.min_queries, 7U);
  EXPECT_EQ(server.ttft_limit, 450ms);
  Scenario multi = Scenario::mlperf(ScenarioKind::multi_stream);
  ASSERT_TRUE(conf->apply_to(multi, "resnet50"));
  EXPECT_EQ(multi.target_latency, 0ns);  // a hint there, no limit
  EXPECT_THAT(conf->unknown(), ElementsAre(HasSubstr("user.conf:7: multi_stream_samples_per_query")));
}

TEST(MlperfConf, BadLinesAreNamed) {
  const Folder folder;
  EXPECT_THAT(MlperfConf::read(folder.write("a", "\nServer.target_qps = 5\n")).error().message,
              HasSubstr("a:2: 'Server.target_qps = 5' is not 'model.scenario.key = value'"));
  EXPECT_THAT(MlperfConf::read(folder.write("b", "*.Server.target_qps = many\n")).error().message,
              HasSubstr("b:1: target_qps is 'many'; must be a number"));
  const auto conf = MlperfConf::read(folder.write("c", "*.Server.target_latency = -5\n"));
  Scenario scenario = Scenario::mlperf(ScenarioKind::server);
  EXPECT_THAT(conf->apply_to(scenario, "x").error().message, HasSubstr("target_latency is -5 ms"));
}

std::string reading(const char* time, double watts) {
  return fmt::format("Time,{},Watts,{},Volts,230.1,Amps,1.0,PF,0.9,Mark,notset\n", time, watts);
}

// From 06:25:31.341 for 10 s: 100 W and 300 W count, the one before, the one after and the -1 do not.
TEST(PowerLog, AveragesWhatLiesInTheWindow) {
  const Folder folder;
  const std::string spl = reading("07-17-2024 06:25:31.000", 900) + reading("07-17-2024 06:25:32.000", 100) +
                          reading("07-17-2024 06:25:33.000", -1) + reading("07-17-2024 06:25:34.000", 300) +
                          reading("07-17-2024 06:25:42.000", 900);
  const auto log =
      read_power_log(folder.write("spl.txt", spl), "07-17-2024 06:25:31.341", "07-17-2024 06:25:41.341");
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log->power.readings, 2U);
  EXPECT_EQ(log->power.others, 3U);
  EXPECT_DOUBLE_EQ(log->power.average.value(), (100 + 300) / 2.0);
  EXPECT_DOUBLE_EQ(log->power.energy->value(), 200 * 10.0);
  EXPECT_DOUBLE_EQ(log->power.longest_gap.value(), 41.341 - 34);
  EXPECT_THAT(log->damage, IsEmpty());
}

TEST(PowerLog, NoReadingIsNoEnergy) {
  const Folder folder;
  const std::string spl = reading("07-17-2024 13:25:32.000", 100) + "garbage\n";
  const auto log =
      read_power_log(folder.write("spl.txt", spl), "07-17-2024 06:25:31.341", "07-17-2024 06:25:41.341");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->power.energy, std::nullopt);
  EXPECT_THAT(log->damage, ElementsAre(HasSubstr("spl.txt:2: not 'Time"), HasSubstr("another time zone")));
  EXPECT_FALSE(read_power_log(folder.path("spl.txt"), "07-17-2024 06:25:31.341", "07-17-2024 06:25:31.341"));
  EXPECT_FALSE(read_power_log(folder.path("spl.txt"), "17-07-2024 06:25:31.341", "07-17-2024 06:25:41.341"));
}

TEST(PowerLog, DaysMayComeFirst) {
  const Folder folder;
  const auto log = read_power_log(folder.write("spl.txt", reading("17-07-2024 06:25:32.000", 50)),
                                  "07-17-2024 06:25:31.341", "07-17-2024 06:25:41.341");
  ASSERT_TRUE(log);
  EXPECT_EQ(log->power.readings, 1U);
  EXPECT_THAT(log->damage, ElementsAre(HasSubstr("DD-MM-YYYY")));
}

TEST(PowerLog, StandsInTheLog) {
  const Folder folder;
  folder.write("mlperf_log_detail.txt", server_detail());
  folder.write("spl.txt", reading("07-17-2024 06:25:32.000", 60));
  const auto log = read_mlperf_log(folder.path());
  ASSERT_TRUE(log && log->power);
  EXPECT_DOUBLE_EQ(log->power->per_sample->value(), 60.0 * 10 / 3);  // three queries of one sample in 10 s
}

}  // namespace
}  // namespace ridgeline::formats
